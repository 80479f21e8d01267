// SPDX-License-Identifier: BSD-3-Clause
// A staged hook as a process of its own: the arguments, the answer's file, the exit code, and the lines of a session,
// spoken by hand (reference: docs/build-targets.md).
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/spawn.hpp"
#include "hooks_api/build_target/stage_document.hpp"
#include "tests/support/program.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/wait_until.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using hooks::Json;
using hooks::build_target::Stage;
using hooks::build_target::StageInput;
using hooks::build_target::StageOutput;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::Ended;

StageOutput read_output(const Json& document) {
  hooks::protocol::Faults faults;
  StageOutput output = hooks::build_target::read_stage_output(document, faults);
  EXPECT_THAT(faults, IsEmpty()) << describe(faults);
  return output;
}

StageOutput::Failure failure(std::string type, std::string message, std::optional<std::int64_t> code = {}) {
  return {.type = std::move(type), .message = std::move(message), .code = code};
}

class StagedHookProcess : public testing::Test {
 protected:
  StagedHookProcess() { std::filesystem::create_directory(root_); }

  [[nodiscard]] StageInput input_of(Stage stage, Json::Object config = {}) const {
    StageInput input{.stage = stage,
                     .hook_name = "tables",
                     .config = std::move(config),
                     .project_name = "demo",
                     .project_version = "1.0",
                     .root = root_,
                     .directory = root_ / "dist",
                     .target_name = "wheel",
                     .shared_directory = directory_ / "shared",
                     .work_directory = directory_ / "work"};
    input.config["log"] = "log";
    if (stage == Stage::clean) {
      input.versions = {"standard", "editable"};
    } else if (stage != Stage::dependencies) {
      input.version = "standard";
      input.build_data = Json::Object{{"artifacts", Json::Array{"given"}},
                                      {"build_hooks", Json::Array{"first", "tables"}},
                                      {"force_include", Json::Object()}};
    }
    if (stage == Stage::finalize) input.artifact_path = root_ / "dist/a.whl";
    return input;
  }
  [[nodiscard]] std::string log() const { return tests::read_text(root_ / "log"); }

  tests::TemporaryDirectory directory_;
  std::filesystem::path root_ = directory_ / "root";
  std::string hook_ = tests::program("staged_hook").native();
};

// ---- one-shot ----

class OneShot : public StagedHookProcess {
 protected:
  Ended run(StageInput input) {
    input.out_file = directory_ / "output.json";
    return run_text(hooks::base::to_pretty_json(to_json(input)));
  }
  Ended run_text(const std::string& text) {
    const auto file = directory_.write("input.json", text);
    return tests::run({hook_, "--config=" + file.native()}, root_, directory_.path());
  }
  [[nodiscard]] StageOutput output() const {
    const auto document = hooks::base::parse_json(directory_.read("output.json"));
    EXPECT_TRUE(document);
    return document ? read_output(*document) : StageOutput();
  }
};

TEST_F(OneShot, RunsEachStage) {
  for (const Stage stage : {Stage::dependencies, Stage::clean, Stage::initialize, Stage::finalize}) {
    const Ended ended = run(input_of(stage));
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_EQ(ended.out, "");
    EXPECT_EQ(ended.err, "");
    EXPECT_EQ(output(), StageOutput());
  }
  EXPECT_EQ(log(),
            "tables dependencies\ntables clean standard,editable\ntables initialize standard first tables\n"
            "tables finalize standard first tables\n");
}

TEST_F(OneShot, AnswersWhatTheHookDid) {
  const Json::Object config = *Json::parse(R"({
    "patch": {"artifacts": ["*.so", "given"], "force_include": {"/a": "b"}, "tag": "py3-none-any", "mine": [1]},
    "replace": ["mine"], "exclude": ["*.c"], "env": {"set": {"A": "1"}, "prepend": {"PATH": "/bin"}},
    "outputs": ["gen/a.txt"], "inputs": ["in.txt", "/abs"], "requirements": ["cmake"]})")
                                   .as_object();
  EXPECT_EQ(run(input_of(Stage::initialize, config)).exit_code, 0);
  EXPECT_EQ(output(), (StageOutput{.dependencies = {root_ / "in.txt", "/abs"},
                                   .patch = {.build_data = *Json::parse(R"({"artifacts": ["*.so"],
                                               "force_include": {"/a": "b"}, "tag": "py3-none-any", "mine": [1]})")
                                                                .as_object(),
                                             .replace = {"mine"},
                                             .exclude = {"*.c"}},
                                   .environment = {.set = {{"A", "1"}}, .prepend = {{"PATH", "/bin"}}},
                                   .outputs = {"gen/a.txt"}}));
  EXPECT_EQ(tests::read_text(root_ / "gen/a.txt"), "tables standard\n");

  EXPECT_EQ(run(input_of(Stage::clean, config)).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(root_ / "gen/a.txt"));

  EXPECT_EQ(run(input_of(Stage::dependencies, config)).exit_code, 0);
  EXPECT_THAT(output().requirements, ElementsAre("cmake"));
}

TEST_F(OneShot, EachStageHasAnObjectOfItsOwnAndOneState) {
  StageInput input = input_of(Stage::initialize, {{"count", true}, {"log_end", true}});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(run(input).exit_code, 0);
    input.state = output().state;
  }
  EXPECT_EQ(log(),
            "tables initialize standard first tables state=1 memory=1\ntables end\n"
            "tables initialize standard first tables state=2 memory=1\ntables end\n"
            "tables initialize standard first tables state=3 memory=1\ntables end\n");
}

struct Failing {
  std::string how;
  int exit_code;
  StageOutput::Failure failure;
  bool has_trace;
};

class FailingHook : public OneShot, public testing::WithParamInterface<Failing> {};

TEST_P(FailingHook, SaysWhyInItsAnswerAndItsExitCode) {
  const Ended ended = run(input_of(Stage::initialize, {{"fail_in", "initialize:" + GetParam().how}}));
  EXPECT_EQ(ended.exit_code, GetParam().exit_code);
  EXPECT_EQ(output().failure, GetParam().failure);
  EXPECT_THAT(ended.err, HasSubstr(GetParam().failure.message));
  EXPECT_EQ(ended.err.find("stack trace") != std::string::npos, GetParam().has_trace) << ended.err;
  EXPECT_EQ(ended.err == GetParam().failure.message + "\n", !GetParam().has_trace) << ended.err;
}

INSTANTIATE_TEST_SUITE_P(OneShot, FailingHook,
                         testing::Values(Failing{"build", 1, failure("build", "build failure in initialize"), true},
                                         Failing{"infra", 2, failure("infra", "infra failure in initialize"), true},
                                         Failing{"throw", 255, failure("uncategorized", "thrown in initialize"), true},
                                         Failing{"abort:1", 1, failure("build", "aborted in initialize", 1), false},
                                         Failing{"abort:2", 2, failure("infra", "aborted in initialize", 2), false},
                                         Failing{"abort:0", 1, failure("build", "aborted in initialize", 0), false},
                                         Failing{"abort:7", 1, failure("build", "aborted in initialize", 7), false}),
                         [](const auto& parameter) {
                           std::string name = parameter.param.how;
                           for (char& c : name) c = c == ':' ? '_' : c;
                           return name;
                         });

TEST_F(OneShot, AFailureKeepsWhatWasChangedBefore) {
  EXPECT_EQ(run(input_of(Stage::finalize, {{"fail_in", "finalize:build"}, {"count", true}})).exit_code, 1);
  EXPECT_EQ(output().state, Json(1));
}

TEST_F(OneShot, MayPrint) {
  const Ended ended = run(input_of(Stage::clean, {{"fail_in", Json::Array{"clean:print", "clean:rubbish"}}}));
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(ended.out, "noise\n");
}

TEST_F(OneShot, MayDie) {
  EXPECT_EQ(run(input_of(Stage::clean, {{"fail_in", "clean:exit:9"}})).exit_code, 9);
  EXPECT_EQ(run(input_of(Stage::clean, {{"fail_in", "clean:signal:9"}})).signal, SIGKILL);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "output.json"));
}

TEST_F(OneShot, WithoutAnInputTheFailureIsUncategorized) {
  const Ended missing = tests::run({hook_, "--config=/nothing/here"}, root_, directory_.path());
  EXPECT_EQ(missing.exit_code, 255);
  EXPECT_THAT(missing.err, AllOf(HasSubstr("input.json: "), HasSubstr("'/nothing/here'")));

  const Ended no_json = run_text("{");
  EXPECT_EQ(no_json.exit_code, 255);
  EXPECT_THAT(no_json.err, HasSubstr("is not JSON"));
  EXPECT_FALSE(std::filesystem::exists(directory_ / "output.json"));

  const Ended faulty = run_text(R"({"out_file": ")" + (directory_ / "output.json").native() + R"("})");
  EXPECT_EQ(faulty.exit_code, 255);
  EXPECT_EQ(output().failure->type, "uncategorized");
  EXPECT_THAT(output().failure->message, HasSubstr("- config: missing; expected an object"));

  const Ended nowhere = run_text(to_json(input_of(Stage::clean)).to_string());
  EXPECT_EQ(nowhere.exit_code, 255);
  EXPECT_THAT(nowhere.err, HasSubstr("- out_file: missing; expected a string"));
  EXPECT_EQ(log(), "");
}

TEST_F(OneShot, AnAnswerThatCannotBeWrittenIsAFailureOfTheInfrastructure) {
  std::filesystem::create_directories(directory_ / "output.json/not empty");
  EXPECT_EQ(run(input_of(Stage::clean)).exit_code, 2);
  EXPECT_EQ(run(input_of(Stage::clean, {{"fail_in", "clean:build"}})).exit_code, 1);
}

TEST_F(OneShot, StartedByHandItSaysWhatItIsFor) {
  for (const std::vector<std::string>& more :
       std::vector<std::vector<std::string>>{{}, {"--help"}, {"--session=x"}, {"--session=99"}, {"--session=1"}}) {
    std::vector<std::string> command{hook_};
    command.insert(command.end(), more.begin(), more.end());
    const Ended ended = tests::run(command, root_, directory_.path());
    EXPECT_EQ(ended.exit_code, 64);
    EXPECT_THAT(ended.err, HasSubstr("grapnel target"));
    EXPECT_EQ(ended.out, "");
  }
}

TEST_F(OneShot, MayAnswerWhatIsNoJson) {
  EXPECT_EQ(run(input_of(Stage::clean, {{"fail_in", "clean:no_json"}})).exit_code, 0);
  EXPECT_EQ(directory_.read("output.json"), "rubbish\n");
}

TEST_F(OneShot, HangsUntilAFileAppears) {
  const Json::Object config{
      {"fail_in", "finalize:hang"}, {"until", "go"}, {"log_instance", true}, {"log_artifact", true}};
  StageInput input = input_of(Stage::finalize, config);
  input.out_file = directory_ / "output.json";
  const auto file = directory_.write("input.json", to_json(input).to_string());
  const tests::Started started = tests::start({hook_, "--config=" + file.native()}, root_, directory_.path());
  EXPECT_TRUE(tests::wait_until([this] { return !log().empty(); }));
  EXPECT_FALSE(std::filesystem::exists(input.out_file));
  directory_.write("root/go", "");
  EXPECT_EQ(started.wait().exit_code, 0);
  EXPECT_EQ(log(), "tables#1 finalize standard first tables artifact=a.whl\n");
}

// ---- session ----

class SessionOfHook : public StagedHookProcess {
 protected:
  SessionOfHook() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    ours_ = hooks::base::Fd(ends[0]);
    const hooks::base::Fd theirs(ends[1]);
    const auto out = hooks::base::open_file(out_, O_WRONLY | O_CREAT | O_TRUNC).value();
    const auto err = hooks::base::open_file(err_, O_WRONLY | O_CREAT | O_TRUNC).value();
    pid_ = hooks::base::spawn({.executable = hook_,
                               .arguments = {hook_, "ignored", "--session=3"},
                               .environment = tests::environment_with(),
                               .working_directory = root_,
                               .stdout_fd = out.get(),
                               .stderr_fd = err.get(),
                               .more_fds = {theirs.get()}})
               .value();
  }
  ~SessionOfHook() override {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    (void)wait();
  }

  void send(std::string text) const {
    text += '\n';
    ASSERT_EQ(::send(ours_.get(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  // The next line, or nothing at the end of the stream.
  std::optional<std::string> receive() {
    while (bytes_.find('\n') == std::string::npos) {
      std::array<char, 4096> buffer{};
      const ssize_t size = ::recv(ours_.get(), buffer.data(), buffer.size(), 0);
      if (size <= 0) return std::nullopt;
      bytes_.append(buffer.data(), static_cast<std::size_t>(size));
    }
    std::string line = bytes_.substr(0, bytes_.find('\n'));
    bytes_.erase(0, line.size() + 1);
    return line;
  }
  StageOutput run(const StageInput& input) {
    send(Json(Json::Object{{"id", ++last_id_}, {"method", "stage"}, {"params", to_json(input)}}).to_string());
    const auto line = receive();
    EXPECT_TRUE(line) << "the session ended: " << tests::read_text(err_);
    if (!line) return {};
    const Json answer = Json::parse(*line);
    EXPECT_EQ(*answer.find("id"), Json(last_id_));
    EXPECT_EQ(answer.as_object()->size(), 2U);
    return read_output(*answer.find("result"));
  }
  Ended wait() { return tests::Started{.pid = std::exchange(pid_, -1), .out = out_, .err = err_}.wait(); }

  std::filesystem::path out_ = directory_ / "out";
  std::filesystem::path err_ = directory_ / "err";
  hooks::base::Fd ours_;
  pid_t pid_ = -1;

 private:
  std::string bytes_;
  std::int64_t last_id_ = 0;
};

TEST_F(SessionOfHook, OneObjectServesAllStages) {
  EXPECT_EQ(receive(), R"({"ready":1})");
  const Json::Object config{{"count", true}, {"log_end", true}, {"requirements", Json::Array{"cmake"}}};
  EXPECT_THAT(run(input_of(Stage::dependencies, config)).requirements, ElementsAre("cmake"));
  StageInput input = input_of(Stage::initialize, config);
  input.state = 1;
  EXPECT_EQ(run(input).state, Json(2));
  input = input_of(Stage::finalize, config);
  input.state = 2;
  EXPECT_EQ(run(input).state, Json(3));
  EXPECT_THAT(log(), Not(HasSubstr("tables end")));
  send(R"({"id": 9, "method": "close"})");
  EXPECT_EQ(receive(), std::nullopt);
  EXPECT_EQ(wait().exit_code, 0);
  EXPECT_EQ(log(),
            "tables dependencies state=1 memory=1\ntables initialize standard first tables state=2 memory=2\n"
            "tables finalize standard first tables state=3 memory=3\ntables end\n");
}

TEST_F(SessionOfHook, TheEndOfTheStreamEndsItInPeace) {
  EXPECT_EQ(receive(), R"({"ready":1})");
  (void)run(input_of(Stage::clean, {{"log_end", true}}));
  ours_.reset();
  const Ended ended = wait();
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(log(), "tables clean standard,editable\ntables end\n");
}

TEST_F(SessionOfHook, ARunnerThatHasGoneIsNoSignal) {
  EXPECT_EQ(receive(), R"({"ready":1})");
  send(Json(Json::Object{{"id", 1}, {"method", "stage"}, {"params", to_json(input_of(Stage::clean))}}).to_string());
  ours_.reset();
  const Ended ended = wait();
  EXPECT_EQ(ended.signal, 0);
  EXPECT_EQ(ended.exit_code, 0);
}

TEST_F(SessionOfHook, AFailureIsAnAnswer) {
  EXPECT_EQ(receive(), R"({"ready":1})");
  const auto failure_of = [this](const std::string& how) {
    return run(input_of(Stage::clean, {{"fail_in", "clean:" + how}})).failure;
  };
  EXPECT_EQ(failure_of("build"), failure("build", "build failure in clean"));
  EXPECT_EQ(failure_of("infra"), failure("infra", "infra failure in clean"));
  EXPECT_EQ(failure_of("throw"), failure("uncategorized", "thrown in clean"));
  EXPECT_EQ(failure_of("abort:7"), failure("build", "aborted in clean", 7));
  EXPECT_EQ(failure_of("print"), std::nullopt);
  ours_.reset();
  const Ended ended = wait();
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("thrown in clean"), HasSubstr("noise\n")));
  EXPECT_EQ(ended.out, "");
}

TEST_F(SessionOfHook, WhatIsNoInputIsAnAnswerToo) {
  EXPECT_EQ(receive(), R"({"ready":1})");
  send(R"({"id": 1, "method": "stage", "params": {}})");
  const StageOutput output = read_output(*Json::parse(receive().value_or("{}")).find("result"));
  ASSERT_TRUE(output.failure);
  EXPECT_EQ(output.failure->type, "uncategorized");
  EXPECT_THAT(output.failure->message, HasSubstr("- config: missing; expected an object"));
  EXPECT_EQ(run(input_of(Stage::clean)).failure, std::nullopt);
}

TEST_F(SessionOfHook, AnUnknownMethodIsAnError) {
  EXPECT_EQ(receive(), R"({"ready":1})");
  send(R"({"id": 1, "method": "sing"})");
  const Json answer = Json::parse(receive().value_or("{}"));
  EXPECT_EQ(*answer.find("id"), Json(1));
  ASSERT_NE(answer.find("error"), nullptr);
  EXPECT_THAT(answer.find("error")->to_string(), HasSubstr("'sing'"));
}

TEST_F(SessionOfHook, RubbishEndsIt) {
  EXPECT_EQ(receive(), R"({"ready":1})");
  send("rubbish");
  EXPECT_EQ(receive(), std::nullopt);
  const Ended ended = wait();
  EXPECT_EQ(ended.exit_code, 255);
  EXPECT_THAT(ended.err, HasSubstr("no JSON"));
}

TEST_F(SessionOfHook, ARequestWithoutAnEndIsBounded) {
  EXPECT_EQ(receive(), R"({"ready":1})");
  const std::string piece(std::size_t{1} << 20U, 'x');
  std::size_t sent = 0;
  while (sent <= 2 * hooks::build_target::kLargestLine) {
    const ssize_t size = ::send(ours_.get(), piece.data(), piece.size(), MSG_NOSIGNAL);
    if (size < 0) break;
    sent += static_cast<std::size_t>(size);
  }
  EXPECT_LE(sent, 2 * hooks::build_target::kLargestLine);
  EXPECT_EQ(wait().exit_code, 255);
}

TEST_F(SessionOfHook, WhoWritesToItsChannelIsTheRunnersToJudge) {
  EXPECT_EQ(receive(), R"({"ready":1})");
  send(Json(Json::Object{{"id", 1},
                         {"method", "stage"},
                         {"params", to_json(input_of(Stage::clean, {{"fail_in", "clean:rubbish"}}))}})
           .to_string());
  EXPECT_EQ(receive(), "rubbish");
  EXPECT_THAT(receive().value_or(""), HasSubstr("result"));
}

}  // namespace
