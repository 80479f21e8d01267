// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/lock_wait.hpp"

#include "hooks_api/base/files.hpp"
#include "runner/base/errors.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <optional>
#include <stop_token>
#include <vector>

namespace grapnel {
namespace {

namespace asio = boost::asio;
using hooks::base::Fd;
using tests::TemporaryDirectory;

// Takes all descriptors that this process may have, which it makes few.
class Shortage {
 public:
  Shortage() {
    ::getrlimit(RLIMIT_NOFILE, &saved_);
    rlimit low = saved_;
    low.rlim_cur = std::min<rlim_t>(low.rlim_cur, 256);
    ::setrlimit(RLIMIT_NOFILE, &low);
    while (true) {
      Fd one(::open("/dev/null", O_RDONLY | O_CLOEXEC));
      if (!one) break;
      taken_.push_back(std::move(one));
    }
    EXPECT_EQ(errno, EMFILE);
  }
  ~Shortage() { end(); }
  Shortage(const Shortage&) = delete;
  Shortage& operator=(const Shortage&) = delete;
  void end() {
    taken_.clear();
    ::setrlimit(RLIMIT_NOFILE, &saved_);
  }

 private:
  rlimit saved_{};
  std::vector<Fd> taken_;
};

std::optional<FileLock> wait_on(asio::io_context& loop, const std::filesystem::path& file, const LockWait& wait) {
  std::optional<FileLock> lock;
  std::exception_ptr failure;
  asio::co_spawn(loop, wait_for_lock(file, "a test", wait),
                 [&](std::exception_ptr thrown, std::optional<FileLock> got) {
                   failure = std::move(thrown);
                   lock = std::move(got);
                 });
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return lock;
}

TEST(LockWait, DescriptorsAreWaitedFor) {
  const TemporaryDirectory directory;
  asio::io_context loop(1);
  const asio::steady_timer opens_what_the_loop_needs(loop);
  Shortage shortage;
  std::vector<int> lacks;
  const LockWait wait{.timeout = std::chrono::minutes(5), .on_shortage = [&](int lack) {
                        lacks.push_back(lack);
                        if (lacks.size() == 3) shortage.end();
                        return true;
                      }};
  EXPECT_TRUE(wait_on(loop, directory / ".lock", wait));
  EXPECT_EQ(lacks, (std::vector<int>{EMFILE, EMFILE, EMFILE}));
}

TEST(LockWait, AStopRequestEndsTheWaitForDescriptors) {
  const TemporaryDirectory directory;
  asio::io_context loop(1);
  const asio::steady_timer opens_what_the_loop_needs(loop);
  Shortage shortage;
  std::stop_source stop;
  const LockWait wait{.timeout = std::chrono::minutes(5), .stop = stop.get_token(), .on_shortage = [&](int) {
                        stop.request_stop();
                        return true;
                      }};
  EXPECT_FALSE(wait_on(loop, directory / ".lock", wait));
}

TEST(LockWait, OtherFaultsAreNotWaitedFor) {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory / ".lock");
  asio::io_context loop(1);
  const LockWait wait{.timeout = std::chrono::minutes(5)};
  EXPECT_THROW((void)wait_on(loop, directory / ".lock", wait), SystemError);
}

}  // namespace
}  // namespace grapnel
