// SPDX-License-Identifier: BSD-3-Clause
// Several tools at once, with real processes and a jobserver that is only a pipe.
#include "hooks_api/toolkit/steps.hpp"

#include "hooks_api/base/files.hpp"
#include "tests/support/temporary_directory.hpp"
#include <hooks/exceptions.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace hooks::toolkit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

/// MAKEFLAGS for the time of a test, with a pipe of so many tokens, and no tokens lost in the end.
class Jobserver {
 public:
  explicit Jobserver(int tokens) : tokens_(tokens) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), 0), 0);  // inherited, as it seems
    reads_ = base::Fd(ends[0]);
    writes_ = base::Fd(ends[1]);
    for (int i = 0; i < tokens; ++i) EXPECT_EQ(::write(writes_.get(), "+", 1), 1);
    const std::string flags =
        "-j --jobserver-auth=" + std::to_string(reads_.get()) + "," + std::to_string(writes_.get());
    ::setenv("MAKEFLAGS", flags.c_str(), 1);
  }
  Jobserver(const Jobserver&) = delete;
  Jobserver& operator=(const Jobserver&) = delete;
  ~Jobserver() {
    ::unsetenv("MAKEFLAGS");
    EXPECT_EQ(free(), tokens_) << "tokens are back";
  }
  [[nodiscard]] int free() const {
    int bytes = 0;
    EXPECT_EQ(::ioctl(reads_.get(), FIONREAD, &bytes), 0);
    return bytes;
  }
  [[nodiscard]] char take() const {
    char token = 0;
    EXPECT_EQ(::read(reads_.get(), &token, 1), 1);
    return token;
  }
  void put_back(char token) const { EXPECT_EQ(::write(writes_.get(), &token, 1), 1); }

 private:
  int tokens_;
  base::Fd reads_;
  base::Fd writes_;
};

class StepsTest : public testing::Test {
 protected:
  StepsTest() { ::unsetenv("MAKEFLAGS"); }

  /// A step that runs `script`; it says when it begins and ends.
  void add(const std::string& script) {
    const std::string number = std::to_string(steps_.size());
    steps_.push_back({{"/bin/sh", {"-c", "echo begin >>log; (" + script + "); code=$?; echo end >>log; exit $code"}},
                      "step " + number});
  }
  /// Waits until so many have begun, so that it works only beside them.
  static std::string meet(int others) {
    return "n=0; while [ $(grep -c begin log) -lt " + std::to_string(others) +
           " ]; do n=$((n+1)); [ $n -gt 500 ] && exit 9; sleep 0.02; done";
  }

  void run() {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    try {
      run_steps(steps_, directory_.path(), [&](std::size_t step) { succeeded_.push_back(step); });
    } catch (const HookException& exception) {
      failure_ = std::string(name_of(exception.type())) + ": " + exception.message();
    } catch (const std::exception& exception) {
      failure_ = exception.what();
    }
    out_ = testing::internal::GetCapturedStdout();
    err_ = testing::internal::GetCapturedStderr();
  }

  [[nodiscard]] int at_once() const {
    int running = 0;
    int most = 0;
    std::istringstream lines(directory_.read("log"));
    for (std::string line; std::getline(lines, line);) {
      running += line == "begin" ? 1 : -1;
      most = std::max(most, running);
    }
    EXPECT_EQ(running, 0) << "what was started ended";
    return most;
  }

  tests::TemporaryDirectory directory_;
  std::vector<Step> steps_;
  std::vector<std::size_t> succeeded_;
  std::string failure_;
  std::string out_;
  std::string err_;
};

TEST_F(StepsTest, NoStepsAreNoWork) {
  run();
  EXPECT_EQ(failure_, "");
  EXPECT_EQ(out_, "");
}

TEST_F(StepsTest, OneAfterAnotherWithoutAJobserver) {
  for (int i = 0; i < 4; ++i) add("sleep 0.02");
  run();
  EXPECT_EQ(failure_, "");
  EXPECT_EQ(at_once(), 1);
  EXPECT_THAT(succeeded_, ElementsAre(0, 1, 2, 3));
}

TEST_F(StepsTest, OneAfterAnotherWhereTheJobserverCannotBeUsed) {
  ::setenv("MAKEFLAGS", "-j --jobserver-auth=900,901", 1);
  for (int i = 0; i < 4; ++i) add("sleep 0.02");
  run();
  EXPECT_EQ(failure_, "");
  EXPECT_EQ(at_once(), 1);
  ::unsetenv("MAKEFLAGS");
}

TEST_F(StepsTest, OneAfterAnotherWithoutATokenToSpare) {
  const Jobserver jobserver(0);
  for (int i = 0; i < 3; ++i) add("sleep 0.02");
  run();
  EXPECT_EQ(failure_, "");
  EXPECT_EQ(at_once(), 1);
}

TEST_F(StepsTest, AtOnceWithTokens) {
  const Jobserver jobserver(8);
  for (int i = 0; i < 4; ++i) add(meet(4));
  run();
  EXPECT_EQ(failure_, "");
  EXPECT_EQ(at_once(), 4);
}

TEST_F(StepsTest, NeverMoreThanTokens) {
  const Jobserver jobserver(2);
  for (int i = 0; i < 8; ++i) add("sleep 0.05");
  run();
  EXPECT_EQ(failure_, "");
  EXPECT_EQ(at_once(), 3);
}

TEST_F(StepsTest, TokensThatComeLaterAreUsed) {
  const Jobserver jobserver(1);
  const auto taken = jobserver.take();
  steps_.push_back({{"/bin/sh", {"-c", "echo begin >>log; : >ready; " + meet(2) + "; echo end >>log"}}, "first"});
  add(":");
  std::thread later([&] {
    while (!std::filesystem::exists(directory_ / "ready")) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    jobserver.put_back(taken);
  });
  run();
  later.join();
  EXPECT_EQ(failure_, "");
  EXPECT_EQ(at_once(), 2);
}

TEST_F(StepsTest, OutputIsInTheOrderOfTheStepsAndUnmixed) {
  const Jobserver jobserver(3);
  // Each ends before the one in front of it, and writes in two goes.
  for (int i = 0; i < 4; ++i) {
    const std::string number = std::to_string(i);
    const std::string before = i < 3 ? "while [ ! -e done" + std::to_string(i + 1) + " ]; do sleep 0.01; done; " : "";
    add("echo first " + number + "; " + before + "echo second " + number + " >&2; : >done" + number);
  }
  run();
  EXPECT_EQ(failure_, "");
  EXPECT_EQ(err_, "first 0\nsecond 0\nfirst 1\nsecond 1\nfirst 2\nsecond 2\nfirst 3\nsecond 3\n");
  EXPECT_LT(out_.find("first 0"), out_.find("first 1"));
  EXPECT_LT(out_.find("first 2"), out_.find("first 3"));
  EXPECT_THAT(succeeded_, ElementsAre(0, 1, 2, 3));
}

TEST_F(StepsTest, TheFirstFailureInTheListIsThrown) {
  const Jobserver jobserver(2);
  add("echo warned");
  add("while [ ! -e failed ]; do sleep 0.01; done; echo early; exit 3");
  add("echo late; : >failed; exit 4");
  for (int i = 0; i < 5; ++i) add("sleep 0.3");
  run();
  EXPECT_THAT(failure_, StartsWith("build: step 1: exit code 3\n"));
  EXPECT_THAT(failure_, HasSubstr("early"));
  EXPECT_THAT(succeeded_, ElementsAre(0));
  EXPECT_EQ(err_, "warned\n");
  EXPECT_LT(std::count(out_.begin(), out_.end(), '\n'), 8) << "nothing is started after a failure";
  EXPECT_GE(at_once(), 2);
}

TEST_F(StepsTest, AToolThatDoesNotStartIsAFailureOfItsPlace) {
  const Jobserver jobserver(3);
  add("sleep 0.05; exit 3");
  steps_.push_back({{"/nonexistent/tool", {}}, "step 1"});
  add("sleep 0.05");
  run();
  EXPECT_THAT(failure_, StartsWith("build: step 0: exit code 3\n"));

  steps_.erase(steps_.begin());
  run();
  EXPECT_THAT(failure_, StartsWith("infra: step 1: "));
  EXPECT_THAT(failure_, HasSubstr("/nonexistent/tool"));
}

TEST_F(StepsTest, AnExceptionOfTheCallerEndsTheRun) {
  const Jobserver jobserver(1);
  for (int i = 0; i < 6; ++i) add("sleep 0.05");
  std::size_t calls = 0;
  EXPECT_THROW(run_steps(steps_, directory_.path(),
                         [&](std::size_t) {
                           ++calls;
                           throw std::runtime_error("enough");
                         }),
               std::runtime_error);
  EXPECT_EQ(calls, 1U);
  EXPECT_LE(at_once(), 2);
}

TEST_F(StepsTest, AKilledToolGivesItsTokenBack) {
  const Jobserver jobserver(2);
  add("sleep 0.02");
  steps_.push_back({{"/bin/sh", {"-c", "kill -9 $$"}}, "step 1"});
  run();
  EXPECT_THAT(failure_, StartsWith("infra: step 1: the tool was killed by SIGKILL\n"));
}

}  // namespace
}  // namespace hooks::toolkit
