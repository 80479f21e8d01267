// SPDX-License-Identifier: BSD-3-Clause
// Another runner, Dart's, holds the lock of a package (spec: dart-hooks, section 5.6).
#include "tests/support/program.hpp"
#include "tests/support/three_packages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <thread>

namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using tests::Ended;
using tests::Started;

class DartsLock : public testing::Test {
 protected:
  DartsLock() { std::filesystem::create_directories(lock.parent_path()); }

  // Until it has said whom it waits for.
  static std::string words_of(const Started& started) {
    const auto end = std::chrono::steady_clock::now() + 60s;
    std::string words;
    while (words.find("waiting for the lock") == words.npos && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(20ms);
      words = tests::read_text(started.err);
    }
    return words;
  }

  void check_next_run() const {
    const Ended next = build.build();
    EXPECT_EQ(next.exit_code, 0) << next.err;
    EXPECT_EQ(build.started(), 3U);
  }

  tests::ThreePackages build;
  std::filesystem::path lock = build.workspace().state() / "shared/leaf/.lock";
};

TEST_F(DartsLock, IsWaitedForAndItsOwnerNamed) {
  tests::Program dart("hold_lock", {"dart", lock});
  ASSERT_EQ(dart.read_line(), "held");
  const auto begin = std::chrono::steady_clock::now();
  const Started started = build.start_build(build.result(), {});
  EXPECT_THAT(words_of(started),
              AllOf(HasSubstr("waiting for the lock '" + lock.string()), HasSubstr("Last acquired by dart (pid 1)")));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 1s);
  EXPECT_EQ(build.started(), 0U);
  dart.close_input();
  const Ended ended = started.wait();
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(build.started(), 3U);
}

TEST_F(DartsLock, AWaitingRunnerCanBeCancelled) {
  tests::Program dart("hold_lock", {"dart", lock});
  ASSERT_EQ(dart.read_line(), "held");
  const Started started = build.start_build(build.result(), {});
  words_of(started);
  ::kill(started.pid, SIGTERM);
  EXPECT_EQ(started.wait().signal, SIGTERM);
  EXPECT_EQ(build.started(), 0U);
  EXPECT_THAT(tests::read_text(lock), HasSubstr("Last acquired by dart")) << "a waiter leaves the owner's text alone";
  dart.close_input();
  dart.wait();
  check_next_run();
}

TEST_F(DartsLock, AWaitingRunnerCanBeKilled) {
  tests::Program dart("hold_lock", {"dart", lock});
  ASSERT_EQ(dart.read_line(), "held");
  const Started started = build.start_build(build.result(), {});
  words_of(started);
  ::kill(started.pid, SIGKILL);
  EXPECT_EQ(started.wait().signal, SIGKILL);
  dart.close_input();
  dart.wait();
  check_next_run();
}

// Dart's runner, killed while it held the lock: the text stays, the lock does not.
TEST_F(DartsLock, IsFreeWhenItsOwnerWasKilled) {
  tests::Program dart("hold_lock", {"dart", lock});
  ASSERT_EQ(dart.read_line(), "held");
  dart.kill(SIGKILL);
  dart.wait();
  check_next_run();
}

}  // namespace
