// SPDX-License-Identifier: BSD-3-Clause
// What a hook does to descriptors and processes reaches neither the channel nor the next call (spec: hookd,
// "Transport").
#include "tests/support/channel_worker.hpp"
#include "tests/unit/hooks_api/pep517/backends.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <string>

namespace {

using hooks::pep517::Answer;
using hooks::pep517::Call;
using testing::HasSubstr;
using testing::Not;

class Pep517Streams : public testing::TestWithParam<tests::BackendForm> {
 protected:
  [[nodiscard]] Call call_to(const std::string& what) {
    return worker_.call_of("build_wheel",
                           {tests::text_argument((directory_ / "dist").native()),
                            tests::json_argument(R"({"do":")" + what + R"("})"), tests::none_argument()});
  }
  /// Runs it; what the hook printed behind its first line, which says what it was given.
  [[nodiscard]] std::string printed_by(const std::string& what) {
    const Call call = call_to(what);
    const auto answer = worker_.run(call);
    EXPECT_TRUE(answer.has_value()) << "the worker ended";
    EXPECT_EQ(answer.value_or(Answer{}).kind, "OK");
    EXPECT_EQ(answer.value_or(Answer{}).nonce, call.nonce);
    errors_ = tests::read_text(call.stderr_file);
    const std::string all = tests::read_text(call.stdout_file);
    const std::size_t end = all.find("exists=1\n");
    EXPECT_EQ(all.find("announced\nhook=build_wheel"), 0U) << all;
    return end == std::string::npos ? "none" : all.substr(end + 9);
  }
  /// An ordinary call still works, and prints what it prints.
  void expect_that_all_is_well() { EXPECT_EQ(printed_by("print"), kPrinted); }

  static constexpr const char* kPrinted = "printf cout write child\nstdin has 0 bytes\nlast of cout\nlast of stdio\n";
  tests::TemporaryDirectory directory_;
  tests::ChannelWorker worker_{GetParam().command, directory_};
  std::string errors_;  ///< the last hook's standard error
};

INSTANTIATE_TEST_SUITE_P(Forms, Pep517Streams, testing::ValuesIn(tests::backend_forms()),
                         [](const auto& instance) { return instance.param.name; });

TEST_P(Pep517Streams, GoToTheFilesOfTheCall) {
  EXPECT_EQ(printed_by("print"), kPrinted);
  EXPECT_EQ(errors_, "error of the child\ncerr\nstderr\nclog\n");
  EXPECT_EQ(printed_by("print"), kPrinted) << "the second time";
}

TEST_P(Pep517Streams, KeepNothingForTheNextCall) {
  EXPECT_EQ(printed_by("own buffer"), "kept by cout");
  EXPECT_EQ(printed_by("nothing"), "");
  EXPECT_EQ(printed_by("own input"), "a\n");
  expect_that_all_is_well();
  EXPECT_EQ(printed_by("own input"), "a\n") << "stdin remembers that it was at its end";
}

TEST_P(Pep517Streams, WorkAfterTheyCouldNotBeWritten) {
  const auto answer = worker_.run(call_to("no output"));
  EXPECT_EQ(answer.value_or(Answer{}).kind, "OK");
  expect_that_all_is_well();
}

TEST_P(Pep517Streams, WorkAfterAHookClosedAll) {
  for (int i = 0; i < 2; ++i) {
    const auto answer = worker_.run(call_to("close"));
    EXPECT_EQ(answer.value_or(Answer{}).kind, "OK");
    expect_that_all_is_well();
  }
}

TEST_P(Pep517Streams, WorkAfterAHookCoveredAll) {
  for (int i = 0; i < 2; ++i) {
    const auto answer = worker_.run(call_to("cover"));
    EXPECT_EQ(answer.value_or(Answer{}).kind, "OK");
    expect_that_all_is_well();
  }
}

TEST_P(Pep517Streams, AreAllThatAHookHolds) {
  const Call call = call_to("descriptors");
  EXPECT_EQ(worker_.run(call).value_or(Answer{}).kind, "OK");
  const std::string printed = tests::read_text(call.stdout_file);
  EXPECT_THAT(printed, HasSubstr("0=/dev/null\n1=" + call.stdout_file + "\n2=" + call.stderr_file + "\n"));
  EXPECT_THAT(printed, Not(HasSubstr("pipe:")));
}

TEST_P(Pep517Streams, AHookThatForksAndReturnsTwiceAnswersOnce) {
  EXPECT_EQ(printed_by("fork"), "before the fork\nthe child's code is 0\n");
  EXPECT_FALSE(worker_.has_more_answers());
  const Call call = call_to("fork and throw");
  const auto answer = worker_.run(call);
  EXPECT_EQ(answer.value_or(Answer{}).text, "std::runtime_error: from both");
  EXPECT_FALSE(worker_.has_more_answers());
  EXPECT_THAT(tests::read_text(call.stdout_file), HasSubstr("exists=1\nbefore the fork\nthe child's code is 0\n"));
  expect_that_all_is_well();
}

TEST_P(Pep517Streams, AChildThatLivesOnHoldsNobodyUp) {
  const std::string printed = printed_by("leave child");
  ASSERT_EQ(printed.find("child="), 0U) << printed;
  const int child = std::atoi(printed.c_str() + 6);
  expect_that_all_is_well();
  worker_.end_calls();
  const int status = worker_.wait();
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  EXPECT_EQ(::kill(child, SIGKILL), 0);
}

TEST_P(Pep517Streams, AHookThatEndsTheProcessGivesNoAnswer) {
  const Call exiting = call_to("exit");
  EXPECT_FALSE(worker_.run(exiting));
  const int status = worker_.wait();
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 3) << status;
  EXPECT_THAT(tests::read_text(exiting.stdout_file), HasSubstr("hook=build_wheel")) << "exit() flushes";
}

TEST_P(Pep517Streams, AHookThatCrashesGivesNoAnswer) {
  EXPECT_FALSE(worker_.run(call_to("crash")));
  const int status = worker_.wait();
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) << status;
}

}  // namespace
