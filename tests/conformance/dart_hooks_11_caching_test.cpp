// SPDX-License-Identifier: BSD-3-Clause
// What Dart's runner gets wrong in caching and locking, and grapnel does not (spec: dart-hooks, section 11).
#include "tests/support/counted_hooks.hpp"
#include "tests/support/program.hpp"
#include "tests/support/wait_until.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>

namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using tests::CountedHooks;
using tests::Ended;
using tests::read_text;

class DartHooks11 : public testing::Test {
 protected:
  void SetUp() override {
    workspace_.package("app", {"lib"});
    workspace_.package("lib");
  }

  // Builds, and expects success.
  Ended build(const std::vector<std::string>& arguments = {}, const std::vector<std::string>& environment = {}) {
    Ended ended = workspace_.build(arguments, environment);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return ended;
  }
  // How often the hook of "app" runs in a build.
  int runs_of_a_build(const std::vector<std::string>& arguments = {},
                      const std::vector<std::string>& environment = {}) {
    (void)build(arguments, environment);
    return workspace_.runs("app");
  }

  // Until a runner says that it waits.
  static void wait_for_word_of(const tests::Started& waiter) {
    const auto is_said = [&] {
      return (read_text(waiter.err) + read_text(waiter.out)).find("(pid ") != std::string::npos;
    };
    EXPECT_TRUE(tests::wait_until(is_said)) << read_text(waiter.err);
  }

  CountedHooks workspace_;
};

TEST_F(DartHooks11, D1ARevertedSourceIsCompiledAgain) {
  const std::string good =
      "extern \"C\" int execv(const char*, char* const*);\n"
      "int main(int, char** argv) { return execv(\"real.sh\", argv); }\n";
  workspace_.write("app", "hook/build.cpp", good);
  workspace_.write_executable(workspace_.root("app") / "real.sh", workspace_.counted_script("app"));
  EXPECT_EQ(runs_of_a_build(), 1);
  workspace_.write("app", "hook/build.cpp", "int main() { return no_such_name; }\n");
  EXPECT_EQ(workspace_.build().exit_code, 1);
  EXPECT_EQ(workspace_.runs("app"), 0);
  workspace_.write("app", "hook/build.cpp", good);
  (void)build();  // whether it has to run is a matter of taste; that it succeeds is not
  (void)workspace_.runs("app");
  EXPECT_EQ(runs_of_a_build(), 0);
}

TEST_F(DartHooks11, D2WhatIsMissingIsADependencyAsAnyOther) {
  workspace_.counted_hook("app", R"(,"dependencies":["$PWD/missing","$PWD/no/such/directory/"])");
  EXPECT_THAT(build().err, Not(HasSubstr("missing")));
  EXPECT_EQ(workspace_.runs("app"), 1);
  EXPECT_EQ(runs_of_a_build(), 0);
  workspace_.write("app", "missing", "there now");
  EXPECT_EQ(runs_of_a_build(), 1);
  EXPECT_EQ(runs_of_a_build(), 0);
  workspace_.write("app", "no/such/directory/x", "");
  EXPECT_EQ(runs_of_a_build(), 1);
  fs::remove(workspace_.root("app") / "missing");
  EXPECT_EQ(runs_of_a_build(), 1);
  EXPECT_EQ(runs_of_a_build(), 0);
}

TEST_F(DartHooks11, D3WhatChangesMeanwhileMakesTheHookRunAgainAtOnce) {
  workspace_.write("app", "source", "old");
  workspace_.counted_hook("app", R"(,"dependencies":["$PWD/source"])",
                          "test -e changed || { echo new > source; touch changed; }");
  const Ended ended = build({"-v"});
  EXPECT_THAT(ended.out + ended.err, HasSubstr("runs again at once"));
  EXPECT_EQ(workspace_.runs("app"), 2);
  EXPECT_EQ(runs_of_a_build(), 0);
}

TEST_F(DartHooks11, D3WhatKeepsChangingIsSaidAndNotBelieved) {
  workspace_.counted_hook("app", R"(,"dependencies":["$PWD/source"])", "echo x >> source");
  for (int i = 0; i < 2; ++i) {
    const Ended ended = build();
    EXPECT_THAT(ended.out + ended.err, AllOf(HasSubstr("source' changed while the hook ran, twice"),
                                             HasSubstr("the next run will run it again")));
    EXPECT_EQ(workspace_.runs("app"), 2);
  }
}

TEST_F(DartHooks11, D4ADirectoryIsItsDirectChildren) {
  const fs::path deep = workspace_.write("app", "data/below/deep", "1");
  workspace_.write("app", "data/file", "1");
  workspace_.counted_hook("app", R"(,"dependencies":["$PWD/data/"])");
  EXPECT_EQ(runs_of_a_build(), 1);
  workspace_.write("app", "data/below/deep", "2");
  workspace_.write("app", "data/below/more", "2");
  workspace_.write("app", "data/file", "2");
  fs::last_write_time(workspace_.root("app") / "data", fs::file_time_type::clock::now());
  EXPECT_EQ(runs_of_a_build(), 0);
  workspace_.write("app", "data/new", "");
  EXPECT_EQ(runs_of_a_build(), 1);
  fs::remove_all(workspace_.root("app") / "data/below");
  EXPECT_EQ(runs_of_a_build(), 1);
}

TEST_F(DartHooks11, D5WhateverIsDamagedIsAMiss) {
  workspace_.counted_hook("app");
  EXPECT_EQ(runs_of_a_build(), 1);
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(workspace_.state())) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  EXPECT_GE(files.size(), 6U);  // documents, logs, locks, records
  for (const fs::path& file : files) {
    SCOPED_TRACE(file);
    for (const std::string text : {"", "{", "\xff\xfe rubbish", "{}"}) {
      workspace_.write("app", file, text);
      (void)build();
      EXPECT_LE(workspace_.runs("app"), 1);
      EXPECT_EQ(runs_of_a_build(), 0);
    }
  }
}

TEST_F(DartHooks11, D6WhatWasRightIsJudgedAgainWhereTheRulesAreOthers) {
  workspace_.counted_hook("app", R"(,"assets_for_linking":{"app":[{"type":"data_assets/data","encoding":)"
                                 R"({"package":"app","name":"words","file":"$PWD/words"}}]})");
  workspace_.write("app", "words", "");
  workspace_.hook("app", "link", tests::writing_hook());
  (void)build({"--linking-enabled"});
  EXPECT_EQ(workspace_.runs("app"), 1);
  EXPECT_EQ(runs_of_a_build({"--linking-enabled"}), 0);
  fs::remove(workspace_.root("app") / "hook/link");
  const Ended refused = workspace_.build({"--linking-enabled"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("link hook"));
  workspace_.hook("app", "link", tests::writing_hook());
  (void)workspace_.runs("app");
  EXPECT_LE(runs_of_a_build({"--linking-enabled"}), 1);
  EXPECT_EQ(runs_of_a_build({"--linking-enabled"}), 0);
}

TEST_F(DartHooks11, D10AHookHasItsOwnLimit) {
  workspace_.counted_hook("app", "", "exec sleep 1000");
  int runs = 0;
  for (const char* limit : {"0.2", "2", "20"}) {  // on a busy machine a hook may not come to its first line
    if (runs != 0) break;
    EXPECT_EQ(workspace_.build({"--hook-timeout", limit}).exit_code, 2);
    runs = workspace_.runs("app");
  }
  EXPECT_EQ(runs, 1);
}

TEST_F(DartHooks11, D10ACompilerThatHangsIsEndedToo) {
  workspace_.write("app", "hook/build.cpp", "int main() {}\n");
  const fs::path slow = workspace_.write_executable(workspace_.path() / "slow", "#!/bin/sh\nexec sleep 1000\n");
  const Ended ended = workspace_.build({"--hook-timeout", "0.2", "--cxx", slow});
  EXPECT_EQ(ended.exit_code, 2) << ended.err;
  EXPECT_THAT(ended.err, testing::AllOf(HasSubstr("hook/build.cpp"), HasSubstr("time limit"), HasSubstr("sleep 1000")));
}

// What the waiter says, and that the owner's text outlives it; the limit: Engine.ALockThatStaysHeldIsAnOutcome.
TEST_F(DartHooks11, D11AWaiterNamesTheOwnerAndLeavesItsText) {
  workspace_.counted_hook("app");
  (void)build();
  (void)workspace_.runs("app");
  const fs::path lock = workspace_.state() / "shared/app/.lock";
  for (const std::string owner : {"grapnel", "dart"}) {
    workspace_.write("app", "hook/build", read_text(workspace_.root("app") / "hook/build") + "\n#\n");
    tests::Program holder("hold_lock", {owner, lock});
    ASSERT_EQ(holder.read_line(), "held");
    const std::string text = read_text(lock);
    EXPECT_THAT(text, HasSubstr("pid"));
    const tests::Started waiter = workspace_.start_grapnel({"build", "-v"});
    wait_for_word_of(waiter);
    EXPECT_EQ(read_text(lock), text);
    EXPECT_EQ(workspace_.runs("app"), 0);
    holder.close_input();
    const Ended ended = waiter.wait();
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_THAT(ended.err + ended.out, HasSubstr("(pid "));
    EXPECT_EQ(workspace_.runs("app"), 1);
    holder.wait();
  }
}

TEST_F(DartHooks11, D12NothingIsWrittenOutsideOfTheLock) {
  workspace_.counted_hook("app", "", "", "link");
  const fs::path uses = workspace_.write("app", "uses.json", R"({"definitions":[{"uri":"package:app/x.dart"}]})");
  tests::Program holder("hold_lock", {"grapnel", workspace_.state() / "shared/app/.lock"});
  ASSERT_EQ(holder.read_line(), "held");
  const tests::Started waiter =
      workspace_.start_grapnel({"build", "-v", "--link", "--recorded-uses", uses, "--compiler", "c"});
  wait_for_word_of(waiter);
  EXPECT_FALSE(fs::exists(workspace_.state() / "app")) << "made without the lock";
  holder.close_input();
  const Ended ended = waiter.wait();
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_TRUE(fs::exists(workspace_.hook_directory("app") / "recorded_uses.json"));
  holder.wait();
}

TEST_F(DartHooks11, D14OnlyVariablesThatSaySomethingMakeAHookRunAgain) {
  workspace_.counted_hook("app");
  const auto runs = [&](const std::vector<std::string>& environment) {
    return runs_of_a_build({"--pass-env", "MY_*"}, environment);
  };
  EXPECT_EQ(runs({}), 1);
  EXPECT_EQ(runs({"HOME=/elsewhere", "TMPDIR=" + workspace_.path().string(), "HTTPS_PROXY=http://proxy",
                  "CCACHE_DIR=/c", "NOT_PASSED=1"}),
            0);
  EXPECT_EQ(runs({"CARGO_HOME=/c"}), 1);
  EXPECT_EQ(runs({"CARGO_HOME=/c"}), 0);
  EXPECT_EQ(runs({"CARGO_HOME=/d"}), 1);
  EXPECT_EQ(runs({}), 1);
  EXPECT_EQ(runs({"MY_OWN=1"}), 1);
  EXPECT_EQ(runs({}), 1);
  EXPECT_EQ(runs({"PATH=/usr/bin:/bin:/nowhere"}), 1);
}

TEST_F(DartHooks11, D14AHookThatDeclaresItsVariablesHasNoOthers) {
  workspace_.counted_hook("app", R"(,"grapnel":{"environment":["MY_OWN","HOME"]})");
  const auto runs = [&](const std::vector<std::string>& environment) {
    return runs_of_a_build({"--pass-env", "MY_*"}, environment);
  };
  EXPECT_EQ(runs({"HOME=/h"}), 1);
  EXPECT_EQ(runs({"HOME=/h", "PATH=/usr/bin:/bin:/nowhere", "CARGO_HOME=/c", "MY_OTHER=1"}), 0);
  EXPECT_EQ(runs({"HOME=/h", "MY_OWN=1"}), 1);
  EXPECT_EQ(runs({"HOME=/i", "MY_OWN=1"}), 1);
}

TEST_F(DartHooks11, D14CredentialsPass) {
  const fs::path toml = workspace_.path() / "grapnel.toml";
  workspace_.write("app", toml, "[environment]\npass-only = [\"LOGIN\"]\n");
  workspace_.counted_hook("app", "", "echo \"$LOGIN\"");
  EXPECT_EQ(runs_of_a_build({}, {"LOGIN=one"}), 1);
  EXPECT_EQ(read_text(workspace_.hook_directory("app") / "stdout.txt"), "one\n");
  EXPECT_EQ(runs_of_a_build({}, {"LOGIN=two"}), 0);
  EXPECT_EQ(runs_of_a_build({}, {}), 0);
}

TEST_F(DartHooks11, D20TheBytesOfAnUpstreamAssetCount) {
  workspace_.write("lib", "source", "one");
  workspace_.counted_hook(
      "lib",
      R"(,"dependencies":["$PWD/source"],"assets_for_build":[{"type":"data_assets/data","encoding":)"
      R"({"package":"lib","name":"made","file":"${shared}made"}}])",
      "cut -c1-3 source > \"${shared}made\"");
  workspace_.counted_hook("app");
  EXPECT_EQ(runs_of_a_build(), 1);
  EXPECT_EQ(workspace_.runs("lib"), 1);
  workspace_.write("lib", "source", "two");
  EXPECT_EQ(runs_of_a_build(), 1);
  EXPECT_EQ(workspace_.runs("lib"), 1);
  // It ran, and gives what it gave: nobody else has to.
  workspace_.write("lib", "source", "two and more");
  EXPECT_EQ(runs_of_a_build(), 0);
  EXPECT_EQ(workspace_.runs("lib"), 1);
  EXPECT_EQ(runs_of_a_build(), 0);
}

TEST_F(DartHooks11, D21AToolThatIsReplacedMakesTheHookRunAgain) {
  const fs::path tool = workspace_.write_executable("tools/cc", "#!/bin/sh\necho 1\n");
  workspace_.counted_hook("app", R"(,"grapnel":{"tools":[{"path":")" + tool.string() + R"(","version":"1"}]})");
  EXPECT_EQ(runs_of_a_build(), 1);
  EXPECT_EQ(runs_of_a_build({}, {"PATH=/usr/bin:/bin:/nowhere"}), 0);  // PATH as such says nothing now
  workspace_.write_executable("tools/cc", "#!/bin/sh\necho 2\n");
  EXPECT_EQ(runs_of_a_build(), 1);
  EXPECT_EQ(runs_of_a_build(), 0);
}

// Every path below a directory, with when it was last changed.
std::map<std::string, std::int64_t> changes_below(const fs::path& directory) {
  std::map<std::string, std::int64_t> changes;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    struct stat status {};
    EXPECT_EQ(::lstat(entry.path().c_str(), &status), 0);
    changes[entry.path()] = status.st_ctim.tv_sec * 1'000'000'000 + status.st_ctim.tv_nsec;
  }
  return changes;
}

TEST_F(DartHooks11, D22WhoOnlyLooksMakesNothing) {
  workspace_.counted_hook("app");
  (void)build();
  (void)build();  // by now all stamps have come to rest and are recorded so
  const fs::path directory = workspace_.hook_directory("app");
  fs::remove(directory / "out");
  const auto before = changes_below(workspace_.state());
  (void)build();
  EXPECT_EQ(workspace_.grapnel({"validate", directory / "input.json"}).exit_code, 0);
  EXPECT_EQ(changes_below(workspace_.state()), before);
  EXPECT_EQ(workspace_.runs("app"), 1);
}

// Frequent in the wild (#1998): such a hook runs for ever under Dart's runner.
TEST_F(DartHooks11, WhatAHookWritesItselfIsAWarningAndNoReason) {
  workspace_.counted_hook("app", R"(,"dependencies":["$PWD/generated.h","${shared}made"])",
                          "echo made > generated.h\necho made > \"${shared}made\"");
  EXPECT_THAT(build().err, AllOf(HasSubstr("generated.h' as a dependency and writes it itself"),
                                 HasSubstr("made' as a dependency and writes it itself")));
  EXPECT_LE(workspace_.runs("app"), 2);  // once more, to see whether somebody else did it
  EXPECT_EQ(runs_of_a_build(), 0);
  // It is one all the same where somebody else writes it.
  workspace_.write("app", "generated.h", "edited");
  EXPECT_GE(runs_of_a_build(), 1);
  EXPECT_EQ(runs_of_a_build(), 0);
}

}  // namespace
