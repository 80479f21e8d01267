// SPDX-License-Identifier: BSD-3-Clause
// Backends in C++, run through the channel: what hooks are given, and what becomes of how they end (spec: hookd).
#include "tests/support/channel_worker.hpp"
#include "tests/support/run.hpp"
#include "tests/unit/hooks_api/pep517/backends.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace {

using hooks::pep517::Answer;
using hooks::pep517::CallArgument;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::ChannelWorker;
using tests::json_argument;
using tests::none_argument;
using tests::TemporaryDirectory;
using tests::text_argument;

class Pep517Backend : public testing::TestWithParam<tests::BackendForm> {
 protected:
  [[nodiscard]] Answer run(const std::string& hook, std::vector<CallArgument> arguments) {
    return answer_to(worker_.call_of(hook, std::move(arguments)));
  }
  [[nodiscard]] Answer answer_to(const hooks::pep517::Call& call) {
    auto answer = worker_.run(call);
    EXPECT_TRUE(answer.has_value()) << "the worker ended";
    if (!answer) return {};
    EXPECT_EQ(answer->nonce, call.nonce);
    printed_ = tests::read_text(call.stdout_file);
    return *std::move(answer);
  }
  /// build_wheel with settings.
  [[nodiscard]] Answer build(const std::string& settings) {
    return run("build_wheel", {text_argument(out()), json_argument(settings), none_argument()});
  }
  [[nodiscard]] std::string out() const { return (directory_ / "new/dist").native(); }

  TemporaryDirectory directory_;
  ChannelWorker worker_{GetParam().command, directory_};
  std::string printed_;  ///< by the last hook
};

INSTANTIATE_TEST_SUITE_P(Forms, Pep517Backend, testing::ValuesIn(tests::backend_forms()),
                         [](const auto& instance) { return instance.param.name; });

TEST_P(Pep517Backend, SaysThatItIsReady) {
  const auto ready = worker_.read_answer();
  ASSERT_TRUE(ready);
  EXPECT_EQ(*ready, (Answer{.nonce = "", .kind = "READY", .text = "native"}));
}

TEST_P(Pep517Backend, GivesEachHookItsArguments) {
  const std::string tree = (directory_ / "tree").native();
  int count = 0;
  const auto expect = [&](const std::string& hook, const std::vector<CallArgument>& arguments,
                          const std::string& result, const std::string& seen) {
    EXPECT_EQ(run(hook, arguments),
              (Answer{.nonce = "nonce " + std::to_string(++count), .kind = "OK", .text = result}));
    EXPECT_EQ(printed_, "announced\nhook=" + hook + " tree=" + tree + " cwd=" + tree + " " + seen + "\n");
  };
  const CallArgument directory = text_argument(out());
  const CallArgument settings = json_argument(R"({"b":[1,null],"a":"ü"})");
  const std::string with = R"(settings={"a":"ü","b":[1,null]} )";
  expect("build_wheel", {directory, settings, text_argument("/meta data/x.dist-info")}, "demo-1.whl",
         with + "directory=" + out() + " metadata=/meta data/x.dist-info exists=1");
  expect("build_wheel", {directory, none_argument(), none_argument()}, "demo-2.whl",
         "settings=null directory=" + out() + " metadata= exists=1");
  expect("build_sdist", {directory, settings}, "demo-1.0.tar.gz", with + "directory=" + out() + " metadata= exists=1");
  expect("prepare_metadata_for_build_wheel", {directory, settings}, "demo-1.0.dist-info",
         with + "directory=" + out() + " metadata= exists=1");
  expect("get_requires_for_build_wheel", {settings}, R"(['a', "it's", 'b\n'])", with + "directory= metadata= exists=0");
  expect("get_requires_for_build_sdist", {none_argument()}, "['sdist']", "settings=null directory= metadata= exists=0");
  expect("build_editable", {directory, settings, none_argument()}, "demo-editable.whl",
         with + "directory=" + out() + " metadata= exists=1");
  expect("prepare_metadata_for_build_editable", {directory, none_argument()}, "demo-editable.dist-info",
         "settings=null directory=" + out() + " metadata= exists=1");
  expect("get_requires_for_build_editable", {settings}, "[]", with + "directory= metadata= exists=0");
}

TEST_P(Pep517Backend, EndsWithTheCalls) {
  EXPECT_EQ(build("{}").kind, "OK");
  worker_.end_calls();
  const int status = worker_.wait();
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST_P(Pep517Backend, ReportsABuildException) {
  const Answer answer = build(R"({"do":"build"})");
  EXPECT_EQ(answer.kind, "HookRuntimeError");
  EXPECT_EQ(answer.text, "BuildException: add.c: syntax error");
  EXPECT_FALSE(answer.infra);
  EXPECT_THAT(answer.traceback, StartsWith("stack trace:\n#0 "));
  EXPECT_THAT(answer.traceback, HasSubstr("do_as_told"));
}

TEST_P(Pep517Backend, ReportsAnInfraException) {
  const Answer answer = build(R"({"do":"infra"})");
  EXPECT_EQ(answer.kind, "HookRuntimeError");
  EXPECT_EQ(answer.text, "InfraException: the disk is full");
  EXPECT_TRUE(answer.infra);
}

TEST_P(Pep517Backend, ReportsCauses) {
  const Answer answer = build(R"({"do":"nested"})");
  EXPECT_EQ(answer.text, "InfraException: cannot download\ncaused by: Connection refused");
  EXPECT_THAT(answer.traceback, HasSubstr("throw_nested"));
}

TEST_P(Pep517Backend, ReportsAnExceptionOfTheLibraryWithItsStack) {
  const Answer answer = build(R"({"do":"out of range"})");
  EXPECT_EQ(answer.kind, "HookRuntimeError");
  EXPECT_THAT(answer.text, StartsWith("std::out_of_range: vector::_M_range_check: "));
  // A throw inside the shared libstdc++ is not ours to see.
  const bool is_seen = std::string_view(GetParam().name) != "library_with_shared_runtime";
  EXPECT_THAT(answer.traceback, is_seen ? HasSubstr("throw_out_of_range") : HasSubstr(""));
  EXPECT_FALSE(answer.infra);
}

TEST_P(Pep517Backend, ReportsWhatIsNoException) {
  const Answer answer = build(R"({"do":"int"})");
  EXPECT_EQ(answer.kind, "HookRuntimeError");
  EXPECT_EQ(answer.text, "int: 42");
}

TEST_P(Pep517Backend, CutsALongMessage) {
  const Answer answer = build(R"({"do":"long message"})");
  EXPECT_EQ(answer.kind, "HookRuntimeError");
  EXPECT_LT(answer.text.size(), (1U << 20U) + 100);
  EXPECT_THAT(answer.text, StartsWith("std::runtime_error: xxx"));
}

TEST_P(Pep517Backend, GoesOnAfterAnError) {
  EXPECT_EQ(build(R"({"do":"infra"})").kind, "HookRuntimeError");
  EXPECT_EQ(build("{}").text, "demo-1.whl");
}

TEST_P(Pep517Backend, RefusesSettingsThatAreNotJson) {
  const Answer answer = build("{\"a\": ");
  EXPECT_EQ(answer.kind, "MalformedHookArgument");
  EXPECT_THAT(answer.text, HasSubstr("config_settings is not JSON: line 1"));
  EXPECT_EQ(printed_, "announced\n") << "the hook ran";
}

TEST_P(Pep517Backend, RefusesAResultThatIsNoName) {
  for (const char* name : {"", "/x.whl", "dist/x.whl", "x.whl\n", R"(\u0000)"}) {
    std::string settings = R"({"name": ")" + std::string(name) + R"("})";
    if (const auto at = settings.find('\n'); at != std::string::npos) settings.replace(at, 1, R"(\n)");
    const Answer answer = build(settings);
    EXPECT_EQ(answer.kind, "HookRuntimeError") << name;
    EXPECT_THAT(answer.text, AllOf(HasSubstr("not the name of a file"), HasSubstr(out()))) << name;
  }
  EXPECT_EQ(build(R"({"name": "a b ü.whl"})").text, "a b ü.whl");
}

TEST_P(Pep517Backend, KnowsNoOtherHooksAndNoOtherArguments) {
  const Answer other = run("build_house", {none_argument()});
  EXPECT_EQ(other.kind, "UnsupportedHook");
  EXPECT_THAT(other.text, AllOf(HasSubstr("'build_house'"), HasSubstr("build_wheel, build_sdist, prepare_metadata")));
  const Answer few = run("build_wheel", {text_argument(out())});
  EXPECT_EQ(few.kind, "HookRuntimeError");
  EXPECT_THAT(few.text, HasSubstr("takes 3 arguments"));
}

TEST_P(Pep517Backend, SaysThatADirectoryCannotBeMade) {
  const auto file = directory_.write("file", "");
  const Answer answer = run("build_wheel", {text_argument((file / "dist").native()), none_argument(), none_argument()});
  EXPECT_EQ(answer.kind, "HookRuntimeError");
  EXPECT_THAT(answer.text, HasSubstr(file.native()));
  EXPECT_TRUE(answer.infra);
}

TEST_P(Pep517Backend, SaysThatTheTreeOrAFileIsGone) {
  auto call = worker_.call_of("get_requires_for_build_wheel", {none_argument()});
  call.tree = directory_ / "vanished";
  Answer answer = answer_to(call);
  EXPECT_EQ(answer.kind, "HookRuntimeError");
  EXPECT_THAT(answer.text, HasSubstr("cannot enter the source tree '" + call.tree));
  EXPECT_TRUE(answer.infra);

  call = worker_.call_of("get_requires_for_build_wheel", {none_argument()});
  std::filesystem::remove(call.stderr_file);
  answer = answer_to(call);
  EXPECT_EQ(answer.kind, "HookRuntimeError");
  EXPECT_THAT(answer.text, HasSubstr("cannot open '" + call.stderr_file));
  EXPECT_TRUE(answer.infra);
  EXPECT_FALSE(std::filesystem::exists(call.stderr_file));
}

TEST_P(Pep517Backend, NamesTheTreeWithoutASlash) {
  auto call = worker_.call_of("get_requires_for_build_wheel", {none_argument()});
  call.tree += '/';
  EXPECT_EQ(answer_to(call).kind, "OK");
  EXPECT_THAT(printed_, HasSubstr("tree=" + (directory_ / "tree").native() + " cwd="));
  call.tree = "/";
  EXPECT_EQ(answer_to(call).kind, "OK");
  EXPECT_THAT(printed_, HasSubstr("tree=/ cwd=/ "));
}

TEST_P(Pep517Backend, EndsByWhatIsNoCall) {
  EXPECT_EQ(build("{}").kind, "OK");
  worker_.send("this is no frame\n");
  const int status = worker_.wait();
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 255) << status;
  EXPECT_FALSE(worker_.has_more_answers());
}

TEST_P(Pep517Backend, EndsByAFrameThatIsNoCall) {
  EXPECT_EQ(worker_.read_answer().value().kind, "READY");
  worker_.send(hooks::pep517::to_frame({"a", "b"}));
  const int status = worker_.wait();
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 255) << status;
  // Before the first call it has the standard error that it was started with.
  EXPECT_THAT(directory_.read("worker.err"), HasSubstr("broken: a call has too few fields"));
}

TEST(Pep517BackendAlone, HasDefaults) {
  const TemporaryDirectory directory;
  auto form = tests::executable_form();
  form.command.emplace_back("wheel-only");
  ChannelWorker worker(form.command, directory);
  const auto run = [&](const std::string& hook, const std::vector<CallArgument>& arguments) {
    return worker.run(worker.call_of(hook, arguments)).value();
  };
  const std::string out = (directory / "dist").native();
  EXPECT_EQ(run("build_wheel", {text_argument(out), none_argument(), none_argument()}).text, "only.whl");
  for (const char* hook :
       {"get_requires_for_build_wheel", "get_requires_for_build_sdist", "get_requires_for_build_editable"}) {
    const Answer answer = run(hook, {none_argument()});
    EXPECT_EQ(answer.kind + " " + answer.text, "OK []") << hook;
  }
  std::filesystem::remove_all(out);
  for (const char* hook : {"build_sdist", "prepare_metadata_for_build_wheel", "prepare_metadata_for_build_editable"}) {
    const Answer answer = run(hook, {text_argument(out), none_argument()});
    EXPECT_EQ(answer.kind, "UnsupportedHook");
    EXPECT_EQ(answer.text, "this backend has no hook '" + std::string(hook) +
                               "'; it has build_wheel, get_requires_for_build_wheel, get_requires_for_build_sdist, "
                               "get_requires_for_build_editable");
  }
  EXPECT_EQ(run("build_editable", {text_argument(out), none_argument(), none_argument()}).kind, "UnsupportedHook");
  EXPECT_FALSE(std::filesystem::exists(out)) << "a directory was made for nothing";
  const Answer called = run("build_wheel", {text_argument(out), json_argument(R"({"do":"default"})"), none_argument()});
  EXPECT_EQ(called.text, "BuildException: this build backend has no build_wheel");
}

TEST(Pep517BackendAlone, ThatCannotBeMadeIsAnImportError) {
  const TemporaryDirectory directory;
  auto form = tests::executable_form();
  form.command.emplace_back("unmade");
  ChannelWorker worker(form.command, directory);
  for (int i = 0; i < 2; ++i) {
    const auto call = worker.call_of("get_requires_for_build_wheel", {none_argument()});
    const Answer answer = worker.run(call).value();
    EXPECT_EQ(answer.kind, "BackendImportError");
    EXPECT_EQ(answer.text, "std::runtime_error: no licence file");
    EXPECT_THAT(answer.traceback, HasSubstr("Unmade"));
    EXPECT_EQ(tests::read_text(call.stdout_file), "announced\nprinted by the constructor\n");
  }
}

TEST(Pep517BackendAlone, StartedByHandExplainsItself) {
  const TemporaryDirectory directory;
  const auto executable = tests::program("pep517_backend").string();
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{executable}, {executable, "one"}}) {
    const auto end = tests::run(arguments, directory.path(), directory.path());
    EXPECT_EQ(end.exit_code, 64);
    EXPECT_THAT(end.err, AllOf(HasSubstr("grapnel daemon"), HasSubstr("build-backend = \"native:")));
  }
}

TEST(Pep517BackendAlone, WithoutAChannelSaysSo) {
  const TemporaryDirectory directory;
  const auto end = tests::run({tests::program("pep517_backend").string(), "/no/calls", "/no/answers"}, directory.path(),
                              directory.path());
  EXPECT_EQ(end.exit_code, 255);
  EXPECT_THAT(end.err, HasSubstr("'/no/answers'"));
}

}  // namespace
