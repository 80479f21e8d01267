// SPDX-License-Identifier: BSD-3-Clause
// System calls of the runner fail, write only a part, or are interrupted: the run is right nevertheless, or it is an
// infra failure that names the file and the reason; and the next run is right.
#include "tests/support/soak.hpp"
#include "tests/support/three_packages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <iostream>
#include <string>
#include <system_error>

namespace {

using testing::HasSubstr;
using tests::difference;
using tests::Ended;
using tests::soak_or;
using tests::ThreePackages;
using Traces = ThreePackages::Traces;

bool is_empty(const std::string& text) { return text.empty(); }

/// What can go wrong at one call.
struct Fault {
  std::string mode;      ///< of syscall_fault, without "errno:"
  int error_number = 0;  ///< what a message then says; 0: no call fails
};

class FailingCalls : public testing::TestWithParam<Fault> {
 protected:
  FailingCalls() {
    build.edit(1);
    odd = clean_build();
    build.edit(0);
    even = clean_build();
  }

  Traces clean_build() const {
    build.forget();
    const Ended ended = build.build();
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return build.traces();
  }

  // The first of syscall_fault's lines, or nothing where it had no occasion.
  static std::string what_was_hit(const std::string& err) {
    const std::size_t begin = err.find("syscall_fault: ");
    return begin == err.npos ? "" : err.substr(begin, err.find('\n', begin) - begin);
  }

  // The hook's own words, and what the tool says of itself, are no message.
  static std::string without_the_tool(std::string text) {
    for (std::size_t begin = text.find("syscall_fault: "); begin != text.npos; begin = text.find("syscall_fault: ")) {
      text.erase(begin, text.find('\n', begin) - begin + 1);
    }
    return text;
  }

  void check_message(const Ended& ended) const {
    const std::string message = without_the_tool(ended.err);
    EXPECT_THAT(message, HasSubstr(build.workspace().path().string() + "/")) << "it names no file";
    EXPECT_THAT(message, HasSubstr(std::generic_category().message(GetParam().error_number)));
  }

  // False: the run had fewer calls.
  bool disturb(const std::string& mode, std::size_t n, const Traces& expected) const {
    const Ended ended = build.build_with_fault(mode, n);
    const std::string hit = what_was_hit(ended.err);
    SCOPED_TRACE(mode + ", call " + std::to_string(n) + ": " + ended.err);
    EXPECT_EQ(ended.signal, 0);
    if (ended.exit_code == 0) {
      EXPECT_PRED1(is_empty, difference(expected, build.traces()));
    } else {
      EXPECT_EQ(ended.exit_code, 2);
      if (GetParam().error_number != 0) check_message(ended);
    }
    const Ended next = build.build();
    EXPECT_EQ(next.exit_code, 0) << next.err;
    EXPECT_PRED1(is_empty, difference(expected, build.traces())) << next.err;
    return !hit.empty();
  }

  // Each call of a cold and of a changed build, or each tenth, fails once; or it and all after it.
  void disturb_each(const std::string& mode) const { disturb_each(mode, soak_or<std::size_t>(1, 10)); }
  void disturb_each(const std::string& mode, std::size_t step) const {
    std::size_t points = 0;
    const auto again = [&](std::size_t n, const Traces& expected) {
      const bool hit = disturb(mode, n, expected);
      if (hit) ++points;
      return hit && !HasFailure();
    };
    for (std::size_t n = 1; build.forget(), again(n, even); n += step) {
    }
    unsigned version = 0;
    const auto change = [&]() -> const Traces& {
      version = 1 - version;
      build.edit(version);
      return version == 0 ? even : odd;
    };
    for (std::size_t n = 1 + step / 2; again(n, change()); n += step) {
    }
    std::cout << mode << ": " << points << "/" << points << " points\n";
    EXPECT_GT(points, 0U);
  }

  ThreePackages build;
  Traces odd;
  Traces even;
};

class FailingCall : public FailingCalls {};

TEST_P(FailingCall, Once) { disturb_each("errno:" + GetParam().mode); }
TEST_P(FailingCall, FromThenOn) {
  // The runner waits for descriptors, half a minute for each hook.
  const bool is_slow = GetParam().error_number == EMFILE;
  disturb_each("errno+:" + GetParam().mode, is_slow ? soak_or<std::size_t>(10, 50) : soak_or<std::size_t>(1, 10));
}

INSTANTIATE_TEST_SUITE_P(Errors, FailingCall,
                         testing::Values(Fault{"ENOSPC", ENOSPC}, Fault{"EIO", EIO}, Fault{"EROFS", EROFS},
                                         Fault{"EMFILE", EMFILE}, Fault{"EDQUOT", EDQUOT}, Fault{"EACCES", EACCES}),
                         [](const auto& instance) { return instance.param.mode; });

class PartlyWritten : public FailingCalls {};

TEST_P(PartlyWritten, Once) { disturb_each("short"); }

INSTANTIATE_TEST_SUITE_P(Writes, PartlyWritten, testing::Values(Fault{"short"}));

class Interrupted : public FailingCalls {};

// Every second call that a signal may interrupt, is.
TEST_P(Interrupted, Always) {
  for (unsigned version = 0; version < soak_or(20U, 2U); ++version) {
    if (version % 2 == 0) build.forget();
    build.edit(version % 2);
    const Ended ended = build.build_with_fault("eintr", 0);
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
    ASSERT_PRED1(is_empty, difference(version % 2 == 0 ? even : odd, build.traces())) << ended.err;
    EXPECT_THAT(ended.err, testing::Not(HasSubstr("interrupted 0 ")));
  }
}

INSTANTIATE_TEST_SUITE_P(Calls, Interrupted, testing::Values(Fault{"eintr"}));

}  // namespace
