// SPDX-License-Identifier: BSD-3-Clause
// Eight runners at once on one workspace, of which one is killed ten times a second.
#include "tests/support/soak.hpp"
#include "tests/support/three_packages.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <iostream>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using tests::difference;
using tests::Ended;
using tests::soak_or;
using tests::Started;
using tests::ThreePackages;

bool is_empty(const std::string& text) { return text.empty(); }

/// One of the places for runners; starts one after another.
struct Place {
  Started runner;
  fs::path result;
  bool is_killed = false;
};

class ManyRunners : public testing::Test {
 protected:
  void start(std::size_t i) {
    Place& place = places[i];
    place.result = results / ("result" + std::to_string(i) + ".json");
    place.is_killed = false;
    // Some run all, some what has to, some without a memory.
    static const std::vector<std::vector<std::string>> kWays{{}, {"--force"}, {"--no-cache"}, {"--force", "middle"}};
    place.runner = build.start_build(place.result, kWays[random() % kWays.size()]);
  }

  // Takes the end of a runner, and judges it.
  void take(std::size_t i) {
    Place& place = places[i];
    const Ended ended = place.runner.wait();
    if (place.is_killed && ended.signal == SIGKILL) {
      ++killed;
      return;
    }
    ++finished;
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
    ASSERT_EQ(ThreePackages::essentials(place.result), expected.at("result")) << ended.err;
    fs::remove(place.runner.out);
    fs::remove(place.runner.err);
  }

  bool has_ended(std::size_t i) const {
    siginfo_t end{};
    return ::waitid(P_PID, static_cast<id_t>(places[i].runner.pid), &end, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           end.si_pid != 0;
  }

  std::mt19937 random{20261121};
  ThreePackages build;
  ThreePackages::Traces expected;
  tests::TemporaryDirectory results;
  std::array<Place, 8> places;
  std::size_t finished = 0;
  std::size_t killed = 0;
};

TEST_F(ManyRunners, AllButTheKilledOnesEndRight) {
  ASSERT_EQ(build.build().exit_code, 0);
  expected = build.traces();
  build.forget();

  const auto end = std::chrono::steady_clock::now() + soak_or<std::chrono::seconds>(60s, 5s);
  auto next_kill = std::chrono::steady_clock::now() + 100ms;
  for (std::size_t i = 0; i < places.size(); ++i) start(i);
  while (std::chrono::steady_clock::now() < end && !HasFatalFailure()) {
    for (std::size_t i = 0; i < places.size() && !HasFatalFailure(); ++i) {
      if (!has_ended(i)) continue;
      take(i);
      start(i);
    }
    if (std::chrono::steady_clock::now() >= next_kill) {
      next_kill += 100ms;
      Place& victim = places[random() % places.size()];
      victim.is_killed = true;
      ::kill(victim.runner.pid, SIGKILL);
    }
    std::this_thread::sleep_for(2ms);
  }
  for (std::size_t i = 0; i < places.size(); ++i) take(i);
  std::cout << "eight runners: " << finished << " ended right, " << killed << " were killed\n";
  EXPECT_GT(finished, 0U);
  EXPECT_GT(killed, 0U);

  const Ended last = build.build();
  ASSERT_EQ(last.exit_code, 0) << last.err;
  EXPECT_PRED1(is_empty, difference(expected, build.traces()));
  const std::size_t started = build.started();
  ASSERT_EQ(build.build().exit_code, 0);
  EXPECT_EQ(build.started(), started);
}

}  // namespace
