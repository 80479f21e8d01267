// SPDX-License-Identifier: BSD-3-Clause
#include "runner/workspace/workspace.hpp"

#include "runner/base/errors.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <string>
#include <string_view>

namespace grapnel::workspace {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::string_view kConfig = R"({"configVersion": 2, "generated": "now", "packages": [
  {"name": "zeta", "rootUri": "../packages/z%20eta/", "packageUri": "lib/", "languageVersion": "3.0"},
  {"name": "app", "rootUri": "../"},
  {"name": "extra", "rootUri": "file:///cache/extra-1.0.0"}]})";
constexpr std::string_view kGraph = R"({"roots": ["app"], "configVersion": 1, "packages": [
  {"name": "app", "version": "1.0.0", "dependencies": ["zeta", "zeta"], "devDependencies": ["lints"]},
  {"name": "zeta", "dependencies": []},
  {"name": "unknown", "dependencies": ["zeta"]}]})";

class WorkspaceTest : public ::testing::Test {
 protected:
  std::filesystem::path config() const { return directory / ".dart_tool/package_config.json"; }
  void write(std::string_view config, std::string_view graph = kGraph) const {
    directory.write(".dart_tool/package_config.json", config);
    directory.write(".dart_tool/package_graph.json", graph);
  }
  std::string refusal() const {
    try {
      (void)load(config());
      return "accepted";
    } catch (const ProjectError& error) {
      return error.what();
    }
  }

  tests::TemporaryDirectory directory;
};

TEST_F(WorkspaceTest, ReadsBothFiles) {
  write(kConfig);
  const Workspace workspace = load(config());
  EXPECT_EQ(workspace.package_config, config());
  EXPECT_EQ(workspace.directory, directory.path());
  EXPECT_EQ(workspace.state_directory, directory / ".dart_tool/hooks_runner");
  ASSERT_EQ(workspace.packages.size(), 3U);

  const Package& app = workspace.packages[0];
  EXPECT_EQ(app.name, "app");
  EXPECT_EQ(app.root, directory.path());
  EXPECT_THAT(workspace.dependencies[0], ElementsAre(2));
  EXPECT_THAT(workspace.dev_dependencies[0], IsEmpty());

  const Package& extra = workspace.packages[1];
  EXPECT_EQ(extra.name, "extra");
  EXPECT_EQ(extra.root, "/cache/extra-1.0.0");
  EXPECT_THAT(workspace.dependencies[1], IsEmpty());

  ASSERT_EQ(workspace.faults.size(), 2U);
  EXPECT_EQ(workspace.faults[0].package, 0U);
  EXPECT_TRUE(workspace.faults[0].of_dev);
  EXPECT_THAT(workspace.faults[0].message, HasSubstr("package 'app' depends on 'lints', which is not in"));
  EXPECT_EQ(workspace.faults[1].package, 1U);
  EXPECT_FALSE(workspace.faults[1].of_dev);
  EXPECT_THAT(workspace.faults[1].message, HasSubstr("package 'extra' is in"));

  const Package& zeta = workspace.packages[2];
  EXPECT_EQ(zeta.root, directory / "packages/z eta");
  EXPECT_EQ(workspace.find("zeta"), &zeta);
  EXPECT_EQ(workspace.find("z"), nullptr);
  EXPECT_EQ(workspace.find("zz"), nullptr);
}

TEST_F(WorkspaceTest, KnowsItsFilesAndDirectories) {
  write(kConfig);
  const auto graph = directory / ".dart_tool/package_graph.json";
  Workspace dart = load(config());
  EXPECT_EQ(dart.file, config());
  EXPECT_THAT(dart.files, ElementsAre(config(), graph));
  EXPECT_EQ(dart.own_directory, directory / ".dart_tool/hooks_runner/.grapnel");
  EXPECT_TRUE(dart.settings.file.empty());

  const auto toml = directory.write("grapnel.toml", "[defaults]\ntarget-os = 'linux'\n");
  dart = load(config());
  EXPECT_THAT(dart.files, ElementsAre(config(), graph, toml));
  EXPECT_EQ(dart.settings.file, toml);
  EXPECT_EQ(dart.settings.defaults.target_os, "linux");
  EXPECT_EQ(load_settings(config()).defaults.target_os, "linux");

  directory.write("grapnel.toml", "[packages.p]\npath = 'p'\n[defaults]\ntarget-os = 'linux'\n");
  dart = load(config());
  EXPECT_THAT(dart.files, ElementsAre(config(), graph)) << "another workspace";
  EXPECT_FALSE(dart.settings.defaults.target_os.has_value());
  const Workspace own = load(toml);
  EXPECT_EQ(own.file, toml);
  EXPECT_EQ(own.package_config, "");
  EXPECT_THAT(own.files, ElementsAre(toml));
  EXPECT_EQ(own.directory, directory.path());
  EXPECT_EQ(own.state_directory, directory / ".grapnel/hooks_runner");
  EXPECT_EQ(own.own_directory, directory / ".grapnel");
  EXPECT_EQ(own.settings.defaults.target_os, "linux");
}

TEST_F(WorkspaceTest, MakesARelativePathAbsolute) {
  write(kConfig);
  const auto relative = std::filesystem::relative(config());
  EXPECT_EQ(load(relative).package_config, config());
}

TEST_F(WorkspaceTest, AMissingFileSaysWhatToDo) {
  EXPECT_THAT(refusal(), AllOf(HasSubstr("package_config.json' does not exist"), HasSubstr("get command"),
                               HasSubstr("in '" + directory.path().string() + "'")));
  directory.write(".dart_tool/package_config.json", kConfig);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("package_graph.json' does not exist"), HasSubstr("get command")));
}

TEST_F(WorkspaceTest, WhatIsNoJsonIsRefusedWithLineAndColumn) {
  write("{\n  \"packages\": oops");
  EXPECT_THAT(refusal(),
              AllOf(HasSubstr("package_config.json' is not JSON: line 2, column 15"), HasSubstr("get command")));
  write(kConfig, "");
  EXPECT_THAT(refusal(), HasSubstr("package_graph.json' is not JSON: line 1"));
}

TEST_F(WorkspaceTest, WhatIsNoRegularFileIsRefusedAtOnce) {
  std::filesystem::create_directories(config());
  EXPECT_THAT(refusal(), HasSubstr("directory"));
  std::filesystem::remove(config());
  ASSERT_EQ(::mkfifo(config().c_str(), 0600), 0);
  EXPECT_THAT(refusal(), HasSubstr("FIFO"));
}

TEST_F(WorkspaceTest, AFileThatIsTooLargeIsRefused) {
  write(kConfig);
  std::filesystem::resize_file(config(), (std::size_t{64} << 20U) + 1);
  EXPECT_THAT(refusal(), HasSubstr("larger than"));
}

TEST_F(WorkspaceTest, NamesEveryFaultOfTheConfigWithItsPath) {
  write(R"({"configVersion": 2, "packages": [
    {"name": "a", "rootUri": "http://example.com/a"},
    {"name": "b"},
    {"rootUri": "../"},
    {"name": 7, "rootUri": false},
    {"name": "..", "rootUri": "../"},
    {"name": "a", "rootUri": "../"},
    "text"]})");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("package_config.json' is not valid:"),
                               HasSubstr("packages.1.rootUri: missing; expected a string"),
                               HasSubstr("packages.2.name: missing; expected a string"),
                               HasSubstr("packages.3.name: found an integer; expected a string")));
  EXPECT_THAT(refusal(), AllOf(HasSubstr("packages.3.rootUri: found a boolean; expected a string"),
                               HasSubstr("packages.4.name: found '..'; expected a name of letters"),
                               HasSubstr("packages.5.name: found 'a' again; packages.0 has it too"),
                               HasSubstr("packages.6: found a string; expected an object"), HasSubstr("get command")));
}

TEST_F(WorkspaceTest, APackageUriStaysBelowTheRoot) {
  const auto refusal_of = [this](const std::string& uri) {
    write(R"({"configVersion": 2, "packages": [{"name": "app", "rootUri": "../app", "packageUri": )" + uri + "}]}",
          R"({"packages": [{"name": "app"}]})");
    return refusal();
  };
  for (const std::string uri :
       {R"("lib/")", R"("lib")", R"("")", R"(".")", R"("a/../lib")", R"("../app/lib")", R"("%6Cib/")", R"("1:/lib")"}) {
    EXPECT_EQ(refusal_of(uri), "accepted") << uri;
  }
  for (const std::string uri : {"http://example.com/lib", "file:///app/lib", "package:app/", "/app/lib", "//host/lib",
                                "..", "../", "../application", "lib/../../x", "%2E%2E/lib"}) {
    EXPECT_THAT(refusal_of('"' + uri + '"'),
                HasSubstr("packages.0.packageUri: found '" + uri +
                          "'; expected a relative URI reference below the package's root"));
  }
  EXPECT_THAT(refusal_of("42"), HasSubstr("packages.0.packageUri: found an integer; expected a string"));
  EXPECT_THAT(refusal_of(R"("lib?x")"), HasSubstr("packages.0.packageUri: 'lib?x' has a query or a fragment"));
}

TEST_F(WorkspaceTest, APackageUriIsJudgedWhereTheRootIsNoPath) {
  write(R"({"configVersion": 2, "packages": [
    {"name": "a", "rootUri": "http://example.com/a", "packageUri": "lib/"},
    {"name": "b", "rootUri": "http://example.com/b", "packageUri": "../lib/"},
    {"name": "c", "packageUri": false}]})");
  EXPECT_THAT(refusal(), AllOf(Not(HasSubstr("packages.0")), HasSubstr("packages.1.packageUri: found '../lib/'"),
                               HasSubstr("packages.2.packageUri: found a boolean; expected a string")));
}

TEST_F(WorkspaceTest, KeepsAPackageThatLiesElsewhereWithTheReason) {
  write(R"({"configVersion": 2, "packages": [{"name": "a", "rootUri": "http://example.com/a"}]})");
  const Workspace workspace = load(config());
  EXPECT_TRUE(workspace.find("a")->root.empty());
  ASSERT_FALSE(workspace.faults.empty());
  EXPECT_THAT(workspace.faults[0].message,
              AllOf(HasSubstr("package 'a'"), HasSubstr("'http://example.com/a' is no file: URI")));
}

TEST_F(WorkspaceTest, RefusesOtherVersionsAndShapesOfTheConfig) {
  write(R"({"configVersion": 3, "packages": [1]})");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("configVersion: found 3; expected 2"), Not(HasSubstr("packages.0"))));
  write(R"({"packages": []})");
  EXPECT_THAT(refusal(), HasSubstr("configVersion: missing; expected an integer"));
  write(R"({"configVersion": 2})");
  EXPECT_THAT(refusal(), HasSubstr("packages: missing; expected a list"));
  write(R"({"configVersion": 2, "packages": {}})");
  EXPECT_THAT(refusal(), HasSubstr("packages: found an object; expected a list"));
  write("[]");
  EXPECT_THAT(refusal(), HasSubstr("found a list; expected an object"));
}

TEST_F(WorkspaceTest, NamesEveryFaultOfTheGraphWithItsPath) {
  write(kConfig, R"({"packages": [
    {"name": "app", "dependencies": "zeta"},
    {"name": "zeta", "dependencies": [1, "a/b"], "devDependencies": [null]},
    {"name": "app"}]})");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("package_graph.json' is not valid:"),
                               HasSubstr("packages.0.dependencies: found a string; expected a list"),
                               HasSubstr("packages.1.dependencies.0: found an integer; expected a string"),
                               HasSubstr("packages.1.dependencies.1: found 'a/b'; expected a name of letters"),
                               HasSubstr("packages.1.devDependencies.0: found null; expected a string"),
                               HasSubstr("packages.2.name: found 'app' again; packages.0 has it too")));
}

TEST_F(WorkspaceTest, ANameWithControlCharactersIsShownEscaped) {
  write(R"({"configVersion": 2, "packages": [{"name": "a\u0000b\n", "rootUri": "../"}]})");
  EXPECT_THAT(refusal(), HasSubstr(R"(packages.0.name: found 'a\u0000b\n'; expected a name of letters)"));
}

TEST_F(WorkspaceTest, ALongListOfFaultsIsCutShort) {
  std::string packages;
  for (int i = 0; i < 1000; ++i) packages += packages.empty() ? "1" : ",1";
  write(R"({"configVersion": 2, "packages": [)" + packages + "]}");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("packages.19:"), Not(HasSubstr("packages.20:")), HasSubstr("and 980 more")));
}

}  // namespace
}  // namespace grapnel::workspace
