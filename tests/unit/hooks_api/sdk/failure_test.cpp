// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/sdk/failure.hpp"

#include <hooks/exceptions.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace {

using hooks::BuildException;
using hooks::FailureType;
using hooks::InfraException;
using hooks::sdk::Failure;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Not inlined and no tail calls, so that each has a frame.
template <typename Function>
[[gnu::noinline]] Failure failure_of(const Function& function) {
  try {
    function();
  } catch (...) {
    return hooks::sdk::describe_current_exception();
  }
  return {};
}

[[gnu::noinline]] void throw_build_exception() { throw BuildException("cannot compile add.c"); }
[[gnu::noinline]] void throw_int() { throw 42; }
[[gnu::noinline]] int throw_out_of_range() { return std::vector<int>{1}.at(7); }
[[gnu::noinline]] void throw_infra_from_runtime_error() {
  try {
    throw std::runtime_error("connect: Connection refused");
  } catch (const std::exception&) {
    throw InfraException("cannot download sqlite.c");
  }
}

TEST(Failure, OfABuildException) {
  const Failure failure = failure_of(throw_build_exception);
  EXPECT_EQ(failure.type, FailureType::build);
  EXPECT_EQ(failure.message, "cannot compile add.c");
  EXPECT_THAT(failure.report, StartsWith("hooks::BuildException: cannot compile add.c\nstack trace:\n#0 "));
  EXPECT_THAT(failure.report, HasSubstr("throw_build_exception()"));
  EXPECT_THAT(failure.report, Not(HasSubstr("hint:")));
}

TEST(Failure, NamesTheCause) {
  const Failure failure = failure_of(throw_infra_from_runtime_error);
  EXPECT_EQ(failure.type, FailureType::infra);
  EXPECT_EQ(failure.message, "cannot download sqlite.c\ncaused by: connect: Connection refused");
  EXPECT_THAT(failure.report, StartsWith("hooks::InfraException: cannot download sqlite.c\n"
                                         "caused by: std::runtime_error: connect: Connection refused\n"
                                         "stack trace:\n"));
  EXPECT_THAT(failure.report,
              HasSubstr("stack trace of the first cause:\n#0 (anonymous namespace)::throw_infra_from_runtime_error()"));
}

TEST(Failure, NamesEachCauseOfAChain) {
  const Failure failure = failure_of([] {
    try {
      try {
        throw 7;
      } catch (...) {
        std::throw_with_nested(std::runtime_error("second"));
      }
    } catch (...) {
      throw BuildException("first");
    }
  });
  EXPECT_EQ(failure.message, "first\ncaused by: second\ncaused by: 7");
  EXPECT_THAT(failure.report, HasSubstr("\ncaused by: std::runtime_error: second\ncaused by: int: 7\n"));
}

TEST(Failure, OfAStandardExceptionHasAHintAndTheTraceOfItsThrow) {
  const Failure failure = failure_of(throw_out_of_range);
  EXPECT_EQ(failure.type, FailureType::uncategorized);
  EXPECT_THAT(failure.report, StartsWith("std::out_of_range: vector::"));
  EXPECT_THAT(failure.report, HasSubstr("throw_out_of_range()"));
  EXPECT_THAT(failure.report, HasSubstr("\nhint: throw hooks::BuildException"));
}

TEST(Failure, OfWhatIsNoException) {
  const Failure failure = failure_of(throw_int);
  EXPECT_EQ(failure.type, FailureType::uncategorized);
  EXPECT_EQ(failure.message, "42");
  EXPECT_THAT(failure.report, StartsWith("int: 42\n"));
  EXPECT_THAT(failure.report, HasSubstr("throw_int()"));
  EXPECT_EQ(failure_of([] { throw "text"; }).message, "text");
  EXPECT_EQ(failure_of([] { throw std::string("text"); }).message, "text");
  EXPECT_THAT(failure_of([] { throw FailureType::build; }).report,
              StartsWith("hooks::FailureType: an exception without a message\n"));
}

TEST(Failure, TheTraceIsOfTheExceptionThatLeft) {
  const Failure failure = failure_of([] {
    struct ThrowsAndCatches {
      ~ThrowsAndCatches() {
        try {
          throw_int();
        } catch (int) {
        }
      }
    } on_the_way_out;
    throw_out_of_range();
  });
  EXPECT_THAT(failure.report, HasSubstr("throw_out_of_range()"));
  EXPECT_THAT(failure.report, Not(HasSubstr("throw_int()")));
}

TEST(Failure, TheTraceEndsWhereItIsHandled) {
  EXPECT_THAT(failure_of(throw_build_exception).report, Not(HasSubstr("main")));
}

TEST(HookException, SaysItsTypeAndTrace) {
  const InfraException exception("no network");
  EXPECT_STREQ(exception.what(), "no network");
  EXPECT_EQ(exception.message(), "no network");
  EXPECT_EQ(exception.type(), FailureType::infra);
  EXPECT_EQ(exception.nested_ptr(), nullptr);
  EXPECT_THAT(exception.stack_trace(), HasSubstr("HookException_SaysItsTypeAndTrace_Test::TestBody()"));
  EXPECT_THAT(exception.stack_trace(), Not(HasSubstr("InfraException")));
}

TEST(HookException, NamesOfTypesAreThoseOfTheDocument) {
  EXPECT_EQ(name_of(FailureType::build), "build");
  EXPECT_EQ(name_of(FailureType::infra), "infra");
  EXPECT_EQ(name_of(FailureType::uncategorized), "uncategorized");
}

}  // namespace
