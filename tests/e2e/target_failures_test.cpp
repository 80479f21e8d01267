// SPDX-License-Identifier: BSD-3-Clause
// Staged hooks that fail, in every stage and in both transports: what the command says, how it ends, what is left.
#include "tests/support/small_disk.hpp"
#include "tests/support/target_project.hpp"
#include "tests/support/wait_until.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <string>
#include <tuple>
#include <vector>

namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::Ended;
using tests::TargetProject;
namespace fs = std::filesystem;

constexpr const char* kWheel = "dist/demo-1.0-py2.py3-none-any.whl";

std::string quoted(const std::string& text) { return '"' + text + '"'; }

/// The command that gets as far as this stage.
std::string command_for(const std::string& stage) {
  return stage == "dependencies" || stage == "clean" ? stage : "build";
}

struct How {
  const char* how;
  int exit_code;
  const char* message;  ///< said of the failure; with "%" for the stage
  const char* name;
  bool succeeds_one_shot = false;
};

void PrintTo(const How& how, std::ostream* out) { *out << how.how; }

std::string with_stage(std::string message, const std::string& stage) {
  if (const auto at = message.find('%'); at != std::string::npos) message.replace(at, 1, stage);
  return message;
}

class TargetFailure : public testing::TestWithParam<std::tuple<const char*, const char*, How>> {};

TEST_P(TargetFailure, IsToldAndLeavesNothing) {
  const auto& [stage, transport, how] = GetParam();
  TargetProject project;
  project.hook("first",
               "transport = " + quoted(transport) + "\nfail_in = " + quoted(stage + (":" + std::string(how.how))));
  project.hook("second", "");
  std::vector<std::string> arguments{command_for(stage), "-t", "wheel"};
  if (std::string(how.how) == "hang") arguments.insert(arguments.end(), {"--hook-timeout", "1"});
  const Ended ended = project.target(arguments);
  EXPECT_THAT(project.leftovers(), IsEmpty());
  if (how.exit_code == 0 || (how.succeeds_one_shot && std::string(transport) == "one-shot")) {
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_THAT(ended.out, Not(HasSubstr("noise"))) << "standard output is the command's";
    return;
  }
  EXPECT_EQ(ended.exit_code, how.exit_code) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr(std::string(stage) + " of 'demo wheel"));
  EXPECT_THAT(ended.err, HasSubstr(" first': "));
  EXPECT_THAT(ended.err, HasSubstr(with_stage(how.message, stage)));
  EXPECT_EQ(ended.out, "");
  // The first failure ends it: the other hook is not asked in that stage.
  for (const std::string& line : project.log()) {
    EXPECT_THAT(line, Not(testing::StartsWith("second " + std::string(stage))));
  }
  EXPECT_EQ(fs::exists(project.root() / kWheel), std::string(stage) == "finalize")
      << "artifacts that are complete stay";
}

INSTANTIATE_TEST_SUITE_P(
    All, TargetFailure,
    testing::Combine(
        testing::Values("dependencies", "clean", "initialize", "finalize"), testing::Values("one-shot", "session"),
        testing::Values(How{"build", 1, "build failure in %", "Build"}, How{"infra", 2, "infra failure in %", "Infra"},
                        How{"throw", 255, "thrown in %", "Throw"}, How{"abort:7", 7, "aborted in %", "Abort7"},
                        How{"abort:1", 1, "aborted in %", "Abort1"}, How{"abort:2", 2, "aborted in %", "Abort2"},
                        How{"exit:9", 255, "exit code 9", "Exit9"}, How{"exit:0", 1, "exit code 0", "Exit0"},
                        How{"exit:2", 2, "exit code 2", "Exit2"}, How{"signal:11", 255, "SIGSEGV", "Crash"},
                        How{"signal:9", 255, "SIGKILL", "Kill"}, How{"hang", 2, "time limit", "Hang"},
                        How{"rubbish", 1, "rubbish", "Rubbish", true}, How{"print", 0, "", "Print"})),
    [](const auto& parameters) {
      const std::string transport = std::get<1>(parameters.param);
      return std::string(std::get<0>(parameters.param)) + (transport == "session" ? "Session" : "OneShot") +
             std::get<2>(parameters.param).name;
    });

TEST(TargetFailures, AbortCodesThatAreNoExitCodesAreOrdinaryFailures) {
  for (const char* code : {"0", "126", "-3", "256"}) {
    TargetProject project;
    project.hook("one", "fail_in = \"initialize:abort:" + std::string(code) + "\"");
    const Ended ended = project.target({"build", "-t", "wheel"});
    EXPECT_EQ(ended.exit_code, 1) << code << ended.err;
  }
}

TEST(TargetFailures, WhatHooksPrintIsNoArtifact) {
  for (const char* transport : {"one-shot", "session"}) {
    TargetProject project;
    project.hook("one", "transport = " + quoted(transport) + "\nfail_in = [\"initialize:print\", \"finalize:print\"]");
    const Ended ended = project.target({"build", "-t", "wheel", "-vv"});
    EXPECT_EQ(ended.out, (project.root() / kWheel).string() + "\n");
    EXPECT_THAT(ended.err, HasSubstr("noise")) << transport;
  }
}

// Build data of wrong types (spec: hatch-build-hooks, item 105).

struct WrongData {
  const char* patch;
  const char* message;
};

void PrintTo(const WrongData& data, std::ostream* out) { *out << data.patch; }

class TargetWrongData : public testing::TestWithParam<WrongData> {};

TEST_P(TargetWrongData, NamesHookStageAndKey) {
  for (const char* key : {"patch", "patch_finalize"}) {
    for (const char* transport : {"one-shot", "session"}) {
      TargetProject project;
      project.hook("wrong", "transport = " + quoted(transport) + "\n" + key + " = " + GetParam().patch);
      const Ended ended = project.target({"build", "-t", "wheel"});
      EXPECT_EQ(ended.exit_code, 1) << ended.err;
      const std::string stage = std::string(key) == "patch" ? "initialize" : "finalize";
      EXPECT_THAT(ended.err, HasSubstr("hook 'wrong', stage " + stage + ": build data: " + GetParam().message));
      EXPECT_THAT(project.leftovers(), IsEmpty());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, TargetWrongData,
    testing::Values(
        WrongData{"{artifacts = 1}", "artifacts: found an integer; expected a list of strings"},
        WrongData{"{artifacts = {a = \"b\"}}", "artifacts: found an object; expected a list of strings"},
        WrongData{"{force_include = \"x\"}", "force_include: found a string; expected an object of strings"},
        WrongData{"{force_include = [\"x\"]}", "force_include: found a list; expected an object of strings"},
        WrongData{"{force_include = {a = 1}}", "force_include.a: found an integer; expected a string"},
        WrongData{"{force_include = {a = \"\"}}", "force_include.a: found an empty string"},
        WrongData{"{force_include = {a = \"b\\u0000c\"}}", "force_include.a: found a NUL"},
        WrongData{"{force_include = {\"\" = \"b\"}}", "force_include: found an empty source; expected a path"},
        WrongData{"{force_include = {\"a\\u0000b\" = \"b\"}}", "force_include: found a NUL in a source"},
        WrongData{"{force_include_editable = true}", "force_include_editable: found a boolean; expected an object"},
        WrongData{"{shared_data = 1.5}", "shared_data: found a number; expected an object of strings"},
        WrongData{"{shared_scripts = [1]}", "shared_scripts: found a list; expected an object of strings"},
        WrongData{"{extra_metadata = {a = [\"b\"]}}", "extra_metadata.a: found a list; expected a string"},
        WrongData{"{dependencies = \"x\"}", "dependencies: found a string; expected a list of strings"},
        WrongData{"{dependencies = [\"x\", 1]}", "dependencies.1: found an integer; expected a string"},
        WrongData{"{dependencies = [\"\"]}", "dependencies.0: found an empty string"},
        WrongData{"{sbom_files = {a = \"b\"}}", "sbom_files: found an object; expected a list of strings"},
        WrongData{"{sbom_files = [false]}", "sbom_files.0: found a boolean; expected a string"},
        WrongData{"{tag = [\"py3-none-any\"]}", "tag: found a list; expected a string"},
        WrongData{"{tag = \"\"}", "tag: found an empty string"},
        WrongData{"{infer_tag = \"yes\"}", "infer_tag: found a string; expected a boolean"},
        WrongData{"{pure_python = 1}", "pure_python: found an integer; expected a boolean"},
        WrongData{"{build_hooks = [\"mine\"]}", "build_hooks is there to be read"}));

TEST(TargetFailures, ATagThatIsNoneIsNamed) {
  TargetProject project;
  project.hook("one", "patch = {tag = \"../evil\"}");
  const Ended ended = project.target({"build", "-t", "wheel"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("hook 'one', stage initialize, tag '../evil': this is no tag"));
  EXPECT_THAT(project.leftovers(), IsEmpty());
}

// Forced targets that leave the archive, or lie where only the runner writes.

struct BadTarget {
  const char* target;
  const char* message;
};

void PrintTo(const BadTarget& target, std::ostream* out) { *out << target.target; }

class TargetBadTarget : public testing::TestWithParam<BadTarget> {};

TEST_P(TargetBadTarget, IsRefusedWithHookStageAndKey) {
  for (const char* name : {"sdist", "wheel"}) {
    if (std::string(name) == "sdist" && std::string(GetParam().target).find(".dist-info") != std::string::npos)
      continue;
    TargetProject project;
    project.write("made.txt", "made");
    project.hook("one", "patch = {force_include = {\"made.txt\" = \"" + std::string(GetParam().target) + "\"}}");
    const Ended ended = project.target({"build", "-t", name});
    EXPECT_EQ(ended.exit_code, 1) << name << ended.err;
    EXPECT_THAT(ended.err, AllOf(HasSubstr("hook 'one', stage initialize"), HasSubstr("force_include"),
                                 HasSubstr("made.txt"), HasSubstr(GetParam().message)));
    EXPECT_THAT(project.leftovers(), IsEmpty());
    EXPECT_TRUE(fs::is_empty(project.root() / "dist"));
  }
}

INSTANTIATE_TEST_SUITE_P(All, TargetBadTarget,
                         testing::Values(BadTarget{"../evil", "'..' leaves the archive"},
                                         BadTarget{"demo/../../evil", "'..' leaves the archive"},
                                         BadTarget{"demo/..", "'..' leaves the archive"},
                                         BadTarget{"/etc/evil", "it is absolute"},
                                         BadTarget{"demo\\\\evil", "it holds a backslash"},
                                         BadTarget{"demo/a\\u0000b", "found a NUL"},
                                         BadTarget{"demo-1.0.dist-info/RECORD", "among the wheel's own metadata"},
                                         BadTarget{"demo-1.0.dist-info/new", "among the wheel's own metadata"},
                                         BadTarget{"demo-1.0.dist-info", "among the wheel's own metadata"}));

TEST(TargetFailures, SharedMapsStayInTheirDirectories) {
  for (const char* field : {"shared_data", "shared_scripts", "extra_metadata", "force_include_editable"}) {
    TargetProject project;
    project.write("made.txt", "made");
    project.hook("one", "patch = {" + std::string(field) + " = {\"made.txt\" = \"../evil\"}}");
    const std::string version = std::string(field) == "force_include_editable" ? "wheel:editable" : "wheel";
    const Ended ended = project.target({"build", "-t", version});
    EXPECT_EQ(ended.exit_code, 1) << ended.err;
    EXPECT_THAT(ended.err, AllOf(HasSubstr("hook 'one', stage initialize"), HasSubstr(field), HasSubstr("'..'")));
    EXPECT_THAT(project.leftovers(), IsEmpty());
  }
}

TEST(TargetFailures, TwoHooksThatForceOneTargetAreBothNamed) {
  for (const char* name : {"sdist", "wheel"}) {
    TargetProject project;
    project.write("a.txt");
    project.write("b.txt");
    project.hook("one", "patch = {force_include = {\"a.txt\" = \"demo/x.txt\"}}");
    project.hook("two", "patch = {force_include = {\"b.txt\" = \"demo/x.txt\"}}");
    const Ended ended = project.target({"build", "-t", name});
    EXPECT_EQ(ended.exit_code, 1) << ended.err;
    EXPECT_THAT(ended.err, AllOf(HasSubstr("hook 'two', stage initialize: build data: force_include"),
                                 HasSubstr("hook 'one' has put 'a.txt'")));
    // Spelled otherwise, it is seen when the archive is written.
    project.options("");
    project.hook("one", "patch = {force_include = {\"a.txt\" = \"demo/x.txt\"}}");
    project.hook("two", "patch = {force_include = {\"b.txt\" = \"demo//x.txt\"}}");
    const Ended later = project.target({"build", "-t", name});
    EXPECT_EQ(later.exit_code, 1) << later.err;
    EXPECT_THAT(later.err, AllOf(HasSubstr("demo/x.txt"), HasSubstr("hook 'one'"), HasSubstr("hook 'two'")));
    EXPECT_THAT(project.leftovers(), IsEmpty());
    EXPECT_TRUE(fs::is_empty(project.root() / "dist"));
  }
}

TEST(TargetFailures, AForcedFileThatIsNotThere) {
  TargetProject project;
  project.hook("one", "patch = {force_include = {\"no-such\" = \"x\"}}");
  const Ended ended = project.target({"build", "-t", "wheel"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("hook 'one', stage initialize, force_include 'no-such'"),
                               HasSubstr("no-such' is not there")));
}

// A hook in sh writes answers that the SDK cannot write.

std::string answering(const std::string& build_target, const std::string& more = "") {
  return "#!/bin/sh\nout=$(sed -n 's/^  \"out_file\": \"\\(.*\\)\",*$/\\1/p' \"${1#--config=}\")\n"
         "cat > \"$out\" <<'END'\n{\"status\":\"success\",\"timestamp\":\"2026-11-21 10:00:00.000\"" +
         more + ",\"build_target\":" + build_target + "}\nEND\n";
}

struct WrongAnswer {
  const char* build_target;
  const char* message;
};

void PrintTo(const WrongAnswer& answer, std::ostream* out) { *out << answer.build_target; }

class TargetWrongAnswer : public testing::TestWithParam<WrongAnswer> {};

TEST_P(TargetWrongAnswer, IsAViolation) {
  TargetProject project;
  project.write_executable("hook.sh", answering(GetParam().build_target));
  project.table("[build.hooks.one]\npath = \"hook.sh\"");
  const Ended ended = project.target({"build", "-t", "wheel"});
  EXPECT_EQ(ended.exit_code, 1) << ended.err;
  EXPECT_THAT(ended.err, AllOf(HasSubstr("initialize of 'demo wheel:standard one'"), HasSubstr(GetParam().message)));
  EXPECT_THAT(project.leftovers(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    All, TargetWrongAnswer,
    testing::Values(WrongAnswer{"[]", "build_target: found a list; expected an object"},
                    WrongAnswer{R"({"build_data": []})", "build_target.build_data: found a list; expected an object"},
                    WrongAnswer{R"({"replace": "artifacts"})", "build_target.replace"},
                    WrongAnswer{R"({"replace": ["artifacts"]})", "expected keys that build_data of this answer has"},
                    WrongAnswer{R"({"exclude": [1]})", "build_target.exclude.0"},
                    WrongAnswer{R"({"exclude": [""]})", "build_target.exclude.0"},
                    WrongAnswer{R"({"requirements": {}})", "build_target.requirements"},
                    WrongAnswer{R"({"env": []})", "build_target.env"},
                    WrongAnswer{R"({"env": {"set": {"A=B": "x"}}})", "expected the name of a variable"},
                    WrongAnswer{R"({"env": {"set": {"A": 1}}})", "build_target.env.set.A"},
                    WrongAnswer{R"({"env": {"prepend": {"A": null}}})", "build_target.env.prepend.A"},
                    WrongAnswer{R"({"outputs": "x"})", "build_target.outputs"},
                    WrongAnswer{R"({"outputs": ["a\u0000b"]})", "build_target.outputs.0"}));

TEST(TargetFailures, AnArtifactPatternOfAWrongType) {
  TargetProject project;
  project.write_executable("hook.sh", answering(R"({"build_data": {"artifacts": ["a", 1]}})"));
  project.table("[build.hooks.one]\npath = \"hook.sh\"");
  const Ended ended = project.target({"build", "-t", "wheel"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("hook 'one', stage initialize: build data: artifacts.1: found an integer"));
}

TEST(TargetFailures, AMissingOutputIsNamed) {
  TargetProject project;
  project.write_executable("hook.sh", answering(R"({"outputs": ["no/such/file"]})"));
  project.table("[build.hooks.one]\npath = \"hook.sh\"");
  const Ended ended = project.target({"build", "-t", "wheel"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("hook 'one', stage initialize: outputs:"),
                               HasSubstr("no/such/file' does not exist, but the hook vouches for it")));
  EXPECT_THAT(project.leftovers(), IsEmpty());
}

TEST(TargetFailures, AnswersThatAreNone) {
  const std::vector<std::pair<std::string, std::string>> answers = {
      {"exit 0", "the hook wrote no output.json"},
      {"echo 'no JSON' > \"$out\"", "output.json cannot be read"},
      {"printf '{\"status\": \"succ' > \"$out\"", "output.json cannot be read"},
      {"echo '[]' > \"$out\"", "output.json cannot be read"},
      {": > \"$out\"", "output.json cannot be read"},
      {"mkdir \"$out\"", "output.json cannot be read"},
  };
  for (const auto& [script, message] : answers) {
    TargetProject project;
    project.write_executable(
        "hook.sh",
        "#!/bin/sh\nout=$(sed -n 's/^  \"out_file\": \"\\(.*\\)\",*$/\\1/p' \"${1#--config=}\")\n" + script + "\n");
    project.table("[build.hooks.one]\npath = \"hook.sh\"");
    const Ended ended = project.target({"build", "-t", "wheel"});
    EXPECT_EQ(ended.exit_code, 1) << script << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(message)) << script;
    EXPECT_THAT(project.leftovers(), IsEmpty()) << script;
  }
}

TEST(TargetFailures, ASessionThatIsNone) {
  for (const char* script : {"exit 3", "echo hello >&3; exec cat <&3 >/dev/null",
                             "echo '{\"ready\": 2}' >&3; exec cat <&3 >&2", "exec 3>&-"}) {
    TargetProject project;
    project.write_executable("hook.sh", "#!/bin/sh\n" + std::string(script) + "\n");
    project.table("[build.hooks.one]\npath = \"hook.sh\"\ntransport = \"session\"");
    const Ended ended = project.target({"build", "-t", "wheel"});
    EXPECT_EQ(ended.exit_code, 1) << script << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("the process of hook 'one' is no session")) << script;
    EXPECT_THAT(project.leftovers(), IsEmpty()) << script;
  }
}

TEST(TargetFailures, ASessionThatAnswersAnotherQuestion) {
  for (const char* answer : {R"({"id": 77, "result": {}})", R"({"id": 1})", R"({"id": 1, "result": []})", "[]",
                             R"({"id": 1, "error": {"message": "no such method"}})",
                             R"({"id": 1, "result": {"status": "success", "build_target": []}})"}) {
    TargetProject project;
    project.write_executable("hook.sh", "#!/bin/sh\necho '{\"ready\": 1}' >&3\nread line <&3\necho '" +
                                            std::string(answer) + "' >&3\nexec cat <&3 >/dev/null\n");
    project.table("[build.hooks.one]\npath = \"hook.sh\"\ntransport = \"session\"");
    const Ended ended = project.target({"build", "-t", "wheel"});
    EXPECT_EQ(ended.exit_code, 1) << answer << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("initialize of 'demo wheel:standard one': ")) << answer;
    EXPECT_THAT(project.leftovers(), IsEmpty()) << answer;
  }
}

// Programs that cannot be had.

TEST(TargetFailures, AProgramThatIsNotThere) {
  const std::vector<std::pair<std::string, std::string>> tables = {
      {"path = \"hook/no-such.cpp\"", "there is no file"},
      {"path = \"hook\"", "there is no file"},
      {"path = \"\"", "expected the path of a program or its source"},
      {"path = 3", "path"},
      {"path = \"plain.sh\"", "is not executable. Make it so with chmod +x"},
      {"command = [\"no-such-command-of-grapnel\"]", "is not on PATH"},
      {"command = [\"tools/no-such\"]", "is no executable file"},
      {"command = [\"./plain.sh\"]", "is no executable file"},
      {"command = []", "expected a command line"},
      {"command = [\"a\"]\npath = \"b\"", "it has `path` and `command`"},
      {"path = \"plain.sh\"\ntransport = \"pigeon\"", "expected 'one-shot', 'session' or 'python'"},
      {"transport = \"session\"", "neither `path` nor `command`"},
  };
  for (const auto& [table, message] : tables) {
    TargetProject project;
    project.write("plain.sh", "#!/bin/sh\n");
    project.write("hook/readme.txt");
    project.table("[build.hooks.broken]\n" + table);
    const Ended ended = project.target({"build", "-t", "wheel"});
    EXPECT_EQ(ended.exit_code, 1) << table << ended.err;
    EXPECT_THAT(ended.err, AllOf(HasSubstr("broken"), HasSubstr(message))) << table;
    EXPECT_EQ(ended.out, "");
    EXPECT_THAT(project.leftovers(), IsEmpty()) << table;
  }
}

TEST(TargetFailures, CppThatDoesNotCompile) {
  TargetProject project;
  project.write("hook/broken.cpp", "this is no C++\n");
  project.table("[build.hooks.broken]\npath = \"hook/broken.cpp\"");
  project.hook("never", "");
  const Ended ended = project.target({"build", "-t", "wheel", "--cxx", tests::kCxxCompiler, "--sdk", tests::kSdkDir});
  EXPECT_EQ(ended.exit_code, 1) << ended.err;
  EXPECT_THAT(ended.err,
              AllOf(HasSubstr("demo wheel broken"), HasSubstr("does not compile"), HasSubstr("this is no C++")));
  EXPECT_THAT(project.log(), IsEmpty()) << "hooks are made before the first stage of any";
}

TEST(TargetFailures, VersionsAndTargetsThatAreNone) {
  TargetProject project;
  project.hook("never", "");
  Ended ended = project.target({"build", "-t", "wheel:standard,z,a"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("unknown versions of the target 'wheel': a, z; it has standard, editable"));
  ended = project.target({"build", "-t", "sdist", "-t", "zoo", "-t", "apple"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("unknown targets: 'apple', 'zoo'; there are sdist, wheel"));
  EXPECT_THAT(ended.err, HasSubstr("[build.targets.NAME]"));
  project.table("[build.targets.wheel]\nversions = [\"nightly\"]");
  ended = project.target({"build", "-t", "wheel"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("grapnel.toml"), HasSubstr("nightly")));
  EXPECT_THAT(project.log(), IsEmpty());
  EXPECT_FALSE(fs::exists(project.root() / "dist/demo-1.0.tar.gz")) << "nothing is built before all is understood";
}

// Programs that are targets.

TEST(TargetFailures, OfProgramTargets) {
  const std::vector<std::tuple<std::string, std::string, int>> programs = {
      {answering("{}"), "vouches for 0 files; expected one output", 1},
      {answering(R"({"outputs": ["a", "b"]})"), "vouches for 2 files; expected one output", 1},
      {answering(R"({"outputs": ["no-such"]})"), "which does not exist", 1},
      {"#!/bin/sh\nexit 2\n", "exit code 2", 2},
      {"#!/bin/sh\nexit 9\n", "exit code 9", 255},
      {"#!/bin/sh\nexec sleep 1000\n", "time limit", 2},
  };
  for (const auto& [script, message, exit_code] : programs) {
    TargetProject project;
    project.write_executable("make.sh", script);
    project.table("[build.targets.zoo]\npath = \"make.sh\"");
    const Ended ended = project.target({"build", "-t", "zoo", "--hook-timeout", "1"});
    EXPECT_EQ(ended.exit_code, exit_code) << script << ended.err;
    EXPECT_THAT(ended.err, AllOf(HasSubstr(message), HasSubstr("zoo"))) << script;
    EXPECT_EQ(ended.out, "");
  }
}

// The system.

TEST(TargetFailures, AFullDiskLeavesNoPartOfAnArchive) {
  for (const char* name : {"sdist", "wheel"}) {
    TargetProject project;
    std::string noise;
    for (unsigned seed = 1; noise.size() < 400'000; seed = seed * 1664525U + 1013904223U) {
      noise += static_cast<char>(seed >> 24U);  // does not get smaller
    }
    project.write("demo/data.bin", noise);
    project.hook("one", "");
    const fs::path disk = project.outside() / "small";
    EXPECT_TRUE(tests::with_tmpfs(disk, "size=64k", [&] {
      const Ended ended = project.target({"build", "-t", name, "-d", disk});
      EXPECT_EQ(ended.exit_code, 2) << ended.err;
      EXPECT_THAT(ended.err, AllOf(HasSubstr("No space left on device"), HasSubstr("infra failure")));
      EXPECT_EQ(ended.out, "");
      EXPECT_TRUE(fs::is_empty(disk));
    }));
    EXPECT_THAT(project.leftovers(), IsEmpty());
    EXPECT_EQ(project.target({"build", "-t", name}).exit_code, 0) << "the next run is right";
  }
}

TEST(TargetFailures, AnArtifactStaysWhenTheNextOneFails) {
  TargetProject project;
  project.hook("one", "fail_in = \"initialize:print\"");
  project.table("[build.targets.wheel.hooks.one]\npath = " + quoted(tests::program("staged_hook").string()) +
                "\nfail_in = \"initialize:infra\"");
  const Ended ended = project.target({"build"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_EQ(ended.out, (project.root() / "dist/demo-1.0.tar.gz").string() + "\n");
  EXPECT_FALSE(fs::exists(project.root() / kWheel));
}

class TargetCancel : public testing::TestWithParam<std::tuple<const char*, int>> {};

TEST_P(TargetCancel, EndsAllAndThenBySignal) {
  const auto& [transport, signal] = GetParam();
  TargetProject project;
  const fs::path fifo = project.outside() / "running";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const std::string begin = std::string(transport) == "session" ? "echo '{\"ready\": 1}' >&3\nread line <&3\n" : "";
  project.write_executable("hook.sh",
                           "#!/bin/sh\n" + begin + "sleep 1000 &\necho $$ $! > '" + fifo.string() + "'\nwait\n");
  project.table("[build.hooks.one]\npath = \"hook.sh\"\ntransport = " + quoted(transport));
  const tests::Started started =
      project.start({"build", "-t", "wheel", "--events", project.outside() / "events.jsonl"});
  std::istringstream pids(tests::read_text(fifo));  // waits until the hook runs
  pid_t hook = 0;
  pid_t its_child = 0;
  pids >> hook >> its_child;
  ASSERT_EQ(::kill(started.pid, signal), 0);
  const Ended ended = started.wait();
  EXPECT_EQ(ended.signal, signal) << ended.exit_code << ended.err;
  for (const pid_t pid : {hook, its_child}) {
    ASSERT_GT(pid, 1);
    EXPECT_TRUE(tests::wait_until([&] { return ::kill(pid, 0) != 0 && errno == ESRCH; })) << pid;
  }
  EXPECT_THAT(tests::read_text(project.outside() / "events.jsonl"), HasSubstr(R"("canceled")"));
  EXPECT_THAT(project.leftovers(), IsEmpty());
}

class TargetKilled : public testing::TestWithParam<const char*> {};

TEST_P(TargetKilled, LeavesNoHookAndTheNextRunCleansUp) {
  const char* const transport = GetParam();
  TargetProject project;
  const fs::path fifo = project.outside() / "running";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const std::string begin = std::string(transport) == "session" ? "echo '{\"ready\": 1}' >&3\nread line <&3\n" : "";
  project.write_executable("hook.sh", "#!/bin/sh\n" + begin + "echo $$ > '" + fifo.string() + "'\nexec sleep 1000\n");
  project.table("[build.hooks.one]\npath = \"hook.sh\"\ntransport = " + quoted(transport));
  const tests::Started started = project.start({"build", "-t", "wheel"});
  const pid_t hook = std::stoi(tests::read_text(fifo));
  ASSERT_EQ(::kill(started.pid, SIGKILL), 0);
  EXPECT_EQ(started.wait().signal, SIGKILL);
  EXPECT_TRUE(tests::wait_until([&] { return ::kill(hook, 0) != 0 && errno == ESRCH; })) << "the guard ends it";
  EXPECT_THAT(project.leftovers(), testing::SizeIs(1));
  project.write_executable("hook.sh", answering("{}"));
  project.options("");
  project.table("[build.hooks.one]\npath = \"hook.sh\"");
  EXPECT_EQ(project.target({"build", "-t", "wheel"}).exit_code, 0);
  EXPECT_THAT(project.leftovers(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Transports, TargetKilled, testing::Values("one-shot", "session"));
INSTANTIATE_TEST_SUITE_P(Signals, TargetCancel,
                         testing::Combine(testing::Values("one-shot", "session"), testing::Values(SIGINT, SIGTERM)));

}  // namespace
