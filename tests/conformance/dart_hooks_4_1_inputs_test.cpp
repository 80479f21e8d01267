// SPDX-License-Identifier: BSD-3-Clause
// Where packages are found, and the run package (spec: dart-hooks, section 4.1).
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace {

using testing::HasSubstr;
using tests::Ended;
using tests::Workspace;
using tests::writing_hook;

bool ran(const Workspace& workspace, const std::string& package) {
  return std::filesystem::exists(workspace.state() / package);
}

TEST(DartHooks41, PackagesAreFoundThroughParentDirectories) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook("app", "build", writing_hook());
  const std::filesystem::path deep = workspace.root("app") / "lib/src/deep";
  std::filesystem::create_directories(deep);
  const Ended ended = tests::run({tests::kGrapnel, "build"}, deep, workspace.path());
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_TRUE(ran(workspace, "app"));
}

// One .dart_tool at the root of a pub workspace, members below; each member's own .dart_tool only points to the root.
TEST(DartHooks41, InAPubWorkspaceTheMemberIsTheRunPackageAndTheRootHasTheDefines) {
  Workspace workspace;
  workspace.package("app", {"common"});
  workspace.package("other");
  workspace.package("common");
  for (const std::string name : {"app", "other", "common"}) {
    workspace.hook(name, "build", writing_hook());
    workspace.write(name, ".dart_tool/pub/workspace_ref.json", R"({"workspaceRoot": "../../.."})");
    workspace.write(name, "pubspec.yaml", "hooks: {user_defines: {common: {from: member}}}\n");
  }
  std::ofstream(workspace.path() / "pubspec.yaml") << "hooks: {user_defines: {common: {from: root}}}\n";
  const Ended ended = tests::run({tests::kGrapnel, "build"}, workspace.root("app"), workspace.path());
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_TRUE(ran(workspace, "app"));
  EXPECT_TRUE(ran(workspace, "common"));
  EXPECT_FALSE(ran(workspace, "other"));
  const std::string input = tests::read_text(workspace.hook_directory("common") / "input.json");
  EXPECT_THAT(input, HasSubstr("\"from\": \"root\""));
  EXPECT_THAT(input, HasSubstr("\"base_path\": \"" + (workspace.path() / "pubspec.yaml").string() + "\""));
}

TEST(DartHooks41, OnlyTheRunPackagesDevDependenciesCount) {
  Workspace workspace;
  workspace.package("app", {"lib"}, {"app_dev"});
  workspace.package("lib", {}, {"lib_dev"});
  workspace.package("app_dev");
  workspace.package("lib_dev");
  for (const std::string name : {"app", "lib", "app_dev", "lib_dev"}) workspace.hook(name, "build", writing_hook());
  ASSERT_EQ(workspace.grapnel({"build"}).exit_code, 0);
  EXPECT_TRUE(ran(workspace, "lib"));
  EXPECT_FALSE(ran(workspace, "app_dev"));
  ASSERT_EQ(workspace.grapnel({"build", "--dev-dependencies"}).exit_code, 0);
  EXPECT_TRUE(ran(workspace, "app_dev"));
  EXPECT_FALSE(ran(workspace, "lib_dev"));
}

// Dart: an empty graph, no hooks, success. A misspelt name is more likely.
TEST(DartHooks41, AnUnknownRunPackageIsAProjectFault) {
  Workspace workspace;
  workspace.package("app");
  const Ended ended = workspace.grapnel({"build", "--root-package", "ap"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("there is no package 'ap' in"));
}

// Dart: an assertion or an uncaught exception.
TEST(DartHooks41, AMissingPackageGraphIsAProjectFault) {
  Workspace workspace;
  workspace.package("app");
  std::filesystem::remove(workspace.path() / ".dart_tool/package_graph.json");
  const Ended ended = workspace.grapnel({"build"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("package_graph.json' does not exist"));
}

TEST(DartHooks41, NamesThatNoPackageCanHaveAreProjectFaults) {
  for (const std::string name : {"", "..", "a/b", "a\\u0000b", "a\\nb", "a|b"}) {
    Workspace workspace;
    workspace.package("app");
    const auto write = [&](const std::string& file, const std::string& text) {
      std::ofstream(workspace.path() / ".dart_tool" / file) << text;
    };
    const std::string entry = R"({"name":")" + name + R"(","rootUri":"../"})";
    write("package_config.json", R"({"configVersion":2,"packages":[)" + entry + "]}");
    Ended ended = workspace.grapnel({"build", "--root-package", "app"});
    EXPECT_EQ(ended.exit_code, 1) << name;
    EXPECT_THAT(ended.err, HasSubstr("packages.0.name: found '" + name + "'; expected a name of letters"));
    write("package_config.json", R"({"configVersion":2,"packages":[{"name":"app","rootUri":"../packages/app"}]})");
    write("package_graph.json", R"({"packages":[{"name":"app","dependencies":[")" + name + R"("]}]})");
    ended = workspace.grapnel({"build"});
    EXPECT_EQ(ended.exit_code, 1) << name;
    EXPECT_THAT(ended.err, HasSubstr("packages.0.dependencies.0: found '" + name + "'"));
  }
}

TEST(DartHooks41, DuplicateNamesAndForeignRootsAreProjectFaults) {
  Workspace workspace;
  workspace.package("app");
  const auto config = [&](const std::string& more) {
    std::ofstream(workspace.path() / ".dart_tool/package_config.json")
        << R"({"configVersion":2,"packages":[{"name":"app","rootUri":")" << more << "]}";
    return workspace.grapnel({"build", "--root-package", "app"});
  };
  Ended ended = config(R"(../packages/app"},{"name":"app","rootUri":"../"})");
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("found 'app' again; packages.0 has it too"));
  ended = config(R"(http://example.com/app"})");
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("'http://example.com/app' is no file: URI"));
}

TEST(DartHooks41, AGraphOfFiftyMegabytesIsReadInBoundedTime) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook("app", "build", writing_hook());
  std::string graph = R"({"configVersion":1,"packages":[{"name":"app","dependencies":[]})";
  constexpr std::size_t kBytes = std::size_t{50} << 20U;
  graph.reserve(kBytes + 1000);
  for (std::size_t i = 0; graph.size() < kBytes; ++i) {
    graph += R"(,{"name":"package_)" + std::to_string(i) + R"(","version":"1.0.0","dependencies":["app"],"more":")" +
             std::string(400, 'x') + R"("})";
  }
  std::ofstream(workspace.path() / ".dart_tool/package_graph.json") << graph << "]}";
  const auto began = std::chrono::steady_clock::now();
  const Ended ended = workspace.grapnel({"build"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(150));
  EXPECT_LT(ended.peak_kib, 3 * 1024 * 1024);
}

}  // namespace
