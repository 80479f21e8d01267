// SPDX-License-Identifier: BSD-3-Clause
// Against hookds that are real processes, good ones and bad ones (tests/daemon/fake_hookd.py).
#include "tests/paths.hpp"
#include "tests/support/temporary_directory.hpp"
#include <grapnel/hookd_client.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
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
using ::testing::Not;

const std::string kFake = std::string(tests::kSourceDir) + "/tests/daemon/fake_hookd.py";

HookdOptions fake(const std::string& mode, const tests::TemporaryDirectory& directory,
                  milliseconds timeout = milliseconds(0)) {
  return {.command = {"/usr/bin/python3", "-I", kFake, mode, directory.path()},
          .source_tree = directory.path(),
          .timeout = timeout};
}

HookdCall wheel() { return {.build_backend = "b", .hook_name = "build_wheel", .directory = "dist"}; }

// What a HookdError says.
std::string error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const HookdError& error) {
    return error.what();
  }
  ADD_FAILURE() << "no HookdError";
  return {};
}

// Starts the hookd and runs one hook.
std::string error_of(const std::string& mode, const tests::TemporaryDirectory& directory,
                     milliseconds timeout = milliseconds(0)) {
  return error_of([&] {
    HookdClient client(fake(mode, directory, timeout));
    static_cast<void>(client.run(wheel()));
  });
}

bool has_children() { return ::waitpid(-1, nullptr, WNOHANG | __WNOTHREAD) >= 0 || errno != ECHILD; }

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

// --- good ones
// ---------------------------------------------------------------------------------------------------------

TEST(HookdClient, RunsHooksInTheFirstDialect) {
  const tests::TemporaryDirectory directory;
  HookdClient client(fake("seed", directory));
  HookdResult result = client.run({.build_backend = "hatchling.build",
                                   .hook_name = "build_wheel",
                                   .directory = "out dir",
                                   .config_settings = R"({"a": "\\n"})",
                                   .metadata_directory = "meta"});
  EXPECT_TRUE(result.ok);
  EXPECT_EQ(python_list(result.data),
            (std::vector<std::string>{"run", "hatchling.build", "build_wheel", "out dir", R"({"a": "\\n"})", "meta"}));
  EXPECT_EQ(result.standard_output, "printed to STDOUT\n");
  EXPECT_EQ(result.standard_error, "printed to STDERR\n");
  EXPECT_EQ(result.debug, (std::vector<std::string>{"a request\ncomes", ""}));
  EXPECT_EQ(result.error_kind + result.error_message + result.traceback, "");
  result = client.run({.hook_name = "prepare_metadata_for_build_wheel", .directory = "info"});
  EXPECT_EQ(python_list(result.data),
            (std::vector<std::string>{"run", "", "prepare_metadata_for_build_wheel", "info", ""}));
  result = client.run({.build_backend = "m:o", .hook_name = "get_requires_for_build_sdist"});
  EXPECT_EQ(python_list(result.data), (std::vector<std::string>{"run", "m:o", "get_requires_for_build_sdist", ""}));
  client.shutdown();
  EXPECT_TRUE(std::filesystem::is_empty(directory.path())) << "announced files are left";
  EXPECT_FALSE(has_children());
}

TEST(HookdClient, RunsHooksInTheSecondDialect) {
  const tests::TemporaryDirectory directory;
  HookdOptions options = fake("later", directory);
  options.protocol = HookdProtocol::later;
  HookdClient client(options);
  const HookdResult result = client.run(
      {.build_backend = "b", .backend_path = {"in tree", "."}, .hook_name = "build_sdist", .config_settings = "{}"});
  EXPECT_TRUE(result.ok);
  EXPECT_EQ(python_list(result.data), (std::vector<std::string>{"run", "b", "in tree", ".", "build_sdist", "", "{}"}));
  EXPECT_TRUE(client.run({.build_backend = "b", .hook_name = "build_editable"}).ok);
  client.shutdown();
}

TEST(HookdClient, AnErrorOfAHookIsAResult) {
  const tests::TemporaryDirectory directory;
  HookdClient client(fake("seed", directory));
  HookdCall call = wheel();
  call.build_backend = "raises";
  HookdResult result = client.run(call);
  EXPECT_FALSE(result.ok);
  EXPECT_EQ(result.error_kind, "HookRuntimeError");
  EXPECT_EQ(result.error_message, "a message\nof two lines");
  EXPECT_EQ(result.traceback, "Traceback:\n  here\n");
  EXPECT_EQ(result.standard_output, "printed to STDOUT\n");
  call.build_backend = "raises.quietly";
  result = client.run(call);
  EXPECT_EQ(result.error_kind, "HookRuntimeError");
  EXPECT_EQ(result.error_message + result.traceback, "");
  EXPECT_TRUE(client.run(wheel()).ok) << "it goes on";
}

TEST(HookdClient, LargeValuesArePassed) {
  const tests::TemporaryDirectory directory;
  HookdClient client(fake("seed", directory));
  HookdCall call = wheel();
  call.config_settings = "\"" + std::string(10U << 20U, 'x') + "\"";
  EXPECT_EQ(python_list(client.run(call).data).at(4), call.config_settings);
}

TEST(HookdClient, IsMovedAndEndsWhatItLetsGo) {
  const tests::TemporaryDirectory directory;
  HookdClient first(fake("seed", directory));
  HookdClient second(std::move(first));
  EXPECT_TRUE(second.run(wheel()).ok);
  second = HookdClient(fake("seed", directory));
  EXPECT_TRUE(second.run(wheel()).ok);
  EXPECT_THAT(error_of([&] { first.shutdown(); }), HasSubstr("given away"));  // NOLINT(bugprone-use-after-move)
  second.shutdown();
  EXPECT_FALSE(has_children());
}

TEST(HookdClient, IsFoundOnThePathOfItsEnvironment) {
  const tests::TemporaryDirectory directory;
  HookdOptions options = fake("seed", directory);
  options.command.front() = "python3";
  options.environment = {"PATH=/usr/bin"};
  EXPECT_TRUE(HookdClient(options).run(wheel()).ok);
  options.environment = {"PATH=/nowhere"};
  EXPECT_THAT(error_of([&] { HookdClient client(options); }), HasSubstr("no directory of PATH has it"));
}

// --- calls that no line can carry
// --------------------------------------------------------------------------------------

TEST(HookdClient, RefusesCallsThatAreNoLines) {
  const tests::TemporaryDirectory directory;
  HookdClient client(fake("seed", directory));
  for (const std::string& bad : {std::string("a\nb"), std::string("a\0b", 3)}) {
    EXPECT_THROW(static_cast<void>(client.run({.build_backend = bad})), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(client.run({.hook_name = bad})), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(client.run({.directory = bad})), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(client.run({.config_settings = bad})), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(client.run({.metadata_directory = bad})), std::invalid_argument);
  }
  EXPECT_THROW(static_cast<void>(client.run({.backend_path = {"a"}})), std::invalid_argument);
  EXPECT_TRUE(client.run(wheel()).ok) << "nothing had been sent";
}

TEST(HookdClient, RefusesBackendPathsOutsideOfTheTree) {
  const tests::TemporaryDirectory directory;
  HookdOptions options = fake("later", directory);
  options.protocol = HookdProtocol::later;
  HookdClient client(options);
  const std::string tree = directory.path();
  for (const std::string& outside : {std::string(), std::string(".."), std::string("a/../../b"), std::string("/"),
                                     tree + "more", std::string("a\nb")}) {
    EXPECT_THROW(static_cast<void>(client.run({.backend_path = {"ok", outside}})), std::invalid_argument) << outside;
  }
  for (const std::string& inside : {std::string("."), std::string("a/../b"), tree, tree + "/a", std::string("..a")}) {
    HookdCall call = wheel();
    call.backend_path = {inside};
    EXPECT_TRUE(client.run(call).ok) << inside;
  }
}

// --- bad ones
// ----------------------------------------------------------------------------------------------------------

TEST(HookdClient, CannotBeStarted) {
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

TEST(HookdClient, DiesAnywhere) {
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

TEST(HookdClient, DiesBehindAResult) {
  const tests::TemporaryDirectory directory;
  EXPECT_THAT(error_of("dies behind result", directory), HasSubstr("ended with exit code 3"));
}

TEST(HookdClient, NothingWorksOnceItIsGone) {
  const tests::TemporaryDirectory directory;
  HookdClient client(fake("dies at hook_name", directory));
  EXPECT_THROW(static_cast<void>(client.run(wheel())), HookdError);
  EXPECT_THAT(error_of([&] { static_cast<void>(client.run(wheel())); }), HasSubstr("was ended before"));
  EXPECT_THAT(error_of([&] { client.shutdown(); }), HasSubstr("was ended before"));
}

// Its child holds its pipes for ever, and is of its group.
TEST(HookdClient, ItsEndIsSeenThroughItsChildren) {
  const tests::TemporaryDirectory directory;
  const LifeLine child(directory);
  const std::string error = error_of("is killed", directory);
  EXPECT_THAT(error, HasSubstr("was killed by SIGKILL while it ran build_wheel of b"));
  EXPECT_THAT(error, EndsWith("standard error:\ngone"));
  EXPECT_TRUE(child.is_cut());
}

TEST(HookdClient, SaysWhatNobodyKnows) {
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

TEST(HookdClient, SaysALineWithoutEnd) {
  const tests::TemporaryDirectory directory;
  EXPECT_THAT(error_of("long line", directory), HasSubstr("said a line of more than 67108864 bytes"));
}

TEST(HookdClient, GivesUp) {
  const tests::TemporaryDirectory directory;
  EXPECT_THAT(error_of("fatal", directory), EndsWith("gave up while it ran build_wheel of b: MemoryError: no room\nleft"
                                                     "\nTraceback:\n  there"));
  EXPECT_THAT(error_of("fatal first", directory), EndsWith("gave up before it was ready: OSError: no tree"));
}

TEST(HookdClient, TakesTooLong) {
  const tests::TemporaryDirectory directory;
  EXPECT_THAT(error_of("never writes", directory, milliseconds(300)),
              HasSubstr("was killed: it took more than 0.300 s before it was ready"));
  // Where the machine is slow, the first READY takes too long already.
  EXPECT_THAT(error_of("hangs", directory, milliseconds(2'000)), HasSubstr("was killed: it took more than 2 s"));
  EXPECT_FALSE(has_children());
}

// A megabyte fits into no pipe. Whichever comes first, the writing or the stop: nothing blocks.
TEST(HookdClient, NeverReads) {
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

TEST(HookdClient, IsStopped) {
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

TEST(HookdClient, ItsChatterBlocksNobodyAndItsEndIsTold) {
  const tests::TemporaryDirectory directory;
  const std::string error = error_of("chatters", directory);
  EXPECT_THAT(error, HasSubstr("ended with exit code 5"));
  EXPECT_THAT(error, EndsWith("019999 this is chatter on standard error that nobody asked for"));
  EXPECT_LE(error.size(), (64U << 10U) + 500U);
}

TEST(HookdClient, ClosesItsInput) {
  const tests::TemporaryDirectory directory;
  // SIGPIPE would end the test.
  EXPECT_THAT(error_of("closes input", directory), HasSubstr("ended with exit code 4"));
}

TEST(HookdClient, ClosesItsOutput) {
  const tests::TemporaryDirectory directory;
  EXPECT_THAT(error_of("closes output", directory),
              HasSubstr("closed its standard output, did not end and was killed while it ran build_wheel of b"));
}

TEST(HookdClient, EndsBadlyAfterShutdown) {
  const tests::TemporaryDirectory directory;
  HookdClient client(fake("exits with 1", directory));
  EXPECT_TRUE(client.run(wheel()).ok);
  EXPECT_THAT(error_of([&] { client.shutdown(); }), HasSubstr("ended with exit code 1 when it was to shut down"));
}

TEST(HookdClient, DoesNotEnd) {
  const tests::TemporaryDirectory directory;
  HookdClient client(fake("does not end", directory));
  EXPECT_THAT(error_of([&] { client.shutdown(); }), HasSubstr("did not end within 10 s when it was to shut down"));
  EXPECT_FALSE(has_children());
}

// --- announced files
// ---------------------------------------------------------------------------------------------------

TEST(HookdClient, WhatIsNoFileIsLeftAlone) {
  const tests::TemporaryDirectory directory;
  const HookdResult result = HookdClient(fake("no files", directory)).run(wheel());
  EXPECT_TRUE(result.ok);
  EXPECT_EQ(result.standard_output + result.standard_error, "");
  EXPECT_TRUE(std::filesystem::is_fifo(directory / "fifo"));
}

TEST(HookdClient, LinksAreLeftAlone) {
  const tests::TemporaryDirectory directory;
  const HookdResult result = HookdClient(fake("a link", directory)).run(wheel());
  EXPECT_TRUE(result.ok);
  EXPECT_EQ(result.standard_output + result.standard_error, "");
  EXPECT_TRUE(std::filesystem::is_symlink(directory / "link"));
  EXPECT_EQ(directory.read("target"), "not the hook's");
}

TEST(HookdClient, TheEndOfALongFileIsKept) {
  const tests::TemporaryDirectory directory;
  const HookdResult result = HookdClient(fake("much", directory)).run(wheel());
  EXPECT_EQ(result.standard_output.size(), 1U << 20U);
  EXPECT_THAT(result.standard_output.substr(0, 20), Not(HasSubstr("beginning")));
  EXPECT_THAT(result.standard_output.substr(result.standard_output.size() - 10), EndsWith("xend"));
  EXPECT_FALSE(std::filesystem::exists(directory / "much"));
}

TEST(HookdClient, DebugMessagesAreBounded) {
  const tests::TemporaryDirectory directory;
  const HookdResult result = HookdClient(fake("debug for ever", directory)).run(wheel());
  EXPECT_TRUE(result.ok);
  std::size_t bytes = 0;
  for (const std::string& message : result.debug) bytes += message.size();
  EXPECT_LE(bytes, 1U << 20U);
  EXPECT_GT(result.debug.size(), 1000U);
}

// --- the caller's process
// ----------------------------------------------------------------------------------------------

TEST(HookdClient, ChangesNothingOfItsCaller) {
  const tests::TemporaryDirectory directory;
  const auto state = [] {
    std::string text;
    for (int signal = 1; signal < NSIG; ++signal) {
      struct sigaction action {};
      if (::sigaction(signal, nullptr, &action) == 0) {
        text += action.sa_handler == SIG_DFL ? 'd' : action.sa_handler == SIG_IGN ? 'i' : 'h';
      }
    }
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    for (int signal = 1; signal < NSIG; ++signal) text += ::sigismember(&mask, signal) == 1 ? '1' : '0';
    std::size_t descriptors = 0;
    for ([[maybe_unused]] const auto& fd : std::filesystem::directory_iterator("/proc/self/fd")) ++descriptors;
    return text + " " + std::to_string(descriptors) + " " + std::filesystem::current_path().string();
  };
  const std::string before = state();
  {
    HookdClient client(fake("seed", directory));
    EXPECT_TRUE(client.run(wheel()).ok);
  }
  static_cast<void>(error_of("dies at result", directory));
  EXPECT_EQ(state(), before);
}

}  // namespace
}  // namespace grapnel
