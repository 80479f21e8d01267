// SPDX-License-Identifier: BSD-3-Clause
// The main function of hooks that do what programs rarely do, in children of this process.
#include "hooks_api/base/files.hpp"
#include "hooks_api/build_target/stage_document.hpp"
#include "tests/support/temporary_directory.hpp"
#include <hooks/build_target.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

using hooks::BuildHook;
using hooks::Json;
using hooks::build_target::read_stage_output;
using hooks::build_target::Stage;
using hooks::build_target::StageInput;
using hooks::build_target::StageOutput;
using testing::HasSubstr;

// Runs `Act::run` in its stage clean.
template <typename Act>
class Acting : public BuildHook {
 public:
  void clean(const std::vector<std::string>& /*versions*/) override { Act::run(*this); }
};

class Unmade : public BuildHook {
 public:
  Unmade() { throw hooks::InfraException("no licence server"); }
};

// A child of the hook goes on as if it were the hook.
struct ForkAndGoOn {
  static void run(BuildHook& /*hook*/) {
    const pid_t child = ::fork();
    if (child == 0) return;
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw std::runtime_error("the child did not end in peace");
  }
};

struct LookAround {
  static void run(BuildHook& hook) {
    struct sigaction on_pipe {};
    ::sigaction(SIGPIPE, nullptr, &on_pipe);
    // Programs that the hook starts have neither the channel nor an ignored signal.
    hook.state() = Json::Object{{"sigpipe is default", on_pipe.sa_handler == SIG_DFL},
                                {"channel is inherited", std::system("test -e /proc/self/fd/100") == 0}};
  }
};

struct Deepen {
  static void run(BuildHook& hook) { hook.state() = Json::Array{std::exchange(hook.state(), Json())}; }
};

class RunBuildHook : public testing::Test {
 protected:
  [[nodiscard]] StageInput input() const {
    return {.stage = Stage::clean,
            .hook_name = "hook",
            .project_name = "demo",
            .root = directory_.path(),
            .directory = directory_ / "dist",
            .target_name = "wheel",
            .versions = {"standard"},
            .shared_directory = directory_ / "shared",
            .out_file = directory_ / "output.json"};
  }

  // Runs main() in a child, whose standard error is a file; returns its exit code.
  template <typename Hook>
  int run_main(const std::string& argument, int channel = -1) const {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto err = hooks::base::open_file(directory_ / "err", O_WRONLY | O_CREAT | O_TRUNC).value();
      ::dup2(err.get(), STDERR_FILENO);
      if (channel >= 0) ::dup2(channel, 100);
      const std::array<const char*, 2> argv{"hook", argument.c_str()};
      ::_exit(hooks::run_build_hook<Hook>(2, argv.data()));
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  template <typename Hook>
  int run_one_shot() const {
    directory_.write("input.json", to_json(input()).to_string());
    return run_main<Hook>("--config=" + (directory_ / "input.json").native());
  }

  // Sends all requests at once, and reads what there is in the end.
  template <typename Hook>
  int run_session(const std::string& requests) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    const hooks::base::Fd ours(ends[0]);
    hooks::base::Fd theirs(ends[1]);
    EXPECT_EQ(::send(ours.get(), requests.data(), requests.size(), 0), static_cast<ssize_t>(requests.size()));
    ::shutdown(ours.get(), SHUT_WR);
    const int code = run_main<Hook>("--session=100", theirs.get());
    theirs.reset();
    std::array<char, 4096> buffer{};
    ssize_t size = 0;
    while ((size = ::recv(ours.get(), buffer.data(), buffer.size(), 0)) > 0) {
      said_.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return code;
  }
  [[nodiscard]] std::string request(int id) const {
    const Json params = to_json(input());
    return Json(Json::Object{{"id", id}, {"method", "stage"}, {"params", params}}).to_string() + "\n";
  }
  // The next line that the session said.
  std::string next_line() {
    const std::size_t end = said_.find('\n');
    if (end == std::string::npos) return "";
    std::string line = said_.substr(0, end);
    said_.erase(0, end + 1);
    return line;
  }
  static StageOutput output_of(const Json& document) {
    hooks::protocol::Faults faults;
    StageOutput output = read_stage_output(document, faults);
    EXPECT_TRUE(faults.empty()) << hooks::protocol::describe(faults);
    return output;
  }
  StageOutput next_output() {
    const Json answer = Json::parse(next_line());
    EXPECT_NE(answer.find("result"), nullptr);
    return answer.find("result") != nullptr ? output_of(*answer.find("result")) : StageOutput{};
  }
  [[nodiscard]] StageOutput written() const { return output_of(Json::parse(directory_.read("output.json"))); }
  [[nodiscard]] std::string err() const { return directory_.read("err"); }

  tests::TemporaryDirectory directory_;
  std::string said_;
};

TEST_F(RunBuildHook, AConstructorThatThrowsIsAFailureOfTheStage) {
  const StageOutput::Failure failure{.type = "infra", .message = "no licence server"};
  EXPECT_EQ(run_one_shot<Unmade>(), 2);
  EXPECT_EQ(written().failure, failure);
  EXPECT_THAT(err(), HasSubstr("no licence server"));

  EXPECT_EQ(run_session<Unmade>(request(1) + request(2)), 0);
  EXPECT_EQ(next_line(), R"({"ready":1})");
  EXPECT_EQ(next_output().failure, failure);
  EXPECT_EQ(next_output().failure, failure);
  EXPECT_EQ(next_line(), "");
}

TEST_F(RunBuildHook, AForkedChildThatLeavesTheHookHasNoAnswer) {
  EXPECT_EQ(run_one_shot<Acting<ForkAndGoOn>>(), 0) << err();
  EXPECT_EQ(written().failure, std::nullopt);

  EXPECT_EQ(run_session<Acting<ForkAndGoOn>>(request(1) + request(2)), 0);
  EXPECT_EQ(next_line(), R"({"ready":1})");
  EXPECT_EQ(next_output().failure, std::nullopt);
  EXPECT_EQ(next_output().failure, std::nullopt);
  EXPECT_EQ(next_line(), "");
}

TEST_F(RunBuildHook, ASessionIsNotSeenByProgramsOfTheHook) {
  EXPECT_EQ(run_session<Acting<LookAround>>(request(1)), 0);
  EXPECT_EQ(next_line(), R"({"ready":1})");
  EXPECT_EQ(next_output().state.to_string(), R"({"channel is inherited":false,"sigpipe is default":true})");
}

TEST_F(RunBuildHook, AStateThatCanBeAnsweredCanBeAskedAgain) {
  Json deepest;
  for (int i = 0; i < 60; ++i) deepest = Json::Array{std::move(deepest)};
  StageInput at_limit = input();
  at_limit.state = deepest;
  const auto line = [&](int id) {
    return Json(Json::Object{{"id", id}, {"method", "stage"}, {"params", to_json(at_limit)}}).to_string() + "\n";
  };
  // One level more fits an answer, and another one does not.
  std::string requests = line(1);
  at_limit.state = Json::Array{deepest};
  requests += line(2);
  EXPECT_EQ(run_session<Acting<Deepen>>(requests), 0);
  EXPECT_EQ(next_line(), R"({"ready":1})");
  EXPECT_EQ(next_output().state, Json(Json::Array{deepest}));
  const StageOutput refused = next_output();
  ASSERT_TRUE(refused.failure);
  EXPECT_THAT(refused.failure->message, HasSubstr("cannot be written as output.json"));

  directory_.write("input.json", to_json(at_limit).to_string());
  EXPECT_EQ(run_main<Acting<Deepen>>("--config=" + (directory_ / "input.json").native()), 1);
  EXPECT_EQ(written().failure, refused.failure);
}

TEST_F(RunBuildHook, CloseEndsASession) {
  EXPECT_EQ(run_session<Acting<Deepen>>("{\"id\":1,\"method\":\"close\"}\n" + request(2)), 0);
  EXPECT_EQ(said_, "{\"ready\":1}\n");
}

TEST_F(RunBuildHook, ASessionTakesNothingButASocket) {
  for (const char* argument : {"--session=", "--session=-1", "--session=2", "--session=3x", "--session=99",
                               "--session=99999999999", "--session=100"}) {
    const auto file = hooks::base::open_file(directory_ / "file", O_RDWR | O_CREAT).value();
    EXPECT_EQ(run_main<Acting<Deepen>>(argument, file.get()), 64) << argument;
    EXPECT_THAT(err(), HasSubstr(std::string(argument) + ": not the number of an open stream socket; this program"));
  }
}

}  // namespace
