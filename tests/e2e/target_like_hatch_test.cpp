// SPDX-License-Identifier: BSD-3-Clause
// What is better than in Hatch (spec: hatch-build-hooks, table 6.3), and how `--like-hatch NAME` has it Hatch's way:
// one test for each, named after the improvement. Hooks that ask to be run once for an input. Cleaning after a failure.
#include "tests/support/target_project.hpp"
#include <hooks/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace {

using hooks::Json;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using tests::Ended;
using tests::TargetProject;
namespace fs = std::filesystem;

constexpr const char* kWheel = "dist/demo-1.0-py2.py3-none-any.whl";
constexpr const char* kSdist = "dist/demo-1.0.tar.gz";

class TargetLikeHatch : public testing::Test {
 protected:
  Ended build(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
    arguments.insert(arguments.begin(), "build");
    return project_.target(std::move(arguments), std::move(environment));
  }
  /// A wheel.
  Ended grapnels_way(std::vector<std::string> environment = {}) {
    return build({"-t", "wheel"}, std::move(environment));
  }
  Ended hatchs_way(const std::string& name, std::vector<std::string> environment = {}) {
    return build({"-t", "wheel", "--like-hatch", name}, std::move(environment));
  }

  TargetProject project_;
};

TEST_F(TargetLikeHatch, replacement_warning) {
  project_.hook("one", "own = 1\nhidden = 2\n");
  project_.table("[build.targets.wheel.hooks.one]\npath = \"" + tests::program("staged_hook").string() + "\"\nown = 3");
  const Ended better = grapnels_way();
  EXPECT_EQ(better.exit_code, 0) << better.err;
  EXPECT_THAT(better.err, AllOf(HasSubstr("build.targets.wheel.hooks.one replaces build.hooks.one"),
                                HasSubstr("'hidden'"), HasSubstr("'log'"), Not(HasSubstr("'own'"))));
  EXPECT_THAT(project_.log(), IsEmpty()) << "tables are replaced, not merged";
  const Ended hatch = hatchs_way("replacement-warning");
  EXPECT_EQ(hatch.exit_code, 0) << hatch.err;
  EXPECT_THAT(hatch.err, Not(HasSubstr("replaces")));
}

TEST_F(TargetLikeHatch, enable_variable) {
  project_.hook("my-hook", "enable-by-default = false");
  EXPECT_EQ(grapnels_way().exit_code, 0);
  EXPECT_THAT(project_.log(), IsEmpty());
  for (const char* variable : {"HATCH_BUILD_HOOK_ENABLE_MY_HOOK=true", "GRAPNEL_BUILD_HOOK_ENABLE_MY_HOOK=1",
                               "HATCH_BUILD_HOOK_ENABLE_MY-HOOK=1"}) {
    EXPECT_EQ(grapnels_way({variable}).exit_code, 0);
    EXPECT_THAT(project_.log(), SizeIs(2)) << variable;
  }
  EXPECT_EQ(hatchs_way("enable-variable", {"HATCH_BUILD_HOOK_ENABLE_MY_HOOK=true"}).exit_code, 0);
  EXPECT_THAT(project_.log(), IsEmpty());
  EXPECT_EQ(hatchs_way("enable-variable", {"HATCH_BUILD_HOOK_ENABLE_MY-HOOK=true"}).exit_code, 0);
  EXPECT_THAT(project_.log(), SizeIs(2));
}

TEST_F(TargetLikeHatch, enable_by_default) {
  project_.hook("one", "enable-by-default = \"no\"");
  const Ended better = grapnels_way();
  EXPECT_EQ(better.exit_code, 1);
  EXPECT_THAT(better.err, AllOf(HasSubstr("build.hooks.one.enable-by-default"), HasSubstr("boolean")));
  EXPECT_EQ(hatchs_way("enable-by-default").exit_code, 0);
  EXPECT_THAT(project_.log(), SizeIs(2)) << "a text that is not empty is true";
  project_.options("");
  project_.hook("one", "enable-by-default = 0");
  EXPECT_EQ(hatchs_way("enable-by-default").exit_code, 0);
  EXPECT_THAT(project_.log(), IsEmpty());
}

TEST_F(TargetLikeHatch, variable_warning) {
  const Ended better =
      grapnels_way({"HATCH_BUILD_CLEAN=yes", "GRAPNEL_BUILD_HOOKS_ONLY=false", "HATCH_BUILD_NO_HOOKS=0"});
  EXPECT_EQ(better.exit_code, 0) << better.err;
  EXPECT_THAT(better.err, AllOf(HasSubstr("HATCH_BUILD_CLEAN is 'yes', which means nothing"),
                                Not(HasSubstr("HOOKS_ONLY")), Not(HasSubstr("NO_HOOKS"))));
  const Ended hatch = hatchs_way("variable-warning", {"HATCH_BUILD_CLEAN=yes"});
  EXPECT_EQ(hatch.exit_code, 0) << hatch.err;
  EXPECT_THAT(hatch.err, Not(HasSubstr("HATCH_BUILD_CLEAN")));
}

TEST_F(TargetLikeHatch, absolute_directory) {
  project_.write("hatch_build.py", R"(
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

class Hook(BuildHookInterface):
    def initialize(self, version, build_data):
        with open('directory', 'w', encoding='utf-8') as file:
            file.write(self.directory)
)");
  project_.table("[build.hooks.custom]");
  project_.hook("native", "");
  const std::vector<std::string> arguments{"-t", "wheel", "-d", "out", "--python", "/usr/bin/python3"};
  const Ended better = build(arguments);
  EXPECT_EQ(better.exit_code, 0) << better.err;
  const std::string artifact = "out/" + fs::path(kWheel).filename().string();
  EXPECT_EQ(better.out, artifact + "\n") << "as the user would name it";
  EXPECT_EQ(project_.read("directory"), (project_.root() / "out").string());
  // Hatch passes what it was given; documents have absolute paths.
  fs::remove(project_.root() / artifact);
  std::vector<std::string> like_hatch = arguments;
  like_hatch.insert(like_hatch.end(), {"--like-hatch", "absolute-directory"});
  const Ended hatch = build(like_hatch);
  EXPECT_EQ(hatch.exit_code, 0) << hatch.err;
  EXPECT_EQ(hatch.out, artifact + "\n");
  EXPECT_TRUE(fs::exists(project_.root() / artifact));
  EXPECT_EQ(project_.read("directory"), "out");
  EXPECT_THAT(tests::read_text(project_.own() / "hooks/wheel/native/initialize/input.json"),
              HasSubstr("\"directory\": \"" + (project_.root() / "out").string()));
}

TEST_F(TargetLikeHatch, result) {
  project_.hook("one", "log_data = \"tag\"");
  EXPECT_EQ(grapnels_way().exit_code, 0);
  EXPECT_THAT(project_.log(),
              ElementsAre("one initialize standard one tag=", "one finalize standard one tag=\"py2.py3-none-any\""));
  const fs::path input = project_.own() / "hooks/wheel/one/finalize/input.json";
  EXPECT_THAT(tests::read_text(input), HasSubstr("\"result\": {"));
  EXPECT_EQ(hatchs_way("result").exit_code, 0);
  EXPECT_THAT(project_.log(), ElementsAre("one initialize standard one tag=", "one finalize standard one tag="));
  EXPECT_THAT(tests::read_text(input), Not(HasSubstr("\"result\": {")));
}

TEST_F(TargetLikeHatch, validation) {
  project_.hook("one", "patch = {dependencies = \"not a list\"}");
  project_.hook("two", "");
  const Ended better = grapnels_way();
  EXPECT_EQ(better.exit_code, 1);
  EXPECT_THAT(better.err, HasSubstr("hook 'one', stage initialize: build data: dependencies: found a string"));
  EXPECT_THAT(project_.log(), SizeIs(1)) << "at once";
  const Ended hatch = hatchs_way("validation");
  EXPECT_EQ(hatch.exit_code, 1) << "later, and no crash";
  EXPECT_THAT(hatch.err, HasSubstr("dependencies"));
  EXPECT_THAT(project_.log(), SizeIs(2)) << "the other hook runs";
}

TEST_F(TargetLikeHatch, containment) {
  project_.write("a.txt");
  for (const char* target : {"../../evil.txt", "/abs.txt", "back\\\\slash.txt"}) {
    project_.options("");
    project_.hook("one", "patch = {force_include = {\"a.txt\" = \"" + std::string(target) + "\"}}");
    const Ended better = grapnels_way();
    EXPECT_EQ(better.exit_code, 1) << target;
    EXPECT_THAT(better.err, HasSubstr("hook 'one', stage initialize")) << target;
    EXPECT_FALSE(fs::exists(project_.root() / kWheel));
    const Ended hatch = hatchs_way("containment");
    EXPECT_EQ(hatch.exit_code, 0) << target << hatch.err;
    EXPECT_THAT(project_.shipped(kWheel), SizeIs(2)) << target;
    fs::remove(project_.root() / kWheel);
  }
  project_.options("");
  project_.hook("one", "patch = {force_include = {\"a.txt\" = \"demo-1.0.dist-info/more.txt\"}}");
  EXPECT_THAT(grapnels_way().err, HasSubstr("among the wheel's own metadata"));
  EXPECT_EQ(hatchs_way("containment").exit_code, 0);
  EXPECT_EQ(project_.archive_text(kWheel, "demo-1.0.dist-info/more.txt"), "");
}

TEST_F(TargetLikeHatch, duplicates) {
  project_.write("a.txt", "a");
  project_.write("b.txt", "b");
  project_.hook("one", "patch = {force_include = {\"a.txt\" = \"x.txt\"}}");
  project_.hook("two", "patch = {force_include = {\"b.txt\" = \"./x.txt\"}}");
  for (const char* target : {"sdist", "wheel"}) {
    const Ended better = build({"-t", target});
    EXPECT_EQ(better.exit_code, 1);
    EXPECT_THAT(better.err, AllOf(HasSubstr("hook 'one'"), HasSubstr("hook 'two'"), HasSubstr("x.txt"))) << target;
  }
  // In Hatch: an error in a wheel, silently two members in an sdist.
  const Ended hatch = build({"-t", "sdist", "--like-hatch", "duplicates"});
  EXPECT_EQ(hatch.exit_code, 0) << hatch.err;
  const std::vector<std::string> shipped = project_.shipped(kSdist);
  EXPECT_EQ(std::count(shipped.begin(), shipped.end(), "x.txt"), 2);
  EXPECT_EQ(hatchs_way("duplicates").exit_code, 1);
}

TEST_F(TargetLikeHatch, missing_sources) {
  for (const char* field : {"shared_data", "shared_scripts", "extra_metadata"}) {
    project_.options("");
    project_.hook("one", "patch = {" + std::string(field) + " = {\"no-such\" = \"x\"}}");
    const Ended better = grapnels_way();
    EXPECT_EQ(better.exit_code, 1) << field;
    EXPECT_THAT(better.err, AllOf(HasSubstr("hook 'one', stage initialize"), HasSubstr(field), HasSubstr("no-such")));
    EXPECT_EQ(hatchs_way("missing-sources").exit_code, 0) << field;
  }
}

TEST_F(TargetLikeHatch, shared_ignores) {
  project_.write(".gitignore", "*.so\n");
  project_.write("share/lib.so");
  project_.write("share/data.txt");
  project_.hook("one", "patch = {shared_data = {share = \"lib\"}}");
  EXPECT_EQ(grapnels_way().exit_code, 0);
  EXPECT_THAT(project_.shipped(kWheel),
              ElementsAre("demo-1.0.data/data/lib/data.txt", "demo-1.0.data/data/lib/lib.so", "demo/__init__.py"));
  EXPECT_EQ(hatchs_way("shared-ignores").exit_code, 0);
  EXPECT_THAT(project_.shipped(kWheel), ElementsAre("demo-1.0.data/data/lib/data.txt", "demo/__init__.py"));
}

TEST_F(TargetLikeHatch, once_per_input) {
  project_.hook("one", "once-per = \"input\"\noutputs = [\"demo/made.py\"]");
  EXPECT_EQ(build({}).exit_code, 0);
  EXPECT_THAT(project_.log(),
              ElementsAre("one initialize standard one", "one finalize standard one", "one finalize standard one"));
  EXPECT_EQ(build({"--like-hatch", "once-per-input"}).exit_code, 0);
  EXPECT_THAT(project_.log(), SizeIs(4));
  EXPECT_EQ(build({"--no-cache"}).exit_code, 0);
  EXPECT_THAT(project_.log(), SizeIs(4));
}

TEST_F(TargetLikeHatch, hook_sources) {
  project_.options("exclude = [\"/tools\"]");
  project_.write("tools/generate.sh", "#!/bin/sh\n");
  project_.write_executable("tools/other.sh", "#!/bin/sh\n");
  project_.table("[build.hooks.one]\npath = \"tools/other.sh\"\nenable-by-default = false");
  project_.table("[build.targets.wheel.hooks.two]\ncommand = [\"sh\", \"tools/generate.sh\"]");
  EXPECT_EQ(build({"-t", "sdist"}).exit_code, 0);
  EXPECT_THAT(project_.shipped(kSdist),
              ElementsAre("demo/__init__.py", "grapnel.toml", "tools/generate.sh", "tools/other.sh"));
  EXPECT_EQ(build({"-t", "sdist", "--like-hatch", "hook-sources"}).exit_code, 0);
  EXPECT_THAT(project_.shipped(kSdist), ElementsAre("demo/__init__.py", "grapnel.toml"));
}

TEST_F(TargetLikeHatch, AllOfThemAndByTheProjectItself) {
  project_.hook("one", "patch = {shared_data = {\"no-such\" = \"x\"}}");
  EXPECT_EQ(grapnels_way().exit_code, 1);
  EXPECT_EQ(hatchs_way("all").exit_code, 0);
  project_.options("like-hatch = [\"missing-sources\"]");
  project_.hook("one", "patch = {shared_data = {\"no-such\" = \"x\"}}");
  EXPECT_EQ(grapnels_way().exit_code, 0);
  const Ended unknown = hatchs_way("everything");
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, AllOf(HasSubstr("everything"), HasSubstr("hook-sources")));
}

// Cleaning after a failure.

TEST_F(TargetLikeHatch, CleanHooksOnFailureIsInReverseAndAskedFor) {
  for (const char* transport : {"one-shot", "session"}) {
    const std::string lines = "transport = \"" + std::string(transport) + "\"\n";
    project_.options("");
    project_.hook("one", lines + "outputs = [\"made\"]");
    project_.hook("two", lines);
    project_.hook("three", lines + "fail_in = \"initialize:abort:9\"");
    EXPECT_EQ(build({"-t", "wheel"}).exit_code, 9);
    EXPECT_THAT(project_.log(), SizeIs(3));
    EXPECT_TRUE(fs::exists(project_.root() / "made"));
    const Ended ended = build({"-t", "wheel", "--clean-hooks-on-failure"});
    EXPECT_EQ(ended.exit_code, 9) << "the failure that led there is told";
    EXPECT_THAT(project_.log(),
                ElementsAre(StartsWith("one initialize"), StartsWith("two initialize"), StartsWith("three initialize"),
                            "two clean standard", "one clean standard"));
    EXPECT_FALSE(fs::exists(project_.root() / "made"));
    EXPECT_THAT(project_.leftovers(), IsEmpty());
  }
}

// Hooks that run once for an input.

class TargetOncePerInput : public testing::Test {
 protected:
  void SetUp() override {
    project_.write("input.txt", "one");
    project_.hook("one", hook_lines());
  }
  static std::string hook_lines() {
    return "once-per = \"input\"\noutputs = [\"demo/made.py\"]\ninputs = [\"input.txt\"]\npatch = {dependencies = "
           "[\"more\"]}\n"
           "env = {set = {FROM_ONE = \"yes\"}}\n";
  }
  /// How often the hook was initialized by a build of these targets.
  std::size_t initialized(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
    arguments.insert(arguments.begin(), "build");
    const Ended ended = project_.target(std::move(arguments), std::move(environment));
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    std::size_t count = 0;
    for (const std::string& line : project_.log()) count += line.starts_with("one initialize") ? 1U : 0U;
    return count;
  }
  TargetProject project_;
};

TEST_F(TargetOncePerInput, TheSecondTargetIsReplayed) {
  project_.hook("two", "log_env = \"FROM_ONE\"");
  const fs::path events = project_.outside() / "events.jsonl";
  const Ended ended = project_.target({"build", "--events", events});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(project_.log(), ElementsAre("one initialize standard one two",
                                          "two initialize standard one two FROM_ONE=yes", StartsWith("one finalize"),
                                          StartsWith("two finalize"), "two initialize standard one two FROM_ONE=yes",
                                          StartsWith("one finalize"), StartsWith("two finalize")));
  EXPECT_THAT(project_.archive_text(kWheel, "demo-1.0.dist-info/METADATA"), HasSubstr("Requires-Dist: more\n"));
  EXPECT_THAT(project_.shipped(kWheel), Contains("demo/made.py"));
  std::vector<bool> up_to_date;
  for (const std::string& line : tests::lines_of(tests::read_text(events))) {
    const Json event = Json::parse(line);
    if (*event.find("event") != Json("hook_finished")) continue;
    if (event.find("hook")->to_string().find(" one\"") == std::string::npos) continue;
    const Json* const flag = event.find("up_to_date");
    up_to_date.push_back(flag != nullptr && *flag == Json(true));
  }
  EXPECT_THAT(up_to_date, ElementsAre(false, false, true, false));
}

TEST_F(TargetOncePerInput, RunsAgainWhenWhatItIsMadeOfChanges) {
  EXPECT_EQ(initialized({}), 1U);
  EXPECT_EQ(initialized({}), 0U);
  EXPECT_EQ(initialized({"-t", "wheel:editable"}), 0U) << "neither target nor version matter";
  EXPECT_EQ(initialized({"-t", "wheel", "-d", "elsewhere"}), 0U);
  project_.write("input.txt", "two");
  EXPECT_EQ(initialized({}), 1U) << "a dependency";
  EXPECT_EQ(initialized({}), 0U);
  fs::remove(project_.root() / "input.txt");
  EXPECT_EQ(initialized({}), 1U) << "one that is not there";
  project_.write("input.txt", "two");
  EXPECT_EQ(initialized({"-t", "wheel"}), 1U) << "one that has come";
  fs::remove(project_.root() / "demo/made.py");
  EXPECT_EQ(initialized({}), 1U) << "an output";
  EXPECT_EQ(initialized({}, {"HATCH_VERBOSE_MODE=1"}), 1U) << "a variable that says how to build";
  EXPECT_EQ(initialized({}, {"UNRELATED=1"}), 0U);
  EXPECT_EQ(initialized({"--config-setting", "a=b"}), 1U);
  project_.options("");
  project_.hook("one", hook_lines() + "own = 1");
  EXPECT_EQ(initialized({}), 1U) << "its table";
}

TEST_F(TargetOncePerInput, AFailureIsNotRemembered) {
  project_.options("");
  project_.hook("one", "once-per = \"input\"\nfail_in = \"initialize:build\"");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(project_.target({"build", "-t", "wheel"}).exit_code, 1);
    EXPECT_THAT(project_.log(), SizeIs(1));
  }
  EXPECT_FALSE(fs::exists(project_.outside() / "cache"));
}

TEST_F(TargetOncePerInput, DamagedAnswersAreAskedAgain) {
  EXPECT_EQ(initialized({}), 1U);
  for (const char* damage :
       {"", "[]", "{\"answer\": 1, \"files\": {}}", "{\"answer\": {}, \"files\": []}", "no JSON"}) {
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(project_.outside() / "cache/grapnel/hooks")) {
      ++files;
      std::ofstream(entry.path()) << damage;
    }
    EXPECT_EQ(files, 1U);
    EXPECT_EQ(initialized({}), 1U) << damage;
  }
}

TEST_F(TargetOncePerInput, ATreeAndItsUnpackedSdistShareAnswers) {
  EXPECT_EQ(initialized({"-t", "sdist"}), 1U);
  const fs::path place = project_.outside() / "unpacked";
  fs::create_directories(place);
  const Ended unpacked =
      tests::run({"/bin/tar", "-xzf", project_.root() / kSdist, "-C", place}, place, project_.outside());
  ASSERT_EQ(unpacked.exit_code, 0) << unpacked.err;
  const fs::path root = place / "demo-1.0";
  ASSERT_TRUE(fs::exists(root / "demo/made.py"));
  fs::remove(root / "log");  // the sdist has that, too
  const Ended ended = project_.start_in(root, {"build", "-t", "wheel"}).wait();
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(tests::read_text(root / "log"), "one finalize standard one\n");
  EXPECT_TRUE(fs::exists(root / kWheel));
}

}  // namespace
