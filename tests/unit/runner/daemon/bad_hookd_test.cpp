// SPDX-License-Identifier: BSD-3-Clause
// A client and hookds that die, are mute, or say what they must not.
#include "tests/unit/runner/daemon/fake_hookd.hpp"
#include <grapnel/hookd_client.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace grapnel {
namespace {

using std::chrono::milliseconds;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using tests::error_of;
using tests::fake;
using tests::has_children;
using tests::wheel;

// A FIFO that tells when all who hold it have ended.
class LifeLine {
 public:
  explicit LifeLine(const tests::TemporaryDirectory& directory) {
    const std::filesystem::path fifo = directory / "fifo";
    EXPECT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    fd_ = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  }
  LifeLine(const LifeLine&) = delete;
  LifeLine& operator=(const LifeLine&) = delete;
  ~LifeLine() { ::close(fd_); }
  [[nodiscard]] bool is_cut() const {
    pollfd line{fd_, POLLIN, 0};
    return ::poll(&line, 1, 120'000) == 1 && (line.revents & POLLHUP) != 0;
  }

 private:
  int fd_ = -1;
};

TEST(BadHookd, CannotBeStarted) {
  const tests::TemporaryDirectory directory;
  HookdOptions options = fake("seed", directory);
  options.source_tree = directory / "missing";
  EXPECT_THAT(error_of([&] { HookdClient client(options); }), HasSubstr("does not exist"));
  options = fake("seed", directory);
  options.command = {};
  EXPECT_THAT(error_of([&] { HookdClient client(options); }), HasSubstr("empty"));
  options.command = {directory / "no hookd"};
  EXPECT_THAT(error_of([&] { HookdClient client(options); }), HasSubstr("it does not exist"));
  options.command = {"/bin/false"};
  EXPECT_THAT(error_of([&] { HookdClient client(options); }), HasSubstr("ended with exit code 1 before it was ready"));
}

TEST(BadHookd, DiesAnywhere) {
  const tests::TemporaryDirectory directory;
  for (const std::string place : {"start", "READY", "action", "build_backend", "hook_name", "wheel_directory",
                                  "config_settings", "metadata_directory", "result"}) {
    const std::string error = error_of("dies at " + place, directory);
    EXPECT_THAT(error, HasSubstr("ended with exit code 3")) << place;
    EXPECT_THAT(error, HasSubstr(place == "start" ? "before it was ready" : "while it ran build_wheel of b"));
    if (place.find('_') != std::string::npos) {
      EXPECT_THAT(error, EndsWith("standard error:\ndying at " + place));
    }
    EXPECT_FALSE(has_children());
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory.path())) << "announced files are left";
}

TEST(BadHookd, DiesBehindAResult) {
  const tests::TemporaryDirectory directory;
  EXPECT_THAT(error_of("dies behind result", directory), HasSubstr("ended with exit code 3"));
}

TEST(BadHookd, NothingWorksOnceItIsGone) {
  const tests::TemporaryDirectory directory;
  HookdClient client(fake("dies at hook_name", directory));
  EXPECT_THROW(static_cast<void>(client.run(wheel())), HookdError);
  EXPECT_THAT(error_of([&] { static_cast<void>(client.run(wheel())); }), HasSubstr("was ended before"));
  EXPECT_THAT(error_of([&] { client.shutdown(); }), HasSubstr("was ended before"));
}

// Its child holds its pipes for ever, and is of its group.
TEST(BadHookd, ItsEndIsSeenThroughItsChildren) {
  const tests::TemporaryDirectory directory;
  const LifeLine child(directory);
  const std::string error = error_of("is killed", directory);
  EXPECT_THAT(error, HasSubstr("was killed by SIGKILL while it ran build_wheel of b"));
  EXPECT_THAT(error, EndsWith("standard error:\ngone"));
  EXPECT_TRUE(child.is_cut());
}

TEST(BadHookd, SaysWhatNobodyKnows) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"rubbish first", "said what its protocol does not know before it was ready: 'Hello!\\u0000"},
      {"no READY first", "did not say READY first"},
      {"rubbish", "said what its protocol does not know while it ran build_wheel of b: 'READYY'"},
      {"READY early", "it said READY before a result"},
      {"SHUTDOWN early", "it said SHUTDOWN, which nobody had asked for"},
      {"two results", "it went on behind its result, without READY"},
      {"unknown EXPECT", "it expects 'python_version', which the protocol does not know"},
      {"EXPECT twice", "it expects config_settings a second time"},
      {"later", "it expects build-backend, so it speaks the other protocol; use HookdProtocol::later"},
  };
  for (const auto& [mode, message] : rows) {
    const tests::TemporaryDirectory directory;
    EXPECT_THAT(error_of(mode, directory), HasSubstr(message)) << mode;
    EXPECT_FALSE(has_children()) << mode;
  }
}

TEST(BadHookd, SaysALineWithoutEnd) {
  const tests::TemporaryDirectory directory;
  EXPECT_THAT(error_of("long line", directory), HasSubstr("said a line of more than 67108864 bytes"));
}

TEST(BadHookd, GivesUp) {
  const tests::TemporaryDirectory directory;
  EXPECT_THAT(error_of("fatal", directory), EndsWith("gave up while it ran build_wheel of b: MemoryError: no room\nleft"
                                                     "\nTraceback:\n  there"));
  EXPECT_THAT(error_of("fatal first", directory), EndsWith("gave up before it was ready: OSError: no tree"));
}

TEST(BadHookd, TakesTooLong) {
  const tests::TemporaryDirectory directory;
  EXPECT_THAT(error_of("never writes", directory, milliseconds(300)),
              HasSubstr("was killed: it took more than 0.300 s before it was ready"));
  // Where the machine is slow, the first READY takes too long already.
  EXPECT_THAT(error_of("hangs", directory, milliseconds(2'000)), HasSubstr("was killed: it took more than 2 s"));
  EXPECT_FALSE(has_children());
}

// A megabyte fits into no pipe. Whichever comes first, the writing or the stop: nothing blocks.
TEST(BadHookd, NeverReads) {
  const tests::TemporaryDirectory directory;
  HookdClient client(fake("never reads", directory));
  std::stop_source stop;
  std::thread stopper([&] {
    std::this_thread::sleep_for(milliseconds(300));
    stop.request_stop();
  });
  HookdCall call = wheel();
  call.build_backend = std::string(1U << 20U, ' ');
  EXPECT_THAT(error_of([&] { static_cast<void>(client.run(call, stop.get_token())); }),
              HasSubstr("was killed, as a stop was requested"));
  stopper.join();
}

TEST(BadHookd, IsStopped) {
  const tests::TemporaryDirectory directory;
  const LifeLine child(directory);
  HookdClient client(fake("hangs", directory));
  std::stop_source stop;
  std::thread stopper([&] {
    while (!std::filesystem::exists(directory / "waiting")) std::this_thread::sleep_for(milliseconds(5));
    stop.request_stop();
  });
  EXPECT_THAT(error_of([&] { static_cast<void>(client.run(wheel(), stop.get_token())); }),
              HasSubstr("was killed, as a stop was requested while it ran build_wheel of b"));
  stopper.join();
  EXPECT_TRUE(child.is_cut());
  EXPECT_FALSE(has_children());
}

TEST(BadHookd, ItsChatterBlocksNobodyAndItsEndIsTold) {
  const tests::TemporaryDirectory directory;
  const std::string error = error_of("chatters", directory);
  EXPECT_THAT(error, HasSubstr("ended with exit code 5"));
  EXPECT_THAT(error, EndsWith("019999 this is chatter on standard error that nobody asked for"));
  EXPECT_LE(error.size(), (64U << 10U) + 500U);
}

TEST(BadHookd, ClosesItsInput) {
  const tests::TemporaryDirectory directory;
  // SIGPIPE would end the test.
  EXPECT_THAT(error_of("closes input", directory), HasSubstr("ended with exit code 4"));
}

TEST(BadHookd, ClosesItsOutput) {
  const tests::TemporaryDirectory directory;
  EXPECT_THAT(error_of("closes output", directory),
              HasSubstr("closed its standard output, did not end and was killed while it ran build_wheel of b"));
}

TEST(BadHookd, EndsBadlyAfterShutdown) {
  const tests::TemporaryDirectory directory;
  HookdClient client(fake("exits with 1", directory));
  EXPECT_TRUE(client.run(wheel()).ok);
  EXPECT_THAT(error_of([&] { client.shutdown(); }), HasSubstr("ended with exit code 1 when it was to shut down"));
}

TEST(BadHookd, DoesNotEnd) {
  const tests::TemporaryDirectory directory;
  HookdClient client(fake("does not end", directory));
  EXPECT_THAT(error_of([&] { client.shutdown(); }), HasSubstr("did not end within 10 s when it was to shut down"));
  EXPECT_FALSE(has_children());
}

}  // namespace
}  // namespace grapnel
