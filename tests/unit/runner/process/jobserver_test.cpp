// SPDX-License-Identifier: BSD-3-Clause
// The jobserver with children that are only the test's hands on their pipes.
#include "runner/process/jobserver.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/jobserver.hpp"
#include "runner/base/errors.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace grapnel::process {
namespace {

namespace asio = boost::asio;
using hooks::base::Fd;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Slot = Jobserver::Slot;

int bytes_in(int pipe) {
  int bytes = 0;
  EXPECT_EQ(::ioctl(pipe, FIONREAD, &bytes), 0);
  return bytes;
}

/// What a child does with its pipe.
int read_end(const Slot& slot) { return slot.descriptors().at(0); }
int offered(const Slot& slot) { return bytes_in(read_end(slot)); }
void take(const Slot& slot) {
  char token = 0;
  ASSERT_EQ(::read(read_end(slot), &token, 1), 1);
}
void put_back(const Slot& slot) { ASSERT_EQ(::write(slot.descriptors().at(1), "+", 1), 1); }

/// One acquire() call.
struct Request {
  std::optional<Slot> slot;
  bool over = false;
  std::exception_ptr failure{};
};

class JobserverTest : public testing::Test {
 protected:
  Jobserver& serve(unsigned jobs, const std::string& makeflags = {}) {
    server_ = std::make_unique<Jobserver>(context_.get_executor(), jobs, makeflags);
    return *server_;
  }

  std::shared_ptr<Request> request(std::stop_token stop = {}) {
    auto request = std::make_shared<Request>();
    asio::co_spawn(context_, server_->acquire(std::move(stop)),
                   [request](std::exception_ptr failure, std::optional<Slot> slot) {
                     request->failure = std::move(failure);
                     request->slot = std::move(slot);
                     request->over = true;
                   });
    run_some();
    return request;
  }

  /// A slot that must be there to be had.
  Slot slot() {
    const auto made = request();
    EXPECT_TRUE(made->slot.has_value());
    if (!made->slot) throw std::runtime_error("no slot");
    return std::move(*made->slot);
  }

  void run_some() {
    context_.restart();
    context_.poll();
  }

  /// Runs the loop until something is so; false where it does not come.
  bool run_until(const std::function<bool()>& is_so) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!is_so()) {
      if (std::chrono::steady_clock::now() > end) return false;
      context_.restart();
      context_.run_for(std::chrono::milliseconds(1));
    }
    return true;
  }

  void run_for(std::chrono::milliseconds time) {
    context_.restart();
    context_.run_for(time);
  }

  asio::io_context context_{1};
  std::unique_ptr<Jobserver> server_;
};

TEST_F(JobserverTest, SaysWhereTheTokensAre) {
  const auto& server = serve(4);
  EXPECT_EQ(server.jobs(), 4U);
  EXPECT_FALSE(server.is_client());
  EXPECT_EQ(server.warning(), "");
  const Slot first = slot();
  EXPECT_THAT(first.environment(), ElementsAre("MAKEFLAGS=-j4 --jobserver-auth=3,4",
                                               "CARGO_MAKEFLAGS=-j --jobserver-fds=3,4 --jobserver-auth=3,4"));
  for (const int end : first.descriptors()) {
    EXPECT_EQ(::fcntl(end, F_GETFL) & O_NONBLOCK, 0) << "children would find it so, too";
    EXPECT_NE(::fcntl(end, F_GETFD) & FD_CLOEXEC, 0) << "other children would inherit it";
  }
}

TEST_F(JobserverTest, GivesOutSlotsInTheOrderOfRequests) {
  serve(2);
  std::optional<Slot> first = slot();
  std::optional<Slot> second = slot();
  const auto third = request();
  const auto fourth = request();
  EXPECT_FALSE(third->over);
  first.reset();
  run_some();
  EXPECT_TRUE(third->slot.has_value());
  EXPECT_FALSE(fourth->over);
  second.reset();
  run_some();
  EXPECT_TRUE(fourth->slot.has_value());
}

TEST_F(JobserverTest, DescriptorsAreBlockingForASecondChildToo) {
  serve(2);
  const Slot first = slot();
  ASSERT_EQ(::fcntl(read_end(first), F_SETFL, O_NONBLOCK), 0);  // as make does
  EXPECT_EQ(::fcntl(read_end(first), F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(JobserverTest, NoJobsIsOneJob) { EXPECT_EQ(serve(0).jobs(), 1U); }

TEST_F(JobserverTest, LendsWhatIsFreeAndGetsItBack) {
  serve(4);
  std::optional<Slot> first = slot();
  ASSERT_TRUE(run_until([&] { return offered(*first) == 3; }));
  EXPECT_EQ(first->taken(), 0U);
  take(*first);
  take(*first);
  EXPECT_EQ(first->taken(), 2U);
  put_back(*first);
  EXPECT_EQ(first->taken(), 1U);
  // It ends, and one of its own children still has a token.
  first.reset();
  std::vector<Slot> all;
  for (int i = 0; i < 4; ++i) all.push_back(slot());
  EXPECT_FALSE(request()->over);
}

TEST_F(JobserverTest, AWaitingChildGoesBeforeWhatLiesUnclaimed) {
  serve(3);
  const Slot first = slot();
  ASSERT_TRUE(run_until([&] { return offered(first) == 2; }));
  take(first);
  const Slot second = slot();
  EXPECT_EQ(offered(first), 0);
  const auto third = request();
  EXPECT_FALSE(third->over) << "two run, and one has taken the third token";
  put_back(first);
  EXPECT_TRUE(run_until([&] { return third->over; })) << "what comes back is noticed";
  EXPECT_EQ(offered(first), 0);
}

TEST_F(JobserverTest, TokensAreSharedAmongChildren) {
  serve(6);
  const Slot first = slot();
  ASSERT_TRUE(run_until([&] { return offered(first) == 5; }));
  const Slot second = slot();
  ASSERT_TRUE(run_until([&] { return offered(first) == 2 && offered(second) == 2; }));
  // One is enough for neither to hold it for ever.
  for (int i = 0; i < 2; ++i) take(first);
  ASSERT_TRUE(run_until([&] { return offered(second) + offered(first) == 2 && offered(first) == 1; }));
  take(first);
  ASSERT_TRUE(run_until([&] { return offered(first) == 1; })) << "the last one goes around";
  ASSERT_TRUE(run_until([&] { return offered(second) == 1; }));
  take(second);
  EXPECT_EQ(first.taken() + second.taken(), 4U);
}

TEST_F(JobserverTest, WhatNobodyLentIsNotBelieved) {
  serve(2);
  std::optional<Slot> first = slot();
  ASSERT_TRUE(run_until([&] { return offered(*first) == 1; }));
  for (int i = 0; i < 5; ++i) put_back(*first);
  EXPECT_EQ(first->taken(), 0U);
  const Slot second = slot();
  EXPECT_FALSE(request()->over);
}

TEST_F(JobserverTest, AChildThatFillsItsPipeBlocksNobody) {
  serve(2);
  std::optional<Slot> first = slot();
  const int write_end = first->descriptors().at(1);
  ASSERT_EQ(::fcntl(write_end, F_SETFL, O_NONBLOCK), 0);
  const std::string junk(4096, 'x');
  while (::write(write_end, junk.data(), junk.size()) > 0) {
  }
  run_for(std::chrono::milliseconds(20));
  EXPECT_EQ(first->taken(), 0U);
  const Slot second = slot();
  EXPECT_FALSE(request()->over);
}

TEST_F(JobserverTest, AStopRequestEndsTheWait) {
  serve(1);
  const Slot first = slot();
  std::stop_source stop;
  const auto waiting = request(stop.get_token());
  const auto next = request();
  EXPECT_FALSE(waiting->over);
  stop.request_stop();
  ASSERT_TRUE(run_until([&] { return waiting->over; }));
  EXPECT_FALSE(waiting->slot.has_value());
  EXPECT_FALSE(waiting->failure);
  EXPECT_FALSE(next->over);
  const auto late = request(stop.get_token());
  EXPECT_TRUE(late->over);
  EXPECT_FALSE(late->slot.has_value());
}

TEST_F(JobserverTest, AStopRequestWithAGrantLosesNoToken) {
  serve(1);
  std::optional<Slot> first = slot();
  std::stop_source stop;
  const auto waiting = request(stop.get_token());
  const auto next = request();
  first.reset();  // granted, but the waiting coroutine has not run
  stop.request_stop();
  ASSERT_TRUE(run_until([&] { return waiting->over && next->over; }));
  EXPECT_FALSE(waiting->slot.has_value());
  EXPECT_TRUE(next->slot.has_value());
}

TEST_F(JobserverTest, FewerJobsFromNowOn) {
  auto& server = serve(3);
  std::optional<Slot> first = slot();
  std::optional<Slot> second = slot();
  ASSERT_TRUE(run_until([&] { return offered(*first) + offered(*second) == 1; }));
  server.set_jobs(1);
  ASSERT_TRUE(run_until([&] { return offered(*first) + offered(*second) == 0; }));
  const auto third = request();
  first.reset();
  run_some();
  EXPECT_FALSE(third->over) << "one still runs";
  second.reset();
  run_some();
  EXPECT_TRUE(third->slot.has_value());
  EXPECT_FALSE(request()->over);
  server.set_jobs(100);
  const auto fourth = slot();
  EXPECT_EQ(server.jobs(), 3U);
}

TEST_F(JobserverTest, FewerJobsThanTakenWaitForThem) {
  auto& server = serve(3);
  const Slot first = slot();
  ASSERT_TRUE(run_until([&] { return offered(first) == 2; }));
  take(first);
  take(first);
  server.set_jobs(2);
  put_back(first);
  ASSERT_TRUE(run_until([&] { return offered(first) == 0; }));
  run_for(std::chrono::milliseconds(40));
  EXPECT_EQ(offered(first), 0);
  put_back(first);
  EXPECT_TRUE(run_until([&] { return offered(first) == 1; }));
}

TEST_F(JobserverTest, WithoutDescriptorsTheTokenIsFreeAgain) {
  serve(1);
  rlimit saved{};
  ::getrlimit(RLIMIT_NOFILE, &saved);
  const Fd lowest_free(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  rlimit low = saved;
  low.rlim_cur = static_cast<rlim_t>(lowest_free.get()) + 1;
  ::setrlimit(RLIMIT_NOFILE, &low);
  const auto refused = request();
  ::setrlimit(RLIMIT_NOFILE, &saved);
  ASSERT_TRUE(refused->failure);
  try {
    std::rethrow_exception(refused->failure);
  } catch (const SystemError& error) {
    EXPECT_EQ(error.error_number(), EMFILE);
    EXPECT_THAT(error.what(), HasSubstr("cannot make a pipe for a child's jobserver"));
  }
  EXPECT_TRUE(request()->slot.has_value());
}

/// A jobserver around this one: a pipe whose ends were inherited, as it seems.
struct Outer {
  explicit Outer(const std::string& tokens) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), 0), 0);
    reads = Fd(ends[0]);
    writes = Fd(ends[1]);
    EXPECT_EQ(::write(writes.get(), tokens.data(), tokens.size()), static_cast<ssize_t>(tokens.size()));
  }
  [[nodiscard]] std::string makeflags() const {
    return " -j --jobserver-auth=" + std::to_string(reads.get()) + "," + std::to_string(writes.get());
  }
  [[nodiscard]] int tokens() const { return bytes_in(reads.get()); }
  [[nodiscard]] std::string take_all() const {
    std::string all(static_cast<std::size_t>(tokens()), '\0');
    if (!all.empty()) {
      EXPECT_EQ(::read(reads.get(), all.data(), all.size()), static_cast<ssize_t>(all.size()));
    }
    std::sort(all.begin(), all.end());
    return all;
  }
  Fd reads;
  Fd writes;
};

TEST_F(JobserverTest, AClientHasItsOwnTokenAndTakesTheOthersFromOutside) {
  const Outer outer("ab");
  const auto& server = serve(8, outer.makeflags());
  EXPECT_TRUE(server.is_client());
  EXPECT_EQ(server.warning(), "");
  EXPECT_EQ(::fcntl(outer.reads.get(), F_GETFL) & O_NONBLOCK, 0);
  std::optional<Slot> first = slot();
  EXPECT_EQ(outer.tokens(), 2);
  std::optional<Slot> second = slot();
  EXPECT_EQ(outer.tokens(), 1);
  std::optional<Slot> third = slot();
  EXPECT_EQ(outer.tokens(), 0);
  const auto fourth = request();
  EXPECT_FALSE(fourth->over);
  ASSERT_EQ(::write(outer.writes.get(), "c", 1), 1);
  ASSERT_TRUE(run_until([&] { return fourth->over; }));
  EXPECT_EQ(outer.tokens(), 0);
  first.reset();
  EXPECT_EQ(outer.tokens(), 1);
  second.reset();
  third.reset();
  fourth->slot.reset();
  EXPECT_EQ(outer.take_all(), "abc") << "the very bytes";
}

TEST_F(JobserverTest, AClientNeverHasMoreThanItsJobs) {
  const Outer outer("abcdef");
  serve(2, outer.makeflags());
  const Slot first = slot();
  const Slot second = slot();
  EXPECT_FALSE(request()->over);
  EXPECT_EQ(outer.tokens(), 5);
}

TEST_F(JobserverTest, AClientLendsOneAtATimeAndKeepsNoneThatNobodyWants) {
  const Outer outer("abcd");
  serve(8, outer.makeflags());
  std::optional<Slot> first = slot();
  ASSERT_TRUE(run_until([&] { return offered(*first) == 1; }));
  EXPECT_EQ(outer.tokens(), 3);
  // It does not want it: now and then the token is outside.
  ASSERT_TRUE(run_until([&] { return offered(*first) == 0; }));
  EXPECT_EQ(outer.tokens(), 4);
  // It does: one after another.
  for (int taken = 1; taken <= 4; ++taken) {
    ASSERT_TRUE(run_until([&] { return offered(*first) == 1; })) << taken;
    take(*first);
    EXPECT_EQ(outer.tokens(), 4 - taken);
  }
  // What it gives back in one go does not stay here.
  for (int i = 0; i < 4; ++i) put_back(*first);
  ASSERT_TRUE(run_until([&] { return outer.tokens() >= 3; }));
  ASSERT_TRUE(run_until([&] { return offered(*first) == 1; }));
  take(*first);
  first.reset();  // killed, as it seems
  EXPECT_EQ(outer.take_all(), "abcd");
}

TEST_F(JobserverTest, AClientThatIsDestroyedWithItsCoroutinesGivesAllBack) {
  const Outer outer("abc");
  {
    asio::io_context context(1);
    Jobserver server(context.get_executor(), 8, outer.makeflags());
    std::vector<Slot> slots;
    for (int i = 0; i < 2; ++i) {
      asio::co_spawn(context, server.acquire({}),
                     [&](const std::exception_ptr&, std::optional<Slot> slot) { slots.push_back(std::move(*slot)); });
    }
    while (slots.size() < 2 || outer.tokens() == 3) {
      context.restart();
      context.run_for(std::chrono::milliseconds(1));
    }
  }
  EXPECT_EQ(outer.take_all(), "abc");
}

TEST_F(JobserverTest, AClientOfANamedPipe) {
  const tests::TemporaryDirectory directory;
  const auto fifo = directory / "tokens";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const Fd both(::open(fifo.c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_EQ(::write(both.get(), "x", 1), 1);
  std::string escaped = fifo.native();
  for (std::size_t at = 0; (at = escaped.find(' ', at)) != std::string::npos; at += 2) escaped.insert(at, "\\");
  EXPECT_TRUE(serve(8, "-j2 --jobserver-auth=fifo:" + escaped).is_client());
  std::optional<Slot> first = slot();
  std::optional<Slot> second = slot();
  EXPECT_FALSE(request()->over);
  EXPECT_EQ(bytes_in(both.get()), 0);
  second.reset();
  first.reset();
  server_.reset();
}

TEST_F(JobserverTest, AJobserverThatCannotBeUsedIsOneJobAndAWarning) {
  const auto warning = [&](const std::string& makeflags) {
    const auto& server = serve(8, makeflags);
    EXPECT_FALSE(server.is_client());
    EXPECT_EQ(server.jobs(), 1U);
    return server.warning();
  };
  EXPECT_EQ(warning("-j8 --jobserver-auth=900,901"),
            "cannot use the jobserver of MAKEFLAGS: descriptor 900 is not open. One job runs at a time. If make "
            "started this, put '+' in front of the command in its recipe.");
  EXPECT_THAT(warning("--jobserver-auth=-2,-2"), HasSubstr("it names no descriptors"));
  const tests::TemporaryDirectory directory;
  EXPECT_THAT(warning("--jobserver-auth=fifo:/nonexistent/tokens"), HasSubstr("/nonexistent/tokens"));
  const auto file = directory.write("file", "");
  const Fd plain(::open(file.c_str(), O_RDWR));
  const std::string number = std::to_string(plain.get());
  EXPECT_THAT(warning("--jobserver-fds=" + number + "," + number), HasSubstr("is no pipe"));
  // Two pipes of our own under the numbers that make named: not inherited, as they close on exec.
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const Fd reads(ends[0]);
  const Fd writes(ends[1]);
  EXPECT_THAT(warning("--jobserver-auth=" + std::to_string(ends[0]) + "," + std::to_string(ends[1])),
              HasSubstr("is not open"));
  const Outer outer("a");
  EXPECT_THAT(
      warning("--jobserver-auth=" + std::to_string(outer.writes.get()) + "," + std::to_string(outer.reads.get())),
      HasSubstr("is the wrong end of its pipe"));
}

TEST_F(JobserverTest, MakeflagsWithoutAJobserverIsNone) {
  const auto& server = serve(5, "ks -- CFLAGS=--jobserver-auth=900,901");
  EXPECT_EQ(server.jobs(), 5U);
  EXPECT_EQ(server.warning(), "");
}

}  // namespace
}  // namespace grapnel::process
