// SPDX-License-Identifier: BSD-3-Clause
// Spec: hatch-build-hooks, section 7.4, by its numbers: what happens to a target and its hooks, and in which order. The
// order itself is tested with a target and hooks that only write down what is asked of them; directories, variables and
// exit codes with a real project.
#include "runner/outcome/classify.hpp"
#include "runner/target/lifecycle.hpp"
#include "tests/support/hatch_project.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace grapnel::target;  // NOLINT(google-build-using-namespace): the room under test
using hooks::Json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using tests::joined;
using tests::RunningStage;
namespace fs = std::filesystem;
using Names = std::vector<std::string>;

/// What was asked, and what is answered to it.
struct Record {
  Names calls;
  std::map<std::string, StageEnd> failures;       ///< by call
  std::map<std::string, std::string> exceptions;  ///< by call: what is thrown
  std::map<std::string, Json::Object> patches;    ///< by call
  Names seen;                                     ///< the build data of each stage
  Names ended;                                    ///< hooks whose version ended

  StageEnd call(const std::string& what) {
    calls.push_back(what);
    if (const auto thrown = exceptions.find(what); thrown != exceptions.end()) {
      throw std::runtime_error(thrown->second);
    }
    const auto failure = failures.find(what);
    return failure == failures.end() ? StageEnd() : failure->second;
  }
};

class RecordingHook final : public StagedHook {
 public:
  RecordingHook(std::string name, Record& record) : name_(std::move(name)), record_(record) {}
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }
  StageEnd construct() override { return {}; }
  StageEnd dependencies(Names&) override { return {}; }
  StageEnd clean(const Names& versions) override { return record_.call(name_ + ".clean " + joined(versions)); }
  StageEnd initialize(const std::string& version, BuildData& data) override {
    return stage(name_ + ".initialize " + version, data);
  }
  StageEnd finalize(const std::string& version, BuildData& data, const fs::path& artifact) override {
    EXPECT_EQ(artifact, "/out/" + version);
    return stage(name_ + ".finalize " + version, data);
  }
  void end_version() noexcept override { record_.ended.push_back(name_); }

 private:
  StageEnd stage(const std::string& call, BuildData& data) {
    record_.seen.push_back(call + " " + Json(data.values()).to_string());
    const auto patch = record_.patches.find(call);
    if (patch != record_.patches.end()) {
      EXPECT_EQ(data.apply({.build_data = patch->second}, {name_}), std::nullopt);
    }
    return record_.call(call);
  }
  std::string name_;
  Record& record_;
};

class RecordingTarget final : public Target {
 public:
  explicit RecordingTarget(Record& record) : record_(record) {}
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }
  [[nodiscard]] Names versions() const override { return {"b", "a"}; }
  [[nodiscard]] Names default_versions() const override { return {}; }
  [[nodiscard]] std::vector<DataField> fields() const override { return {{"list", FieldType::list}}; }
  [[nodiscard]] Json::Object default_build_data() const override { return {{"list", Json::Array{"default"}}}; }
  void check() const override {}
  StageEnd clean(const fs::path& directory, const Names& versions) override {
    EXPECT_EQ(directory, "/out");
    return record_.call("target.clean " + joined(versions));
  }
  Built build(const std::string& version, const fs::path& directory, BuildData& data) override {
    data.set("found", "by the target");
    return {.end = record_.call("BUILD " + version), .artifact = directory / version};
  }

 private:
  Record& record_;
  std::string name_ = "recorded";
};

class Observer final : public LifecycleObserver {
 public:
  void stage_begins(const StagedHook& hook, Stage stage, const std::string& version) override {
    open = hook.name() + "." + std::string(name_of(stage)) + " " + version;
  }
  void stage_ended(const StagedHook& hook, Stage stage, const std::string& version, const StageEnd& end) override {
    EXPECT_EQ(open, hook.name() + "." + std::string(name_of(stage)) + " " + version);
    stages.push_back(open + (end.success() ? "" : ": " + end.outcome.reason));
  }
  void version_begins(const std::string& version) override { stages.push_back("version " + version); }
  void only_hooks_ran(const std::string& version) override { stages.push_back("only hooks " + version); }
  void artifact_is_made(const std::string&, const fs::path& artifact) override {
    stages.push_back("artifact " + artifact.string());
  }
  std::string open{};
  Names stages{};
};

class HatchLifecycle : public ::testing::Test {
 protected:
  StageEnd run(const Names& versions, const LifecycleOptions& options = {}, const Names& names = {"h1", "h2"}) {
    RecordingTarget target(record);
    Hooks hooks;
    for (const std::string& name : names) hooks.push_back(std::make_unique<RecordingHook>(name, record));
    record.calls.clear();
    observer.stages.clear();
    return run_lifecycle(target, hooks, versions, "/out", options, observer);
  }

  void fail(const std::string& call) {
    record.failures[call] = ended(grapnel::outcome::project_failure("failed: " + call));
  }

  Record record;
  Observer observer;
};

TEST_F(HatchLifecycle, Item056_TwoHooks) {
  EXPECT_TRUE(run({"b"}).success());
  EXPECT_THAT(record.calls,
              ElementsAre("h1.initialize b", "h2.initialize b", "BUILD b", "h1.finalize b", "h2.finalize b"));
  EXPECT_THAT(observer.stages, ElementsAre("version b", "h1.initialize b", "h2.initialize b", "h1.finalize b",
                                           "h2.finalize b", "artifact /out/b"));
}

TEST_F(HatchLifecycle, Item057_TwoVersionsWithFreshBuildData) {
  record.patches["h.initialize b"] = {{"mine", 1}, {"list", Json::Array{"more"}}};
  EXPECT_TRUE(run({"b", "a"}, {}, {"h"}).success());
  EXPECT_THAT(record.calls,
              ElementsAre("h.initialize b", "BUILD b", "h.finalize b", "h.initialize a", "BUILD a", "h.finalize a"));
  const std::string fresh = R"({"artifacts":[],"build_hooks":["h"],"force_include":{},"list":["default"]})";
  EXPECT_EQ(record.seen[0], "h.initialize b " + fresh);
  EXPECT_EQ(record.seen[2], "h.initialize a " + fresh);
  EXPECT_THAT(record.ended, ElementsAre("h", "h"));
}

TEST_F(HatchLifecycle, Item058_Clean) {
  EXPECT_TRUE(run({"b", "a"}, {.clean = true}).success());
  ASSERT_EQ(record.calls.size(), 13U);
  EXPECT_THAT(Names(record.calls.begin(), record.calls.begin() + 4),
              ElementsAre("target.clean b,a", "h1.clean b,a", "h2.clean b,a", "h1.initialize b"));
}

TEST_F(HatchLifecycle, Item059_CleanHooksAfter) {
  EXPECT_TRUE(run({"b", "a"}, {.clean_hooks_after = true}).success());
  EXPECT_THAT(record.calls,
              ElementsAre("h1.initialize b", "h2.initialize b", "BUILD b", "h1.finalize b", "h2.finalize b",
                          "h1.clean b", "h2.clean b", "h1.initialize a", "h2.initialize a", "BUILD a", "h1.finalize a",
                          "h2.finalize a", "h1.clean a", "h2.clean a"));
  EXPECT_EQ(observer.stages.back(), "artifact /out/a") << "the artifact is handed out last";
}

TEST_F(HatchLifecycle, Item060_HooksOnly) {
  EXPECT_TRUE(run({"b", "a"}, {.clean_hooks_after = true, .hooks_only = true}, {"h"}).success());
  EXPECT_THAT(record.calls, ElementsAre("h.initialize b", "h.initialize a"));
  EXPECT_THAT(observer.stages, ElementsAre("version b", "h.initialize b", "only hooks b", "version a", "h.initialize a",
                                           "only hooks a"));
  EXPECT_TRUE(run({"b", "a"}, {.clean = true, .hooks_only = true}, {"h"}).success());
  EXPECT_THAT(record.calls, ElementsAre("h.clean b,a", "h.initialize b", "h.initialize a"));
}

TEST_F(HatchLifecycle, Item061_CleanOnly) {
  for (const bool clean : {false, true}) {
    EXPECT_TRUE(run({"b", "a"}, {.clean = clean, .clean_only = true, .clean_hooks_after = true}).success());
    EXPECT_THAT(record.calls, ElementsAre("target.clean b,a", "h1.clean b,a", "h2.clean b,a"));
  }
}

TEST_F(HatchLifecycle, Item062_CleanOnlyAndHooksOnly) {
  EXPECT_TRUE(run({"b", "a"}, {.clean_only = true, .hooks_only = true}).success());
  EXPECT_THAT(record.calls, ElementsAre("h1.clean b,a", "h2.clean b,a"));
}

TEST_F(HatchLifecycle, Item063_CleanOnlyAndNoHooks) {
  EXPECT_TRUE(run({"b", "a"}, {.clean_only = true}, {}).success());
  EXPECT_THAT(record.calls, ElementsAre("target.clean b,a"));
}

TEST_F(HatchLifecycle, Item066_AFailureInInitialize) {
  fail("h1.initialize b");
  const StageEnd end = run({"b", "a"}, {.clean_hooks_after = true});
  EXPECT_EQ(end.outcome.reason, "failed: h1.initialize b");
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_THAT(record.calls, ElementsAre("h1.initialize b"));
  EXPECT_THAT(record.ended, ElementsAre("h1", "h2")) << "work directories go";
}

TEST_F(HatchLifecycle, Item066_CleanHooksOnFailureIsInReverse) {
  fail("h3.initialize b");
  fail("h2.clean b");
  const StageEnd end = run({"b"}, {.clean_hooks_on_failure = true}, {"h1", "h2", "h3"});
  EXPECT_EQ(end.outcome.reason, "failed: h3.initialize b") << "the first failure is told";
  EXPECT_THAT(record.calls,
              ElementsAre("h1.initialize b", "h2.initialize b", "h3.initialize b", "h2.clean b", "h1.clean b"));
  record.failures.clear();
  fail("BUILD b");
  EXPECT_EQ(run({"b"}, {.clean_hooks_on_failure = true}).outcome.reason, "failed: BUILD b");
  EXPECT_THAT(record.calls, ElementsAre("h1.initialize b", "h2.initialize b", "BUILD b", "h2.clean b", "h1.clean b"));
}

TEST_F(HatchLifecycle, Item066_AnExceptionIsAFailure) {
  record.exceptions["h2.initialize b"] = "thrown by a hook";
  const StageEnd end = run({"b"});
  EXPECT_FALSE(end.success());
  EXPECT_THAT(end.outcome.reason, HasSubstr("thrown by a hook"));
  EXPECT_THAT(observer.stages, ElementsAre("version b", "h1.initialize b", StartsWith("h2.initialize b: ")));
  record.exceptions = {{"BUILD b", "thrown by the target"}};
  EXPECT_THAT(run({"b"}).outcome.reason, HasSubstr("thrown by the target"));
  EXPECT_EQ(record.calls.back(), "BUILD b");
}

TEST_F(HatchLifecycle, Item067_AFailureInFinalize) {
  fail("h1.finalize b");
  EXPECT_FALSE(run({"b", "a"}, {.clean_hooks_after = true}).success());
  EXPECT_THAT(record.calls, ElementsAre("h1.initialize b", "h2.initialize b", "BUILD b", "h1.finalize b"));
}

TEST_F(HatchLifecycle, AFailureInCleanEndsIt) {
  fail("h1.clean b");
  EXPECT_FALSE(run({"b"}, {.clean = true}).success());
  EXPECT_THAT(record.calls, ElementsAre("target.clean b", "h1.clean b"));
  fail("target.clean b");
  EXPECT_FALSE(run({"b"}, {.clean = true}).success());
  EXPECT_THAT(record.calls, ElementsAre("target.clean b"));
}

TEST_F(HatchLifecycle, Item070_FinalizeSeesWhatTheTargetFoundOut) {
  EXPECT_TRUE(run({"b"}, {}, {"h"}).success());
  EXPECT_THAT(record.seen[0], Not(HasSubstr("found")));
  EXPECT_THAT(record.seen[1], HasSubstr(R"("found":"by the target")")) << "better than Hatch (6.3)";
}

TEST_F(HatchLifecycle, Item071_AHooksOwnKey) {
  record.patches["h1.initialize b"] = {{"h1-own", Json::Object{{"any", Json::Array{1, nullptr}}}}};
  EXPECT_TRUE(run({"b"}).success());
  for (std::size_t i = 1; i < record.seen.size(); ++i) {
    EXPECT_THAT(record.seen[i], HasSubstr(R"("h1-own":{"any":[1,null]})"));
  }
}

// With a real project.

class HatchBuild : public tests::HatchProject {
 protected:
  HatchBuild() { write_project("[tool.hatch.build.hooks.h1]\n[tool.hatch.build.hooks.h2]\n"); }

  grapnel::TargetResult build(const grapnel::TargetOptions& options) {
    log.calls.clear();
    return grapnel::build_targets(options);
  }
  [[nodiscard]] grapnel::TargetOptions wanted(std::vector<grapnel::WantedTarget> targets) {
    grapnel::TargetOptions options = this->options({"h1", "h2", "w", "s"});
    options.targets = std::move(targets);
    return options;
  }
};

TEST_F(HatchBuild, Item056_AWheelIsBuiltBetween) {
  bool was_there = false;
  log.acts["h2.initialize standard"] = [&](const RunningStage&) { was_there = !files_of(dist()).empty(); };
  fs::path artifact;
  log.acts["h1.finalize standard"] = [&](const RunningStage& stage) {
    artifact = stage.artifact;
    EXPECT_TRUE(fs::exists(artifact));
  };
  const auto built = build(options({"h1", "h2"}));
  EXPECT_TRUE(built.outcome.success()) << built.outcome.reason;
  EXPECT_EQ(built.exit_code, 0);
  EXPECT_FALSE(was_there);
  EXPECT_THAT(log.calls, ElementsAre("h1#1.new", "h2#1.new", "h1#1.initialize standard", "h2#1.initialize standard",
                                     "h1#1.finalize standard", "h2#1.finalize standard"));
  ASSERT_EQ(built.artifacts.size(), 1U);
  EXPECT_EQ(built.artifacts[0].path, artifact);
  EXPECT_EQ(built.artifacts[0].path.parent_path(), dist());
  EXPECT_EQ(built.artifacts[0].target, "wheel");
}

TEST_F(HatchBuild, Item060_HooksOnlyBuildsNothing) {
  grapnel::TargetOptions only = options({"h1", "h2"});
  only.hooks_only = true;
  EXPECT_TRUE(build(only).outcome.success());
  EXPECT_THAT(files_of(dist()), IsEmpty());
  grapnel::TargetOptions variable = options({"h1", "h2"});
  variable.environment->insert(variable.environment->end(), {"HATCH_BUILD_HOOKS_ONLY=1", "HATCH_BUILD_CLEAN=true"});
  EXPECT_TRUE(build(variable).outcome.success());
  EXPECT_THAT(log.calls, ElementsAre("h1#2.new", "h2#2.new", "h1#2.clean standard", "h2#2.clean standard",
                                     "h1#2.initialize standard", "h2#2.initialize standard"));
  EXPECT_THAT(files_of(dist()), IsEmpty());
}

TEST_F(HatchBuild, Item059_CleanHooksAfterByAVariable) {
  grapnel::TargetOptions variable = options({"h1", "h2"});
  variable.environment->emplace_back("HATCH_BUILD_CLEAN_HOOKS_AFTER=1");
  EXPECT_TRUE(build(variable).outcome.success());
  EXPECT_THAT(Names(log.calls.end() - 2, log.calls.end()), ElementsAre("h1#1.clean standard", "h2#1.clean standard"));
}

TEST_F(HatchBuild, Item064_HooksOnlyAndNoHooks) {
  grapnel::TargetOptions both = options({"h1", "h2"});
  both.hooks_only = true;
  both.no_hooks = true;
  const auto built = build(both);
  EXPECT_EQ(built.exit_code, 1);
  EXPECT_THAT(log.calls, IsEmpty());
}

TEST_F(HatchBuild, Item065_NoHooksBeatsHooksEnable) {
  grapnel::TargetOptions none = options({"h1", "h2"});
  none.environment->insert(none.environment->end(), {"HATCH_BUILD_NO_HOOKS=true", "HATCH_BUILD_HOOKS_ENABLE=true"});
  EXPECT_TRUE(build(none).outcome.success());
  EXPECT_THAT(log.calls, IsEmpty());
  grapnel::TargetOptions flag = options({"h1", "h2"});
  flag.no_hooks = true;
  EXPECT_TRUE(build(flag).outcome.success());
  EXPECT_THAT(log.calls, IsEmpty());
  EXPECT_EQ(files_of(dist()).size(), 1U);
}

TEST_F(HatchBuild, Item066_AFailureInInitialize) {
  log.acts["h1.initialize standard"] = [](const RunningStage&) { throw hooks::BuildException("it is so"); };
  const auto built = build(wanted({{.name = "sdist"}, {.name = "wheel"}}));
  EXPECT_EQ(built.exit_code, 1);
  EXPECT_THAT(built.outcome.reason, HasSubstr("it is so"));
  EXPECT_THAT(built.artifacts, IsEmpty());
  EXPECT_THAT(log.calls, ElementsAre("h1#1.new", "h2#1.new", "h1#1.initialize standard"));
  EXPECT_THAT(files_of(dist()), IsEmpty());
}

TEST_F(HatchBuild, Item067_TheArtifactStays) {
  log.acts["h1.finalize standard"] = [](const RunningStage&) { throw std::runtime_error("late"); };
  grapnel::TargetOptions options = this->options({"h1", "h2"});
  options.clean_hooks_after = true;
  const auto built = build(options);
  EXPECT_NE(built.exit_code, 0);
  EXPECT_EQ(log.calls.back(), "h1#1.finalize standard");
  EXPECT_EQ(files_of(dist()).size(), 1U);
}

TEST_F(HatchBuild, Item068_AbortHasItsExitCode) {
  log.acts["h2.initialize standard"] = [](const RunningStage& stage) { stage.hook.app().abort("no more", 7); };
  const auto built = build(wanted({{.name = "sdist"}, {.name = "wheel"}}));
  EXPECT_EQ(built.exit_code, 7);
  EXPECT_THAT(built.outcome.reason, HasSubstr("no more"));
  EXPECT_EQ(log.calls.back(), "h2#1.initialize standard");
}

TEST_F(HatchBuild, Item069_BuildHooks) {
  write_project(
      "[tool.hatch.build.hooks.h1]\n[tool.hatch.build.hooks.s]\nenable-by-default = "
      "false\n[tool.hatch.build.hooks.h2]\n"
      "[tool.hatch.build.targets.wheel.hooks.w]\n[tool.hatch.build.targets.wheel.hooks.h1]\n");
  std::map<std::string, Names> seen;
  for (const char* const hook : {"h1", "h2", "w"}) {
    for (const char* const stage : {".initialize standard", ".finalize standard"}) {
      log.acts[hook + std::string(stage)] = [&](const RunningStage& running) {
        seen[running.hook.target_name()].push_back(joined(running.build_data->build_hooks()));
      };
    }
  }
  EXPECT_TRUE(build(wanted({{.name = "sdist"}, {.name = "wheel"}})).outcome.success());
  EXPECT_EQ(seen["sdist"], Names(4, "h1,h2"));
  EXPECT_EQ(seen["wheel"], Names(6, "h1,h2,w"));
}

TEST_F(HatchBuild, Item070_TagAndFilesAreSeenByFinalize) {
  std::string tag;
  Json result;
  log.acts["h1.initialize standard"] = [&](const RunningStage& stage) {
    EXPECT_FALSE(stage.build_data->tag());
    EXPECT_TRUE(stage.hook.result().is_null());
  };
  log.acts["h1.finalize standard"] = [&](const RunningStage& stage) {
    tag = stage.build_data->tag().value_or("");
    result = stage.hook.result();
  };
  EXPECT_TRUE(build(options({"h1", "h2"})).outcome.success());
  EXPECT_EQ(tag, "py2.py3-none-any");
  ASSERT_NE(result.find("files"), nullptr);
  EXPECT_THAT(result.find("files")->to_string(), HasSubstr("demo/__init__.py"));
  grapnel::TargetOptions like_hatch = options({"h1", "h2"});
  like_hatch.like_hatch = {"result"};
  EXPECT_TRUE(build(like_hatch).outcome.success());
  EXPECT_EQ(tag, "");
  EXPECT_TRUE(result.is_null());
}

TEST_F(HatchBuild, Item071_AHooksOwnKey) {
  log.acts["h1.initialize standard"] = [](const RunningStage& stage) { stage.build_data->set("of-h1", Json(5)); };
  Names seen;
  for (const char* const call : {"h2.initialize standard", "h1.finalize standard", "h2.finalize standard"}) {
    log.acts[call] = [&](const RunningStage& stage) {
      const Json* value = stage.build_data->find("of-h1");
      seen.push_back(value == nullptr ? "nothing" : value->to_string());
    };
  }
  EXPECT_TRUE(build(options({"h1", "h2"})).outcome.success());
  EXPECT_THAT(seen, ElementsAre("5", "5", "5"));
}

TEST_F(HatchBuild, Item072_SdistThenWheelWithInstancesOfTheirOwn) {
  write_project(
      "[tool.hatch.build.hooks.h1]\n[tool.hatch.build.targets.wheel.hooks.w]\n"
      "[tool.hatch.build.targets.sdist.hooks.s]\n");
  const auto built = build(wanted({}));
  EXPECT_TRUE(built.outcome.success()) << built.outcome.reason;
  EXPECT_THAT(log.calls, ElementsAre("h1#1.new", "s#1.new", "h1#1.initialize standard", "s#1.initialize standard",
                                     "h1#1.finalize standard", "s#1.finalize standard", "h1#2.new", "w#1.new",
                                     "h1#2.initialize standard", "w#1.initialize standard", "h1#2.finalize standard",
                                     "w#1.finalize standard"));
  ASSERT_EQ(built.artifacts.size(), 2U);
  EXPECT_EQ(built.artifacts[0].target, "sdist");
  EXPECT_EQ(built.artifacts[1].target, "wheel");
}

TEST_F(HatchBuild, Item073_TheDirectoryIsThereWhenHooksAreMade) {
  Names found;
  log.acts["h1.new"] = [&](const RunningStage&) { found.emplace_back(fs::is_directory(dist()) ? "there" : "missing"); };
  EXPECT_TRUE(build(options({"h1", "h2"})).outcome.success());
  fs::remove_all(dist());
  grapnel::TargetOptions clean = options({"h1", "h2"});
  clean.clean_only = true;
  EXPECT_TRUE(build(clean).outcome.success());
  EXPECT_THAT(log.calls, ElementsAre("h1#2.new", "h2#2.new", "h1#2.clean standard", "h2#2.clean standard"));
  EXPECT_THAT(found, ElementsAre("there", "there"));
}

TEST_F(HatchBuild, Item074_TheDirectory) {
  fs::path seen;
  log.acts["h1.initialize standard"] = [&](const RunningStage& stage) { seen = *stage.hook.directory(); };
  const auto directory_of = [&](const std::string& tables, const fs::path& flag, const std::string& variable) {
    write_project("[tool.hatch.build.hooks.h1]\n" + tables);
    grapnel::TargetOptions options = this->options({"h1"});
    options.directory = flag;
    if (!variable.empty()) options.environment->push_back("HATCH_BUILD_LOCATION=" + variable);
    const auto built = build(options);
    EXPECT_TRUE(built.outcome.success()) << built.outcome.reason;
    EXPECT_EQ(built.artifacts.empty() ? fs::path() : built.artifacts[0].path.parent_path(), seen);
    return seen;
  };
  const std::string all = "[tool.hatch.build]\ndirectory = 'of_all'\n";
  const std::string own = "[tool.hatch.build.targets.wheel]\ndirectory = 'of_wheel/./x/..'\n";
  const fs::path outside = root().parent_path() / "outside";
  EXPECT_EQ(directory_of("", {}, ""), dist());
  EXPECT_EQ(directory_of(all, {}, ""), root() / "of_all");
  EXPECT_EQ(directory_of(all + own, {}, ""), root() / "of_wheel");
  EXPECT_EQ(directory_of("[tool.hatch.build]\ndirectory = '" + outside.string() + "'\n", {}, ""), outside);
  EXPECT_EQ(directory_of(all + own, {}, "of_variable"), root() / "of_variable");
  EXPECT_EQ(directory_of(all + own, {}, outside.string()), outside);
  EXPECT_EQ(directory_of(all + own, outside / "flag", "of_variable"), outside / "flag");
  EXPECT_FALSE(fs::exists(outside / "of_variable"));
  write_project("[tool.hatch.build]\ndirectory = 9000\n");
  EXPECT_THAT(build(options({})).outcome.reason,
              AllOf(HasSubstr("tool.hatch.build.directory: "), HasSubstr("expected a string")));
}

TEST_F(HatchBuild, Item074_ARelativeDirectoryIsAbsoluteForHooks) {
  const fs::path before = fs::current_path();
  fs::current_path(root());
  Names seen;
  log.acts["h1.finalize standard"] = [&](const RunningStage& stage) {
    seen = {stage.hook.directory()->string(), stage.artifact.parent_path().string()};
  };
  grapnel::TargetOptions relative = options({"h1", "h2"});
  relative.directory = "out";
  const auto built = build(relative);
  fs::current_path(before);
  EXPECT_TRUE(built.outcome.success()) << built.outcome.reason;
  EXPECT_THAT(seen, ElementsAre(root() / "out", root() / "out"));
  ASSERT_EQ(built.artifacts.size(), 1U);
  EXPECT_EQ(built.artifacts[0].shown_path, fs::path("out") / built.artifacts[0].path.filename());
  EXPECT_TRUE(built.artifacts[0].path.is_absolute());
}

TEST_F(HatchBuild, Item075_ATargetTwiceHasAllItsVersions) {
  grapnel::TargetOptions options =
      wanted({{.name = "wheel", .versions = {"editable"}}, {.name = "wheel", .versions = {"standard"}}});
  options.clean = true;
  EXPECT_TRUE(build(options).outcome.success());
  EXPECT_THAT(log.calls,
              ElementsAre("h1#1.new", "h2#1.new", "h1#1.clean editable,standard", "h2#1.clean editable,standard",
                          "h1#1.initialize editable", "h2#1.initialize editable", "h1#1.finalize editable",
                          "h2#1.finalize editable", "h1#1.initialize standard", "h2#1.initialize standard",
                          "h1#1.finalize standard", "h2#1.finalize standard"));
}

TEST_F(HatchBuild, Item076_UnknownTargets) {
  const auto built = build(wanted({{.name = "wheel"}, {.name = "z"}, {.name = "a"}, {.name = "z"}}));
  EXPECT_EQ(built.exit_code, 1);
  EXPECT_THAT(built.outcome.reason, HasSubstr("unknown targets: 'a', 'z'; there are sdist, wheel"));
  EXPECT_THAT(log.calls, IsEmpty());
  EXPECT_FALSE(fs::exists(dist()));
}

TEST_F(HatchBuild, Item077_ForeignFilesSurviveCleaning) {
  for (const char* const file : {"test.txt", "other-1.whl", "demo-0.1-py3-none-any.whl", "old.tar.gz", "sub/x.whl"}) {
    write(std::string("dist/") + file);
  }
  grapnel::TargetOptions clean = wanted({{.name = "wheel"}});
  clean.clean_only = true;
  EXPECT_TRUE(build(clean).outcome.success());
  EXPECT_THAT(files_of(dist()), ElementsAre("old.tar.gz", "sub", "test.txt"));
  clean.targets = {{.name = "sdist"}};
  clean.hooks_only = true;
  EXPECT_TRUE(build(clean).outcome.success());
  EXPECT_THAT(files_of(dist()), Contains("old.tar.gz")) << "only hooks are cleaned";
  clean.hooks_only = false;
  EXPECT_TRUE(build(clean).outcome.success());
  EXPECT_THAT(files_of(dist()), ElementsAre("sub", "test.txt"));
  EXPECT_TRUE(fs::exists(dist() / "sub/x.whl"));
}

TEST_F(HatchBuild, Item078_DebugMessages) {
  tests::MessageSink sink;
  grapnel::TargetOptions loud = wanted({{.name = "wheel", .versions = {"standard", "editable"}}});
  loud.events = &sink;
  EXPECT_TRUE(build(loud).outcome.success());
  EXPECT_THAT(sink.messages, IsEmpty());
  loud.verbosity = 1;
  EXPECT_TRUE(build(loud).outcome.success());
  EXPECT_THAT(sink.messages, ElementsAre(AllOf(HasSubstr("wheel"), HasSubstr("standard")),
                                         AllOf(HasSubstr("wheel"), HasSubstr("editable"))));
  sink.messages.clear();
  loud.verbosity = 0;
  loud.environment->emplace_back("HATCH_VERBOSE=1");
  loud.hooks_only = true;
  EXPECT_TRUE(build(loud).outcome.success());
  EXPECT_THAT(sink.messages, ElementsAre(HasSubstr("standard"), AllOf(HasSubstr("only hooks"), HasSubstr("standard")),
                                         HasSubstr("editable"), AllOf(HasSubstr("only hooks"), HasSubstr("editable"))));
  sink.messages.clear();
  loud.environment->emplace_back("HATCH_QUIET=1");
  EXPECT_TRUE(build(loud).outcome.success());
  EXPECT_THAT(sink.messages, IsEmpty());
}

}  // namespace
