// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/backtrace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <thread>

namespace {

using hooks::base::capture_frames;
using hooks::base::count_inner_frames;
using hooks::base::describe_frames;
using testing::HasSubstr;

struct Stack {
  std::array<void*, 64> frames{};
  int count = 0;
  [[nodiscard]] std::string text() const { return describe_frames(frames.data(), count); }
  [[nodiscard]] std::string line(int number) const { return describe_frames(frames.data() + number, 1); }
};

[[gnu::noinline]] void capture(Stack& stack, int size = 64) { stack.count = capture_frames(stack.frames.data(), size); }

// Its return address: what a constructor of an exception passes.
[[gnu::noinline]] void capture_from_caller(Stack& stack) {
  stack.count = capture_frames(stack.frames.data(), 64, __builtin_return_address(0));
}

[[gnu::noinline]] void a_static_function(Stack& stack) {
  capture_from_caller(stack);
  asm volatile("");  // not a tail call
}

TEST(Backtrace, BeginsWithTheFunctionThatCaptures) {
  Stack stack;
  capture(stack);
  EXPECT_THAT(stack.line(0), HasSubstr("capture("));
  EXPECT_THAT(stack.line(0), testing::StartsWith("#0 "));
}

TEST(Backtrace, BeginsWithTheGivenFrame) {
  Stack stack;
  a_static_function(stack);
  EXPECT_THAT(stack.line(0), HasSubstr("a_static_function("));
}

TEST(Backtrace, KeepsAllFramesWhereTheGivenOneIsNotOnTheStack) {
  Stack stack;
  stack.count = capture_frames(stack.frames.data(), 64, &stack);
  EXPECT_GT(stack.count, 1);
}

TEST(Backtrace, NamesLambdas) {
  Stack stack;
  const auto a_lambda = [&stack](int) __attribute__((noinline)) {
    capture_from_caller(stack);
    asm volatile("");
  };
  a_lambda(1);
  // g++ writes {lambda(int)#1}, clang $_0.
  EXPECT_THAT(stack.line(0), testing::AnyOf(HasSubstr("{lambda(int)"), HasSubstr("$_")));
}

TEST(Backtrace, FillsNoMoreThanItsSize) {
  Stack stack;
  capture(stack, 2);
  EXPECT_EQ(stack.count, 2);
  EXPECT_EQ(stack.frames[2], nullptr);
}

TEST(Backtrace, FileAndOffsetWhereThereIsNoName) {
  std::array<void*, 1> frames{reinterpret_cast<void*>(std::uintptr_t{0x20})};
  EXPECT_EQ(describe_frames(frames.data(), 1), "#0 (0x1f)\n");
}

TEST(Backtrace, LinesAreNumbered) {
  Stack stack;
  capture(stack);
  EXPECT_THAT(stack.text(), HasSubstr("\n#1 "));
}

[[gnu::noinline]] void inner(Stack& stack) {
  capture(stack);
  asm volatile("");
}

TEST(Backtrace, InnerFramesEndBeforeTheFunctionThatHandles) {
  Stack stack;
  inner(stack);
  const int count = count_inner_frames(stack.frames.data(), stack.count);
  ASSERT_EQ(count, 2);  // capture() and inner(), not this test
  EXPECT_THAT(stack.line(1), HasSubstr("inner("));
}

TEST(Backtrace, InnerFramesOfAnotherThreadAreAllThatAreOurs) {
  Stack stack;
  std::thread([&stack] { inner(stack); }).join();
  const int count = count_inner_frames(stack.frames.data(), stack.count);
  EXPECT_GE(count, 2);
}

TEST(Backtrace, NoFramesHaveNoInnerFrames) { EXPECT_EQ(count_inner_frames(nullptr, 0), 0); }

}  // namespace
