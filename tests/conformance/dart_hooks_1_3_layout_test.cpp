// SPDX-License-Identifier: BSD-3-Clause
// Where the files of hook runs lie, and which are deleted when (spec: dart-hooks, section 1.3).
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace {

using testing::IsSupersetOf;
using testing::UnorderedElementsAre;
using tests::read_text;
using tests::shell_hook;
using tests::success_output;
using tests::Workspace;
using tests::writing_hook;

std::vector<std::string> names_in(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (!entry.is_symlink()) names.push_back(entry.path().filename().string());  // latest-build, latest-link
  }
  return names;
}

TEST(DartHooks13, EachPackageAndConfigHasADirectoryAndAllShareOne) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook("app", "build", writing_hook());
  workspace.hook("app", "link", writing_hook());
  ASSERT_EQ(workspace.grapnel({"build", "--link"}).exit_code, 0);
  ASSERT_EQ(workspace.grapnel({"build", "--target-arch", "riscv64"}).exit_code, 0);

  // Build, link, and build for another target.
  const std::vector<std::string> checksums = names_in(workspace.state() / "app");
  ASSERT_EQ(checksums.size(), 3U);
  for (const std::string& checksum : checksums) {
    EXPECT_EQ(checksum.size(), 10U);
    EXPECT_TRUE(std::all_of(checksum.begin(), checksum.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    })) << checksum;
    EXPECT_THAT(names_in(workspace.state() / "app" / checksum),
                IsSupersetOf({"input.json", "output.json", "stdout.txt", "stderr.txt", ".lock", "out"}));
  }
  EXPECT_THAT(names_in(workspace.state() / "shared/app"), UnorderedElementsAre(".lock", "build", "link"));
}

TEST(DartHooks13, AnOldOutputIsGoneBeforeTheHookRuns) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook("app", "build", writing_hook());
  ASSERT_EQ(workspace.grapnel({"build"}).exit_code, 0);
  const std::filesystem::path directory = workspace.hook_directory("app");
  ASSERT_TRUE(std::filesystem::exists(directory / "output.json"));

  workspace.hook("app", "build",
                 shell_hook("test -e \"$out\" && echo stale\ntest -e \"$config\" || echo none\necho '" +
                            success_output() + "' > \"$out\""));
  ASSERT_EQ(workspace.grapnel({"build"}).exit_code, 0);
  EXPECT_EQ(read_text(directory / "stdout.txt"), "");  // made anew, too
}

TEST(DartHooks13, AnOutputOfAFailureIsNotLeftAsOutput) {
  Workspace workspace;
  workspace.package("app");
  const auto expect_no_output = [&](const std::string& hook) {
    workspace.hook("app", "build", hook);
    EXPECT_NE(workspace.grapnel({"build"}).exit_code, 0);
    EXPECT_FALSE(std::filesystem::exists(workspace.hook_directory("app") / "output.json")) << hook;
  };
  expect_no_output(writing_hook(success_output(), 1));
  expect_no_output(writing_hook(success_output(R"(,"assets":[{"type":"not/accepted"}])")));
}

TEST(DartHooks13, WhatAHookMadeOutlivesTheRun) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook("app", "build",
                 shell_hook("cat \"${shared}counter\"; echo x >> \"${shared}counter\"; echo '" + success_output() +
                            "' > \"$out\""));
  ASSERT_EQ(workspace.grapnel({"build"}).exit_code, 0);
  ASSERT_EQ(workspace.grapnel({"build", "--target-arch", "riscv64"}).exit_code, 0);
  EXPECT_EQ(read_text(workspace.state() / "shared/app/build/counter"), "x\nx\n");
}

}  // namespace
