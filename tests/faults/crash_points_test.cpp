// SPDX-License-Identifier: BSD-3-Clause
// The runner is killed at each system call that changes a file; whatever is left, the next run is right.
#include "tests/support/soak.hpp"
#include "tests/support/three_packages.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstddef>
#include <functional>
#include <iostream>
#include <string>

namespace {

using tests::difference;
using tests::Ended;
using tests::soak_or;
using tests::ThreePackages;

bool is_empty(const std::string& text) { return text.empty(); }

// What a clean build of the present files gives.
ThreePackages::Traces clean_build(const ThreePackages& build) {
  build.forget();
  const Ended ended = build.build();
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  return build.traces();
}

// Kills the build at its first call, at the one `step` further, and so on, until it ends before it gets there.
// `prepare` makes the situation for each of them, and gives what a clean build would leave.
void kill_at_each(const ThreePackages& build, const std::string& name, std::size_t step,
                  const std::function<const ThreePackages::Traces&()>& prepare) {
  std::size_t points = 0;
  std::size_t right = 0;
  std::size_t n = 1;
  for (;; n += step) {
    const ThreePackages::Traces& expected = prepare();
    const Ended killed = build.build_with_fault("kill", n);
    if (killed.signal != SIGKILL) {
      ASSERT_EQ(killed.exit_code, 0) << killed.err;
      break;
    }
    ++points;
    SCOPED_TRACE(name + ", call " + std::to_string(n) + ": " + killed.err);
    const Ended next = build.build();
    ASSERT_EQ(next.exit_code, 0) << next.err;
    ASSERT_PRED1(is_empty, difference(expected, build.traces())) << next.err;
    const std::size_t started = build.started();
    const Ended third = build.build();
    ASSERT_EQ(third.exit_code, 0) << third.err;
    ASSERT_EQ(build.started(), started) << third.err;
    ASSERT_PRED1(is_empty, difference(expected, build.traces())) << third.err;
    ++right;
  }
  std::cout << name << ": " << right << "/" << points << " points"
            << (step > 1 ? ", each " + std::to_string(step) + "th call" : "") << "\n";
  EXPECT_GT(points, 0U);
}

TEST(CrashPoints, OfAColdBuild) {
  const ThreePackages build;
  const auto expected = clean_build(build);
  kill_at_each(build, "cold build", 1, [&]() -> const ThreePackages::Traces& {
    build.forget();
    return expected;
  });
}

TEST(CrashPoints, OfAnUpToDateBuild) {
  const ThreePackages build;
  const auto expected = clean_build(build);
  kill_at_each(build, "up-to-date build", 1, [&]() -> const ThreePackages::Traces& { return expected; });
}

// Contents have to be compared, and what was learnt is recorded.
TEST(CrashPoints, OfABuildAfterATouch) {
  const ThreePackages build;
  const auto expected = clean_build(build);
  kill_at_each(build, "build after a touch", 1, [&]() -> const ThreePackages::Traces& {
    build.touch();
    return expected;
  });
}

TEST(CrashPoints, OfAChangedBuild) {
  const ThreePackages build;
  build.edit(1);
  const auto odd = clean_build(build);
  build.edit(0);
  const auto even = clean_build(build);
  unsigned version = 0;
  kill_at_each(build, "changed build", soak_or<std::size_t>(1, 10), [&]() -> const ThreePackages::Traces& {
    version = 1 - version;
    build.edit(version);
    return version == 0 ? even : odd;
  });
}

// The compiler is a process of its own, and runs again in each of the next runs: so the points are few.
TEST(CrashPoints, OfAColdBuildThatCompiles) {
  const ThreePackages build(ThreePackages::Middle::source);
  const auto expected = clean_build(build);
  kill_at_each(build, "cold build with a source", soak_or<std::size_t>(1, 31), [&]() -> const ThreePackages::Traces& {
    build.forget();
    return expected;
  });
}

}  // namespace
