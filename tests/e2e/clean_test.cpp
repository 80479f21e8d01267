// SPDX-License-Identifier: BSD-3-Clause
// `grapnel clean` and `grapnel gc`: what goes, what stays, and that runs do not suffer.
#include "hooks_api/base/files.hpp"
#include "runner/cache/file_state.hpp"
#include "runner/cache/log.hpp"
#include "tests/support/fifo.hpp"
#include "tests/support/giving_hook.hpp"
#include "tests/support/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <chrono>

namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using tests::Ended;
using tests::giving_hook;
using tests::shell_hook;
using tests::success_output;
using tests::Workspace;

class Removal : public testing::Test {
 protected:
  Removal() {
    workspace_.package("app", {"lib"});
    workspace_.package("lib");
    for (const std::string package : {"app", "lib"}) {
      workspace_.write(package, "src.txt", "one\n");
      workspace_.hook(package, "build", giving_hook(package));
    }
  }
  void build(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"build", "-v"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    last_ = workspace_.grapnel(arguments);
    ASSERT_EQ(last_.exit_code, 0) << last_.err;
  }
  Ended run(const std::vector<std::string>& arguments, int exit_code = 0) {
    const Ended ended = workspace_.grapnel(arguments);
    EXPECT_EQ(ended.exit_code, exit_code) << ended.out << ended.err;
    return ended;
  }
  [[nodiscard]] fs::path own() const { return workspace_.state() / ".grapnel"; }

  // As if `config` (a directory) had last been used so long ago.
  void age(const fs::path& config, std::chrono::hours by) {
    const auto then = std::chrono::file_clock::now() - by;
    if (fs::exists(config / ".lock")) fs::last_write_time(config / ".lock", then);
    fs::last_write_time(config, then);
    grapnel::cache::StateLog log(own() / "records");
    const auto moment = grapnel::cache::file_clock() - std::chrono::nanoseconds(by).count();
    log.append(grapnel::cache::EntryType::used, config.filename().native(), std::to_string(moment));
  }
  Workspace workspace_;
  Ended last_;
};

TEST_F(Removal, CleanRemovesAllAndTheNextRunIsRight) {
  build();
  const Ended ended = run({"clean"});
  EXPECT_THAT(ended.out, AllOf(HasSubstr("app: config "), HasSubstr("lib: shared directory, "),
                               HasSubstr("removed 4 directories, ")));
  for (const fs::path& gone :
       {workspace_.state() / "app", workspace_.state() / "lib", workspace_.state() / "shared/lib", own() / "trash"}) {
    EXPECT_FALSE(fs::exists(gone)) << gone;
  }
  build();
  EXPECT_THAT(last_.err, HasSubstr("why: no record of an earlier run"));
  build();
  EXPECT_THAT(last_.err, Not(HasSubstr("why:")));
}

TEST_F(Removal, CleanOfOnePackageLeavesTheOthers) {
  build();
  const fs::path other = workspace_.hook_directory("app");
  run({"clean", "lib"});
  EXPECT_TRUE(fs::exists(other / "output.json"));
  EXPECT_FALSE(fs::exists(workspace_.state() / "lib"));
  build();
  EXPECT_THAT(last_.err, AllOf(HasSubstr("build hook of package 'lib': done"),
                               HasSubstr("build hook of package 'app': up to date")));
}

TEST_F(Removal, CleanRemovesPrograms) {
  fs::remove(workspace_.root("lib") / "hook/build");
  workspace_.write("lib", "hook/build.cpp",
                   "#include <hooks/hooks.hpp>\nint main(int argc, char** argv) {\n  return hooks::build(argc, argv, "
                   "[](const hooks::BuildInput&, hooks::BuildOutputBuilder&) {});\n}\n");
  const std::vector<std::string> sdk{"--sdk", tests::kSdkDir, "--cxx", tests::kCxxCompiler};
  build(sdk);
  ASSERT_TRUE(fs::exists(own() / "programs/lib/build/program"));
  EXPECT_THAT(run({"clean", "lib"}).out, HasSubstr("lib: programs, "));
  EXPECT_FALSE(fs::exists(own() / "programs/lib"));
  build(sdk);
  EXPECT_TRUE(fs::exists(own() / "programs/lib/build/program"));
}

TEST_F(Removal, CleanWithoutStateIsFineAndLeavesNothing) {
  EXPECT_THAT(run({"clean"}).out, HasSubstr("removed 0 directories"));
  EXPECT_FALSE(fs::exists(workspace_.state()));
  EXPECT_THAT(run({"clean", "ghost"}, 1).err, HasSubstr("there is no package 'ghost'"));
}

TEST_F(Removal, WhatIsLockedStaysAndIsSaid) {
  build();
  const fs::path config = workspace_.hook_directory("lib");
  tests::Program holder("hold_lock", {"grapnel", config / ".lock"});
  ASSERT_EQ(holder.read_line(), "held");
  const Ended dry = run({"gc", "--max-size", "0", "--dry-run"});
  EXPECT_THAT(dry.out, AllOf(HasSubstr("would remove 1 directory"), HasSubstr("in use: ")));
  const Ended cleaned = run({"clean"}, 2);
  EXPECT_THAT(cleaned.out, AllOf(HasSubstr("left: "), HasSubstr("in use: "), HasSubstr("app: config ")));
  EXPECT_TRUE(fs::exists(config / "output.json"));
  EXPECT_FALSE(fs::exists(workspace_.state() / "app"));
  run({"gc", "--max-size", "0"});
  EXPECT_TRUE(fs::exists(config / "output.json")) << "gc skips it too, and that is no failure";
  holder.close_input();
  holder.wait();
  run({"clean"});
  EXPECT_FALSE(fs::exists(config));
}

TEST_F(Removal, APackagesLockKeepsAllOfItsConfigs) {
  build();
  tests::Program holder("hold_lock", {"dart", workspace_.state() / "shared/lib/.lock"});
  ASSERT_EQ(holder.read_line(), "held");
  run({"clean"}, 2);
  EXPECT_TRUE(fs::exists(workspace_.state() / "lib"));
  EXPECT_TRUE(fs::exists(workspace_.state() / "shared/lib"));
  EXPECT_FALSE(fs::exists(workspace_.state() / "app"));
}

TEST_F(Removal, ARunThatHoldsNoLockIsSeenByItsOpenLog) {
  build();
  {
    // As a run that found all its hooks up to date.
    const fs::path log = own() / "records";
    tests::Program reader("hold_open", {log});
    ASSERT_EQ(reader.read_line(), "open");
    const Ended ended = run({"clean"}, 2);
    EXPECT_THAT(ended.out,
                AllOf(HasSubstr("a run is going on in this workspace (pid " + std::to_string(reader.pid()) + ")"),
                      HasSubstr("removed 0 directories")));
    run({"gc", "--max-size", "0"});
    EXPECT_TRUE(fs::exists(workspace_.hook_directory("lib") / "output.json"));
    // What such a run cannot be using goes.
    age(workspace_.hook_directory("lib"), std::chrono::hours(24 * 60));
    age(workspace_.hook_directory("app"), std::chrono::hours(24 * 60));
    EXPECT_THAT(run({"gc", "--max-age", "30d"}).out, HasSubstr("removed 2 directories"));
  }
}

TEST_F(Removal, ALiveRunLosesNothing) {
  const tests::Fifo begun(workspace_.path() / "begun");
  workspace_.hook("app", "build",
                  shell_hook("echo > '" + begun.path() + "'\nwhile [ ! -e '" + (workspace_.path() / "go").string() +
                             "' ]; do sleep 0.02; done\necho '" + success_output() + "' > \"$out\""));
  // One that keeps nothing needs its files all the same.
  for (const std::string more : {"-v", "--no-cache"}) {
    const tests::Started started = workspace_.start_grapnel({"build", "--bundle", workspace_.path() / "bundle", more});
    ASSERT_TRUE(begun.wait());
    run({"clean"}, 2);
    run({"gc", "--max-age", "0s", "--max-size", "0"});
    EXPECT_TRUE(fs::exists(workspace_.state() / "shared/lib/build/given.txt")) << "done, unlocked and still needed";
    std::ofstream(workspace_.path() / "go") << "";
    EXPECT_EQ(started.wait().exit_code, 0);
    fs::remove(workspace_.path() / "go");
  }
}

TEST_F(Removal, GcRemovesWhatIsOldAndNothingElse) {
  build({"--target-os", "android"});
  const fs::path old_config = workspace_.hook_directory("lib");
  age(old_config, std::chrono::hours(24 * 40));
  age(workspace_.state() / "app" / old_config.filename(), std::chrono::hours(24 * 40));
  build();
  const Ended dry = run({"gc", "--max-age", "30d", "--dry-run"});
  EXPECT_THAT(dry.out, HasSubstr("would remove 2 directories"));
  EXPECT_TRUE(fs::exists(old_config));
  EXPECT_FALSE(fs::exists(own() / "removal.lock")) << "a dry run writes nothing";
  EXPECT_THAT(run({"gc", "--max-age", "5w"}).out, HasSubstr("removed 2 directories"));
  EXPECT_FALSE(fs::exists(old_config));
  build();
  EXPECT_THAT(last_.err, Not(HasSubstr("why:"))) << "the other config is up to date";
  build({"--target-os", "android"});
  EXPECT_THAT(last_.err, HasSubstr("why: no record of an earlier run"));
}

TEST_F(Removal, GcRemovesTheLeastRecentlyUsedFirst) {
  build({"--target-os", "android"});
  const fs::path older = workspace_.hook_directory("lib");
  age(older, std::chrono::hours(24 * 3));
  age(workspace_.state() / "app" / older.filename(), std::chrono::hours(24 * 3));
  const std::string large(1U << 20U, 'x');
  std::ofstream(older / "large") << large;
  age(older, std::chrono::hours(24 * 3));
  build();
  EXPECT_THAT(run({"gc", "--max-size", "900K"}).out,
              AllOf(HasSubstr("removed "), HasSubstr(older.filename().string())));
  EXPECT_FALSE(fs::exists(older));
  build();
  EXPECT_THAT(last_.err, Not(HasSubstr("why:")));
}

TEST_F(Removal, GcRemovesWhatPackagesOfThePastLeft) {
  build();
  fs::create_directories(workspace_.state() / "shared/past/build");
  fs::create_directories(own() / "programs/past/build");
  const Ended ended = run({"gc"});
  EXPECT_THAT(ended.out, AllOf(HasSubstr("past: shared directory"), HasSubstr("past: programs"),
                               HasSubstr("removed 2 directories")));
  EXPECT_FALSE(fs::exists(workspace_.state() / "shared/past"));
  EXPECT_FALSE(fs::exists(own() / "programs/past"));
}

TEST_F(Removal, LinksAreNeverFollowed) {
  build();
  const fs::path outside = workspace_.path() / "outside";
  for (const std::string directory : {"shared", "programs", "5880bb52b3", "in"}) {
    fs::create_directories(outside / directory);
    std::ofstream(outside / directory / "precious") << "1";
  }
  const fs::path config = workspace_.hook_directory("lib");
  fs::create_directory_symlink(outside / "in", config / "link");
  fs::create_directory_symlink(outside / "shared", workspace_.state() / "shared/linked");
  fs::create_directory_symlink(outside / "programs", workspace_.state() / "linked");
  fs::create_directories(workspace_.state() / "past");
  fs::create_directory_symlink(outside / "5880bb52b3", workspace_.state() / "past/5880bb52b3");
  const Ended ended = run({"clean"}, 2);
  EXPECT_THAT(ended.out, HasSubstr("it is a symbolic link, which is not followed"));
  EXPECT_FALSE(fs::exists(config));
  for (const auto& directory : fs::directory_iterator(outside)) EXPECT_TRUE(fs::exists(directory.path() / "precious"));

  build();
  const fs::path lock = workspace_.hook_directory("lib") / ".lock";
  fs::remove(lock);
  std::ofstream(outside / "file") << "mine";
  fs::create_symlink(outside / "file", lock);
  EXPECT_THAT(run({"clean", "lib"}, 2).out, HasSubstr("its lock is a symbolic link"));
  EXPECT_EQ(tests::read_text(outside / "file"), "mine");
}

TEST_F(Removal, DirectoriesThatNobodyMayWriteGoToo) {
  build();
  const fs::path modules = workspace_.hook_directory("lib") / "modules/deep";
  fs::create_directories(modules);
  std::ofstream(modules / "file") << "1";
  fs::permissions(modules, fs::perms::owner_read | fs::perms::owner_exec);
  run({"clean"});
  EXPECT_FALSE(fs::exists(own() / "trash"));
}

TEST_F(Removal, WhatIsNotOursStays) {
  build();
  const fs::path foreign = workspace_.state() / "lib/notes.txt";
  std::ofstream(foreign) << "1";
  run({"clean"});
  EXPECT_TRUE(fs::exists(foreign));
}

TEST_F(Removal, RunsAndRemovalsTogetherHarmNobody) {
  constexpr int kRounds = 10;
  for (int i = 0; i < kRounds; ++i) {
    const tests::Started one = workspace_.start_grapnel({"build", "--result", workspace_.path() / "one.json"});
    const tests::Started two = workspace_.start_grapnel({"clean"});
    const tests::Started three = workspace_.start_grapnel({"gc", "--max-size", "0"});
    const Ended ended = one.wait();
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    (void)two.wait();  // whatever it left: it may have met the run
    (void)three.wait();
  }
  build();
  EXPECT_TRUE(fs::exists(workspace_.state() / "shared/lib/build/given.txt"));
}

TEST_F(Removal, WrongLimitsAreUsageErrors) {
  for (const char* age : {"30", "x", "1.5h", "-1d", "99999999999999d", "1dd"}) {
    EXPECT_THAT(run({"gc", "--max-age", age}, 64).err, HasSubstr("--max-age")) << age;
  }
  for (const char* size : {"2X", "", "99999999999999T", "1.5G"}) run({"gc", "--max-size", size}, 64);
}

}  // namespace
