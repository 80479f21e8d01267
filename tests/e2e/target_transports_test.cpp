// SPDX-License-Identifier: BSD-3-Clause
// What reaches staged hooks and comes back from them, by a process for each stage and by one for all.
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

/// A hook in sh: $config is its input, $out where the answer goes, $stage and $version are what
/// they are of; `answer` writes one.
std::string shell_hook(const std::string& body) {
  return R"sh(#!/bin/sh
config=${1#--config=}
field() { sed -n "s/^ *\"$1\": \"\(.*\)\",*\$/\1/p" "$config" | head -n 1; }
out=$(field out_file)
stage=$(field stage)
version=$(sed -n 's/^        "version": "\(.*\)",*$/\1/p' "$config")
nothing='{}'
answer() {
  echo '{"status":"success","timestamp":"2026-11-21 10:00:00.000","build_target":'"${1:-$nothing}"'}' > "$out"
}
)sh" + body +
         "\n";
}

class TargetTransports : public testing::TestWithParam<const char*> {
 protected:
  [[nodiscard]] static bool is_session() { return std::string(GetParam()) == "session"; }
  /// A hook in this transport.
  void hook(const std::string& name, const std::string& lines) {
    project_.hook(name, "transport = \"" + std::string(GetParam()) + "\"\n" + lines);
  }
  void build(std::vector<std::string> arguments = {"-t", "wheel"}, std::vector<std::string> environment = {}) {
    arguments.insert(arguments.begin(), "build");
    ended_ = project_.target(std::move(arguments), std::move(environment));
    EXPECT_EQ(ended_.exit_code, 0) << "signal " << ended_.signal << "\n" << ended_.err;
    EXPECT_THAT(project_.leftovers(), IsEmpty());
  }

  TargetProject project_;
  Ended ended_;
};

INSTANTIATE_TEST_SUITE_P(Both, TargetTransports, testing::Values("one-shot", "session"));

TEST_P(TargetTransports, StateIsCarriedAndMemoryOnlyInASession) {
  hook("one", "count = true\nlog_end = true");
  build({"-t", "wheel:standard,editable", "--clean", "--clean-hooks-after"});
  const std::vector<std::string> stages{"clean standard,editable", "initialize standard one", "finalize standard one",
                                        "clean standard",          "initialize editable one", "finalize editable one",
                                        "clean editable"};
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const std::string count = std::to_string(i + 1);
    expected.push_back("one " + stages[i] + " state=" + count + " memory=" + (is_session() ? count : "1"));
    if (!is_session()) expected.emplace_back("one end");
  }
  if (is_session()) expected.emplace_back("one end");
  EXPECT_EQ(project_.log(), expected);
}

TEST_P(TargetTransports, StateIsOfOneTarget) {
  hook("one", "count = true");
  build({});
  EXPECT_THAT(project_.log(), ElementsAre(StartsWith("one initialize standard one state=1 memory=1"),
                                          StartsWith("one finalize standard one state=2"),
                                          StartsWith("one initialize standard one state=1 memory=1"),
                                          StartsWith("one finalize standard one state=2")));
}

TEST_P(TargetTransports, TheEnvironmentOfEarlierHooksReachesLaterOnes) {
  hook("one", R"(env = {set = {SETTING = "from one"}, prepend = {TOOL_PATH = "/one", PATH = "/of/one"}})");
  hook("two", R"(env = {set = {SETTING = "from two"}, prepend = {TOOL_PATH = "/two"}}
log_env = ["SETTING", "TOOL_PATH", "PATH"])");
  hook("three", R"(log_env = ["SETTING", "TOOL_PATH"])");
  build({"-t", "wheel"}, {"PATH=/usr/bin:/bin"});
  const std::vector<std::string> log = project_.log();
  ASSERT_THAT(log, SizeIs(6));
  EXPECT_EQ(log[1], "two initialize standard one two three SETTING=from one TOOL_PATH=/one PATH=/of/one:/usr/bin:/bin");
  EXPECT_EQ(log[2], "three initialize standard one two three SETTING=from two TOOL_PATH=/two:/one");
  // One that runs already is told of it with its next stage.
  EXPECT_THAT(log[4], StartsWith("two finalize standard one two three SETTING=from two "));
}

TEST_P(TargetTransports, FinalizeHasResultAndTag) {
  project_.write("data.txt");
  hook("one", R"(patch = {tag = "py3-none-linux_x86_64", force_include = {"data.txt" = "demo/data.txt"}}
log_data = ["tag", "force_include"])");
  build();
  EXPECT_THAT(
      project_.log(),
      ElementsAre(
          "one initialize standard one tag= force_include={}",
          R"(one finalize standard one tag="py3-none-linux_x86_64" force_include={"data.txt":"demo/data.txt"})"));
  EXPECT_EQ(ended_.out, (project_.root() / "dist/demo-1.0-py3-none-linux_x86_64.whl").string() + "\n");
}

TEST_P(TargetTransports, PatchesAppendMergeReplaceAndDelete) {
  for (const char* file : {"a.txt", "b.txt", "c.txt", "d.tmp", "demo/skip.py", "demo/keep.py"}) project_.write(file);
  hook(
      "one",
      R"(patch = {artifacts = ["a"], own = {deep = [1, 2.5]}, force_include = {"a.txt" = "x/a.txt", "c.txt" = "x/c.txt"}, dependencies = ["one"]})");
  hook(
      "two",
      R"(patch = {artifacts = ["a", "b"], force_include = {"b.txt" = "x/b.txt"}, dependencies = ["two"], pure_python = false}
exclude = ["skip.py"])");
  hook("three", R"(patch = {artifacts = ["only"], dependencies = ["three"]}
replace = ["artifacts"]
log_data = ["artifacts", "dependencies", "force_include", "own", "pure_python"])");
  hook("four", R"(log_data = ["artifacts", "dependencies"])");
  build();
  const std::vector<std::string> log = project_.log();
  ASSERT_THAT(log, SizeIs(8));
  EXPECT_EQ(log[2],
            "three initialize standard one two three four artifacts=[\"a\",\"b\"] dependencies=[\"one\",\"two\"] "
            "force_include={\"a.txt\":\"x/a.txt\",\"b.txt\":\"x/b.txt\",\"c.txt\":\"x/c.txt\"} "
            "own={\"deep\":[1,2.5]} pure_python=false");
  EXPECT_EQ(log[3],
            R"(four initialize standard one two three four artifacts=["only"] dependencies=["one","two","three"])");
  EXPECT_THAT(project_.shipped(kWheel),
              ElementsAre("demo/__init__.py", "demo/keep.py", "x/a.txt", "x/b.txt", "x/c.txt"));
  const std::string metadata = project_.archive_text(kWheel, "demo-1.0.dist-info/METADATA");
  EXPECT_THAT(metadata, AllOf(HasSubstr("Requires-Dist: one\n"), HasSubstr("Requires-Dist: three\n")));
}

TEST_P(TargetTransports, OutputsAreRemovedByClean) {
  project_.write("demo/kept.py");
  hook("one", R"(outputs = ["demo/made.py", "gen/deep/made.txt"])");
  build();
  EXPECT_EQ(project_.read("demo/made.py"), "one standard\n");
  EXPECT_TRUE(fs::exists(project_.own() / "hooks/wheel/one/outputs.json"));
  const Ended ended = project_.target({"clean", "-t", "wheel"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_FALSE(fs::exists(project_.root() / "demo/made.py"));
  EXPECT_FALSE(fs::exists(project_.root() / "gen/deep/made.txt"));
  EXPECT_FALSE(fs::exists(project_.root() / kWheel));
  EXPECT_TRUE(fs::exists(project_.root() / "demo/kept.py"));
  EXPECT_FALSE(fs::exists(project_.own() / "hooks/wheel/one/outputs.json"));
}

TEST_P(TargetTransports, RequirementsAreAsked) {
  hook("one", R"(requirements = ["cmake>=3.20", "ninja"]
dependencies = ["static"])");
  hook("two", R"(requirements = ["ninja", "one"]
log_data = ["artifacts"])");
  const Ended ended = project_.target({"dependencies", "-t", "wheel"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(tests::lines_of(ended.out), ElementsAre("static", "cmake>=3.20", "ninja", "one"));
  EXPECT_THAT(project_.log(), ElementsAre("one dependencies", "two dependencies"));
  EXPECT_FALSE(fs::exists(project_.root() / "dist")) << "nothing is made";
  EXPECT_THAT(project_.leftovers(), IsEmpty());
}

TEST_P(TargetTransports, TheEnvironmentIsFiltered) {
  project_.table("[environment]\npass = [\"DEMO_*\"]\npass-only = [\"DEMO_LOGIN\"]");
  hook("one", R"(log_env = ["HATCH_ANY", "SOURCE_DATE_EPOCH", "GRAPNEL_BUILD_X", "DEMO_X", "DEMO_LOGIN", "OTHER"])");
  build({"-t", "wheel", "--hooks-only"}, {"HATCH_ANY=a", "SOURCE_DATE_EPOCH=1600000000", "GRAPNEL_BUILD_X=b",
                                          "DEMO_X=c", "DEMO_LOGIN=hidden", "OTHER=d"});
  EXPECT_THAT(project_.log(),
              ElementsAre("one initialize standard one HATCH_ANY=a SOURCE_DATE_EPOCH=1600000000 GRAPNEL_BUILD_X=b "
                          "DEMO_X=c DEMO_LOGIN=hidden OTHER"));
}

TEST_P(TargetTransports, SecretsAreNotShown) {
  project_.table("[environment]\npass = [\"UPLOAD_TOKEN\"]");
  const std::string begin = is_session() ? "echo '{\"ready\": 1}' >&3; read line <&3\n" : "";
  project_.write_executable(
      "hook.sh", "#!/bin/sh\n" + begin + "echo \"token $UPLOAD_TOKEN\"; echo \"said $UPLOAD_TOKEN\" >&2; exit 1\n");
  project_.table("[build.hooks.one]\ncommand = [\"./hook.sh\", \"--password=s3cr3t-value\"]\ntransport = \"" +
                 std::string(GetParam()) + "\"");
  const Ended ended = project_.target({"build", "-t", "wheel", "-vv", "--events", project_.outside() / "events.jsonl",
                                       "--report", "json=" + (project_.outside() / "report.json").string()},
                                      {"UPLOAD_TOKEN=s3cr3t-value"});
  EXPECT_EQ(ended.exit_code, 1) << ended.err;
  EXPECT_THAT(ended.err, AllOf(HasSubstr("said ***"), HasSubstr("token ***"), Not(HasSubstr("s3cr3t-value"))));
  for (const char* file : {"events.jsonl", "report.json"}) {
    EXPECT_THAT(tests::read_text(project_.outside() / file), AllOf(HasSubstr("***"), Not(HasSubstr("s3cr3t-value"))));
  }
  for (const auto& entry : fs::recursive_directory_iterator(project_.own())) {
    if (entry.path().filename() != "run.sh") continue;
    EXPECT_THAT(tests::read_text(entry.path()), Not(HasSubstr("UPLOAD_TOKEN=s3cr3t-value"))) << entry.path();
  }
}

TEST_P(TargetTransports, TheWholeProcessIsInTheLogFiles) {
  hook("one", "fail_in = [\"initialize:print\"]");
  build();
  const fs::path hook = project_.own() / "hooks/wheel/one";
  EXPECT_EQ(tests::read_text(is_session() ? hook / "stderr.txt" : hook / "initialize/stdout.txt"), "noise\n");
}

// Documents, seen by hooks in sh.

class TargetDocuments : public testing::Test {
 protected:
  void shell(const std::string& body, const std::string& lines = "") {
    project_.write("hook.sh", shell_hook(body));
    project_.table("[build.hooks.one]\ncommand = [\"sh\", \"hook.sh\"]\n" + lines);
  }
  Ended build(std::vector<std::string> arguments = {"-t", "wheel"}) {
    arguments.insert(arguments.begin(), "build");
    Ended ended = project_.target(std::move(arguments));
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_THAT(project_.leftovers(), IsEmpty());
    return ended;
  }
  [[nodiscard]] Json input(const std::string& stage, const std::string& target = "wheel") const {
    return Json::parse(tests::read_text(project_.own() / "hooks" / target / "one" / stage / "input.json"));
  }
  static Json at(const Json& document, const std::vector<std::string>& keys) {
    const Json* found = &document;
    for (const std::string& key : keys) {
      found = found->find(key);
      if (found == nullptr) return "(missing)";
    }
    return *found;
  }
  static Json stage_of(const Json& document) { return at(document, {"config", "extensions", "build_target"}); }

  TargetProject project_;
};

TEST_F(TargetDocuments, AHookNeedsNoSdk) {
  project_.write("made.txt", "made");
  shell(R"sh(echo "$stage $PWD" >> log
case $stage in
  initialize) answer '{"build_data": {"force_include": {"made.txt": "demo/made.txt"}, "tag": "py3-none-any"}}';;
  *) answer;;
esac)sh");
  const Ended ended = build();
  const std::string root = project_.root().string();
  EXPECT_THAT(project_.log(), ElementsAre("initialize " + root, "finalize " + root));
  EXPECT_THAT(project_.shipped("dist/demo-1.0-py3-none-any.whl"), ElementsAre("demo/__init__.py", "demo/made.txt"));
}

TEST_F(TargetDocuments, TheInputSaysWhatHatchSays) {
  shell("answer", "own = [1, {two = 3}]\nenable-by-default = true\nneeds = [\"files\"]");
  build({"-t", "wheel", "-d", "out", "-v", "--config-setting", "key=value", "--config-setting", "key=more",
         "--config-setting", "single=x"});
  const Json document = input("initialize");
  EXPECT_EQ(at(document, {"package_name"}), Json("demo"));
  EXPECT_EQ(at(document, {"package_root"}), Json(project_.root().string() + "/"));
  const Json stage = stage_of(document);
  EXPECT_EQ(at(stage, {"stage"}), Json("initialize"));
  EXPECT_EQ(at(stage, {"version"}), Json("standard"));
  EXPECT_EQ(at(stage, {"target_name"}), Json("wheel"));
  EXPECT_EQ(at(stage, {"hook", "name"}), Json("one"));
  EXPECT_EQ(at(stage, {"hook", "index"}), Json(0));
  EXPECT_EQ(at(stage, {"hook", "config", "own"}), Json::parse(R"([1, {"two": 3}])"));
  EXPECT_EQ(at(stage, {"hook", "config", "enable-by-default"}), Json("(missing)")) << "a key of all hooks";
  EXPECT_EQ(at(stage, {"hook", "options", "enable-by-default"}), Json(true));
  EXPECT_EQ(at(stage, {"project", "version"}), Json("1.0"));
  EXPECT_EQ(at(stage, {"app", "verbosity"}), Json(1));
  EXPECT_EQ(at(stage, {"config_settings"}), Json::parse(R"({"key": ["value", "more"], "single": "x"})"));
  EXPECT_THAT(at(stage, {"directory"}).to_string(), HasSubstr((project_.root() / "out").string()));
  EXPECT_EQ(at(stage, {"build_data", "build_hooks"}), Json::parse(R"(["one"])"));
  const Json files = at(stage, {"build_config", "files"});
  ASSERT_NE(files.as_array(), nullptr);
  EXPECT_THAT(files.to_string(), HasSubstr(R"("distribution_path":"demo/__init__.py")"));

  const Json last = stage_of(input("finalize"));
  EXPECT_EQ(at(last, {"artifact_path"}), Json((project_.root() / "out" / fs::path(kWheel).filename()).string()));
  EXPECT_EQ(at(last, {"result", "tag"}), Json("py2.py3-none-any"));
  EXPECT_EQ(at(last, {"result", "files"}), Json::parse(R"(["demo/__init__.py"])"));
  EXPECT_EQ(at(last, {"build_data", "tag"}), Json("py2.py3-none-any"));
}

TEST_F(TargetDocuments, FilesAreSaidOnlyWhereTheyAreNeeded) {
  shell("answer");
  build();
  EXPECT_EQ(at(stage_of(input("initialize")), {"build_config", "files"}), Json("(missing)"));
}

TEST_F(TargetDocuments, CleanAndDependenciesHaveTheirOwnMembers) {
  shell("answer '{\"requirements\": [\"a\"]}'");
  EXPECT_EQ(project_.target({"clean", "-t", "wheel:editable,standard"}).exit_code, 0);
  const Json clean = stage_of(input("clean"));
  EXPECT_EQ(at(clean, {"versions"}), Json::parse(R"(["editable", "standard"])"));
  EXPECT_EQ(at(clean, {"build_data"}), Json("(missing)"));
  EXPECT_EQ(at(clean, {"version"}), Json("(missing)"));
  EXPECT_EQ(project_.target({"dependencies", "-t", "wheel"}).out, "a\n");
  const Json dependencies = stage_of(input("dependencies"));
  EXPECT_EQ(at(dependencies, {"directory"}), Json(nullptr));
  EXPECT_EQ(at(dependencies, {"build_data"}), Json("(missing)"));
}

TEST_F(TargetDocuments, AWorkDirectoryLivesAsLongAsItsVersion) {
  shell(R"sh(work=$(field work_dir)
case $stage in
  initialize) ls "$work" >> log; echo "$version" > "$work/note"; echo "$work" >> works;;
  finalize) cat "$work/note" >> log;;
esac
answer)sh");
  build({"-t", "wheel:standard,editable"});
  EXPECT_THAT(project_.log(), ElementsAre("standard", "editable")) << "empty at first, and kept until finalize";
  for (const std::string& directory : tests::lines_of(project_.read("works"))) {
    EXPECT_TRUE(fs::path(directory).is_absolute());
    EXPECT_FALSE(fs::exists(directory));
  }
}

TEST_F(TargetDocuments, TheSharedDirectoryStays) {
  shell(R"sh(shared=$(field out_dir_shared); [ "$stage" = initialize ] && echo x >> "$shared/count"
cp "$shared/count" count; answer)sh");
  build();
  build();
  EXPECT_EQ(project_.read("count"), "x\nx\n");
}

TEST_F(TargetDocuments, OutputsOutsideOfTheProjectAreLeftAlone) {
  const fs::path file = project_.outside() / "precious";
  std::ofstream(file) << "precious";
  shell("case $stage in initialize) answer '{\"outputs\": [\"" + file.string() +
        "\", \"inside.txt\"]}';; *) answer;; esac");
  project_.write("inside.txt");
  build();
  EXPECT_EQ(project_.target({"clean", "-t", "wheel"}).exit_code, 0);
  EXPECT_TRUE(fs::exists(file));
  EXPECT_FALSE(fs::exists(project_.root() / "inside.txt"));
  // A record that somebody has changed reaches no further, nor through links.
  fs::create_directory_symlink(project_.outside(), project_.root() / "link");
  project_.write(".hatch/grapnel/hooks/wheel/one/outputs.json",
                 "[\"" + file.string() + "\", \"" + (project_.root() / "link/precious").string() + "\", \"" +
                     (project_.root() / "demo/../../precious").string() + "\", \"/\", \"\", 3]");
  EXPECT_EQ(project_.target({"clean", "-t", "wheel"}).exit_code, 0);
  EXPECT_TRUE(fs::exists(file));
  EXPECT_TRUE(fs::exists(project_.root() / "demo/__init__.py"));
}

TEST_F(TargetDocuments, EventsTellEachStageAndAreWhatTheirSchemaSays) {
  shell("echo said; echo said >&2; answer", "once-per = \"input\"");
  const fs::path events = project_.outside() / "events.jsonl";
  build({"--clean", "--events", events, "-vv"});
  std::vector<std::string> finished;
  for (const std::string& line : tests::lines_of(tests::read_text(events))) {
    const Json event = Json::parse(line);
    if (at(event, {"event"}) != Json("hook_finished")) continue;
    finished.push_back(*at(event, {"hook", "package"}).as_string() + " " + *at(event, {"hook", "kind"}).as_string());
  }
  EXPECT_THAT(finished, ElementsAre("demo sdist:standard one clean", "demo sdist:standard one initialize",
                                    "demo sdist:standard one finalize", "demo wheel:standard one clean",
                                    "demo wheel:standard one initialize", "demo wheel:standard one finalize"));
  constexpr const char* kValidate = R"(
import sys
sys.path.insert(0, sys.argv[1])
import documents
validator = documents.validator('event')
for line in open(sys.argv[2], 'rb'):
    validator.validate(documents.read_json(line))
)";
  const fs::path schemas = fs::path(tests::kSourceDir) / "tests/schema";
  const auto validate = [&] {
    return tests::run({"/usr/bin/python3", "-B", "-c", kValidate, schemas, events}, project_.outside(),
                      project_.outside());
  };
  Ended ended = validate();
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(project_.target({"dependencies", "-t", "wheel", "--events", events}).exit_code, 0);
  ended = validate();
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  project_.write("hook.sh", "exit 9\n");
  EXPECT_EQ(project_.target({"build", "-t", "wheel", "--events", events}).exit_code, 255);
  ended = validate();
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
}

TEST_F(TargetDocuments, RunShRepeatsAStage) {
  shell("touch \"$(field work_dir)/note\" && answer && echo ran >> log");
  build({"-t", "wheel", "--hooks-only"});
  EXPECT_THAT(project_.log(), ElementsAre("ran"));
  const fs::path stage = project_.own() / "hooks/wheel/one/initialize";
  const Ended ended = tests::run({"/bin/sh", stage / "run.sh"}, project_.outside(), project_.outside());
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(project_.log(), ElementsAre("ran")) << "with the directories that went with the run";
  const Json answer = at(input("initialize"), {"out_file"});
  EXPECT_TRUE(fs::exists(*answer.as_string()));
  build({"-t", "wheel", "--hooks-only"});  // removes them
}

// Targets that are programs.

TEST_F(TargetDocuments, AProgramIsATarget) {
  project_.write_executable("pack.sh", shell_hook(R"sh(echo "pack $stage $version $(field word)" >> log
directory=$(field directory)
case $stage in
  clean) rm -f "$directory"/*.zoo; answer;;
  initialize) echo made > "$directory/demo-$version.zoo"
    answer '{"outputs": ["'"$directory/demo-$version.zoo"'"]}';;
esac)sh"));
  project_.table("[build.targets.zoo]\npath = \"pack.sh\"\nversions = [\"big\", \"small\"]\nword = \"hello\"");
  project_.hook("one", "log_data = [\"artifacts\"]");
  const Ended ended = build({"-t", "zoo", "--clean"});
  const fs::path dist = project_.root() / "dist";
  EXPECT_EQ(ended.out, (dist / "demo-big.zoo").string() + "\n" + (dist / "demo-small.zoo").string() + "\n");
  EXPECT_THAT(project_.log(), ElementsAre("pack clean  hello", "one clean big,small",
                                          "one initialize big one artifacts=[]", "pack initialize big hello",
                                          "one finalize big one artifacts=[]", "one initialize small one artifacts=[]",
                                          "pack initialize small hello", "one finalize small one artifacts=[]"));
  EXPECT_THAT(tests::lines_of(build({"-t", "zoo:small"}).out), SizeIs(1));
  EXPECT_EQ(project_.target({"build", "-t", "zoo:huge"}).exit_code, 1);
  EXPECT_EQ(project_.target({"clean", "-t", "zoo"}).exit_code, 0);
  EXPECT_TRUE(fs::is_empty(dist));
}

TEST_F(TargetDocuments, ACommandIsATarget) {
  project_.write("pack.sh", shell_hook("echo made > made.zoo; answer '{\"outputs\": [\"made.zoo\"]}'"));
  project_.table("[build.targets.zoo]\ncommand = [\"sh\", \"tools/first.sh\", \"--fast\"]");
  project_.write("tools/first.sh", "[ \"$1\" = --fast ] && exec sh pack.sh \"$2\"\n");
  EXPECT_EQ(build({"-t", "zoo"}).out, (project_.root() / "made.zoo").string() + "\n");
  EXPECT_THAT(tests::lines_of(project_.target({"build", "-t", "nothing"}).err),
              Contains(HasSubstr("there are sdist, wheel, zoo")));
}

}  // namespace
