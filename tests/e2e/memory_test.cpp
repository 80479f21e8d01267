// SPDX-License-Identifier: BSD-3-Clause
// What is remembered beside the records of hooks, and when it does not count any more.
#include "runner/cache/log.hpp"
#include "tests/support/counted_hooks.hpp"
#include "tests/support/wait_until.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>

#include <csignal>

namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;
using tests::Ended;

class Memory : public testing::Test {
 protected:
  // A hook that gives a library of this file name to the application.
  void give_library(const std::string& package, const std::string& file) {
    workspace_.counted_hook(package,
                            R"(,"assets":[{"type":"code_assets/code","encoding":{"id":"package:)" + package +
                                R"(/x","link_mode":{"type":"dynamic_loading_bundle"},"file":"${shared})" + file +
                                R"("}}])",
                            "echo x > \"${shared}" + file + "\"");
  }
  [[nodiscard]] std::size_t known_applications() const {
    std::size_t count = 0;
    grapnel::cache::StateLog(workspace_.state() / ".grapnel/records")
        .for_each([&](grapnel::cache::EntryType type, std::string_view, std::string_view) {
          count += type == grapnel::cache::EntryType::application ? 1U : 0U;
        });
    return count;
  }
  tests::CountedHooks workspace_;
};

TEST_F(Memory, AnApplicationIsCheckedUntilItIsRight) {
  const std::vector<std::string> arm{"--target-arch", "arm64"};
  workspace_.package("app", {"a", "b"});
  workspace_.package("a");
  workspace_.package("b");
  give_library("a", "libx.so");
  give_library("b", "libx.so");
  // Wrong as a whole, also where no hook has to run.
  for (const int runs : {1, 0}) {
    const Ended ended = workspace_.build(arm);
    EXPECT_EQ(ended.exit_code, 1) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("names of their own"));
    EXPECT_EQ(workspace_.runs("a"), runs);
    EXPECT_EQ(workspace_.runs("b"), runs);
    EXPECT_EQ(known_applications(), 0U);
  }
  give_library("b", "liby.so");
  EXPECT_EQ(workspace_.build(arm).exit_code, 0);
  EXPECT_EQ(known_applications(), 1U);
  EXPECT_EQ(workspace_.build(arm).exit_code, 0);
  // What was right is not when its hooks give something else; nor for another config.
  give_library("a", "liby.so");
  for (int i = 0; i < 2; ++i) EXPECT_THAT(workspace_.build(arm).err, HasSubstr("names of their own"));
  EXPECT_EQ(workspace_.build({"--target-arch", "riscv64"}).exit_code, 1);
  give_library("a", "libx.so");
  EXPECT_EQ(workspace_.build(arm).exit_code, 0);
}

// What is read for long is read beside the loop: other hooks go on meanwhile, and a stop request ends it. Nobody could
// read the file of this test to its end.
TEST_F(Memory, WhileALargeFileIsReadOtherHooksGoOnAndAStopIsHeard) {
  workspace_.package("app", {"a", "b"});
  workspace_.package("a");
  workspace_.package("b");
  const fs::path large = workspace_.write("a", "large", "");
  constexpr std::uintmax_t kTiB = std::uintmax_t{1} << 40U;
  fs::resize_file(large, kTiB);
  workspace_.counted_hook("a", R"(,"dependencies":[")" + large.string() + R"("])");
  const fs::path go = workspace_.path() / "go";
  workspace_.counted_hook("b", "", "until test -e '" + go.string() + "'; do sleep 0.01; done");
  workspace_.counted_hook("app");
  const tests::Started run = workspace_.start_grapnel({"build", "-v", "--jobs", "2"});
  const bool is_read = tests::wait_until([&] {
    std::error_code error;
    fs::directory_iterator it("/proc/" + std::to_string(run.pid) + "/fd", error);
    for (; !error && it != fs::directory_iterator(); it.increment(error)) {
      std::error_code gone;
      if (fs::read_symlink(it->path(), gone) == large) return true;
    }
    return false;
  });
  EXPECT_TRUE(is_read);
  workspace_.write("app", go, "");
  EXPECT_TRUE(tests::wait_until([&] { return tests::read_text(run.err).find("'b': done") != std::string::npos; }));
  ::kill(run.pid, SIGTERM);
  if (!tests::wait_until([&] {
        siginfo_t end{};
        return ::waitid(P_PID, static_cast<id_t>(run.pid), &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_pid != 0;
      })) {
    ADD_FAILURE() << "it hangs";
    ::kill(run.pid, SIGKILL);
  }
  const Ended ended = run.wait();
  EXPECT_EQ(ended.signal, SIGTERM) << ended.err;
  EXPECT_EQ(workspace_.runs("a") + workspace_.runs("b"), 2);
  EXPECT_EQ(workspace_.runs("app"), 0);
}

// Compilers look at more variables than anybody knows; hooks that declare theirs do not run for that.
TEST_F(Memory, AProgramIsBuiltAgainForAnotherEnvironment) {
  workspace_.package("app");
  workspace_.write("app", "hook/build.cpp",
                   "extern \"C\" int execv(const char*, char* const*);\n"
                   "int main(int, char** argv) { return execv(\"real.sh\", argv); }\n");
  workspace_.write_executable(workspace_.root("app") / "real.sh",
                              workspace_.counted_script("app", R"(,"grapnel":{"environment":[]})"));
  const auto compiles = [&](const std::string& value) {
    // Without its record, so that it asks for its program, whatever else is known.
    const Ended ended = workspace_.build({"-v", "--force", "--pass-env", "CPATH"}, {"CPATH=" + value});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_EQ(workspace_.runs("app"), 1);
    return ended.err.find("compile") != std::string::npos;
  };
  EXPECT_TRUE(compiles("/one"));
  EXPECT_FALSE(compiles("/one"));
  EXPECT_TRUE(compiles("/two"));
  EXPECT_FALSE(compiles("/two"));
}

// Each run changes the state; a hook that declared it would run for ever.
TEST_F(Memory, ATreeThatHoldsTheStateIsWatchedWithoutIt) {
  workspace_.package("app");
  const fs::path data = workspace_.write("app", workspace_.path() / ".dart_tool/data.txt", "one");
  fs::create_directory_symlink(workspace_.path() / ".dart_tool", workspace_.path() / "linked");
  for (const std::string tree : {"$PWD/../../.dart_tool/", "$PWD/../../linked/", "${shared}../../../../",
                                 "$PWD/../../.dart_tool/hooks_runner/"}) {
    SCOPED_TRACE(tree);
    workspace_.counted_hook("app", R"(,"grapnel":{"recursive":[")" + tree + R"("]})");
    const auto runs = [&] {
      const Ended ended = workspace_.build();
      EXPECT_EQ(ended.exit_code, 0) << ended.err;
      EXPECT_THAT(ended.err, Not(HasSubstr("will run again")));
      return workspace_.runs("app");
    };
    EXPECT_EQ(runs(), 1);
    EXPECT_EQ(runs(), 0);
    if (tree.ends_with("hooks_runner/")) continue;
    workspace_.write("app", data, "two of " + tree);
    EXPECT_EQ(runs(), 1);
    EXPECT_EQ(runs(), 0);
  }
}

}  // namespace
