// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/selection.hpp"

#include "runner/base/errors.hpp"
#include "runner/dist/archive.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace {

using grapnel::ProjectError;
using grapnel::dist::effective_config;
using grapnel::dist::normal_relative_path;
using grapnel::dist::normal_source;
using grapnel::dist::selected_files;
using grapnel::dist::Selection;
using grapnel::dist::SelectionRequest;
using hooks::Json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::ThrowsMessage;
namespace fs = std::filesystem;

// The target "sdist" has no default selection.
class SelectionTest : public ::testing::Test {
 protected:
  SelectionTest() { write_options(""); }

  void write(const std::string& file, std::string_view text = "") const { directory_.write("a/b/" + file, text); }
  void write_above(const std::string& file, std::string_view text = "") const { directory_.write("a/" + file, text); }
  void write_options(const std::string& options) const {
    write("pyproject.toml", "[project]\nname = 'Demo'\n[tool.hatch.build]\n" + options);
  }
  [[nodiscard]] fs::path root() const { return directory_ / "a/b"; }

  std::vector<std::string> selected(const std::string& target = "sdist",
                                    const std::function<void(SelectionRequest&)>& change = {}) const {
    const auto project = grapnel::workspace::load_build_project(root());
    const grapnel::workspace::BuildOptions options(project.build, target);
    const Json::Object nothing;
    SelectionRequest request{.project = project, .options = options, .build_data = nothing};
    if (change) change(request);
    std::vector<std::string> names;
    for (const auto& file : Selection(request).selected()) {
      if (file.distribution_path != "pyproject.toml") names.push_back(file.distribution_path);
    }
    return names;
  }

  tests::TemporaryDirectory directory_;
};

TEST(Paths, AreNormalAsPythonHasThem) {
  for (const auto& [path, normal] : std::vector<std::pair<std::string, std::string>>{{"a", "a"},
                                                                                     {"/a/", "a"},
                                                                                     {"a//b/./c", "a/b/c"},
                                                                                     {"a/../b", "b"},
                                                                                     {"..", ".."},
                                                                                     {"../../a", "../../a"},
                                                                                     {"/../a", "a"},
                                                                                     {".", ""},
                                                                                     {"/", ""},
                                                                                     {"a/..", ""},
                                                                                     {"a/../../b", "../b"}}) {
    EXPECT_EQ(normal_relative_path(path), normal) << path;
  }
  EXPECT_EQ(normal_source("x/../y/", "/p"), "/p/y");
  EXPECT_EQ(normal_source("../y", "/p/q"), "/p/y");
  EXPECT_EQ(normal_source("/", "/p"), "/");
  EXPECT_EQ(normal_source(".", "/p"), "/p");
  EXPECT_EQ(normal_source("~x", "/p"), "/p/~x");
}

TEST_F(SelectionTest, TheNearestIgnoreFileUpToTheRepository) {
  write("x.log");
  write("y.txt");
  write_above(".gitignore", "*.log\n");
  EXPECT_THAT(selected(), ElementsAre("y.txt"));
  write(".git/HEAD");
  EXPECT_THAT(selected(), ElementsAre("x.log", "y.txt")) << "another repository's";
  write(".gitignore", "y.txt\n");
  EXPECT_THAT(selected(), ElementsAre(".gitignore", "x.log"));
  write_options("ignore-vcs = true");
  EXPECT_THAT(selected(), ElementsAre(".gitignore", "x.log", "y.txt"));
}

TEST_F(SelectionTest, MercurialsGlobs) {
  write("x.log");
  write("y.txt");
  write("z.bin");
  write(".hgignore", "^y\nsyntax: glob\n*.log\nsyntax: regexp\nz.*\n");
  EXPECT_THAT(selected(), ElementsAre(".hgignore", "y.txt", "z.bin"));
}

TEST_F(SelectionTest, AnIgnoredProjectIsNotJudgedByThat) {
  write("x.txt");
  write_above(".gitignore", "b\n*.txt\n");
  EXPECT_THAT(selected(), ElementsAre("x.txt"));
}

TEST_F(SelectionTest, ExcludedDirectoriesAreSkippedOnDemand) {
  write("out/x.so");
  write("out/y.txt");
  write_options("exclude = ['out']\nartifacts = ['*.so']");
  EXPECT_THAT(selected(), ElementsAre("out/x.so"));
  write_options("exclude = ['out']\nartifacts = ['*.so']\nskip-excluded-dirs = true");
  EXPECT_THAT(selected(), IsEmpty());
  write_options("exclude = ['out/*', '!out/y.txt']");
  EXPECT_THAT(selected(), ElementsAre("out/y.txt"));
}

TEST_F(SelectionTest, OnlyPackages) {
  write("p/__init__.py");
  write("p/x.txt");
  write("q/x.txt");
  write_options("only-packages = true");
  EXPECT_THAT(selected(), ElementsAre("p/__init__.py", "p/x.txt"));
}

TEST_F(SelectionTest, Sources) {
  write("src/p/x.py");
  write("lib/y.py");
  write_options("[tool.hatch.build.sources]\n'src' = ''\n'lib' = 'p/lib'");
  EXPECT_THAT(selected(), ElementsAre("p/lib/y.py", "p/x.py"));
  write_options("[tool.hatch.build.sources]\n'' = 'all'");
  EXPECT_THAT(selected(), Contains("all/src/p/x.py"));
  write_options("sources = 3");
  EXPECT_THAT([&] { selected(); }, ThrowsMessage<ProjectError>(HasSubstr("tool.hatch.build.sources")));
}

TEST_F(SelectionTest, OnlyIncludeIsInsideTheProject) {
  write("d/x.txt");
  write("e.txt");
  write_options("only-include = ['d', 'e.txt', 'none']");
  EXPECT_THAT(selected(), ElementsAre("d/x.txt", "e.txt"));
  for (const char* const wrong : {"'..'", "'../x'", "'/'", "'~/x'", "'d', 'd/'", "3", "''"}) {
    write_options(std::string("only-include = [") + wrong + "]");
    EXPECT_THAT([&] { selected(); }, ThrowsMessage<ProjectError>(HasSubstr("only-include"))) << wrong;
  }
}

TEST_F(SelectionTest, PackagesOfAWheelByTheProjectsName) {
  write("other/demo/__init__.py");
  EXPECT_THAT(selected("wheel"), ElementsAre("other/demo/__init__.py"));
  write("demo.py");
  EXPECT_THAT(selected("wheel"), ElementsAre("demo.py"));
  write("src/demo/__init__.py");
  EXPECT_THAT(selected("wheel"), ElementsAre("demo/__init__.py"));
  write("demo/__init__.py");
  write("demo/more.py");
  EXPECT_THAT(selected("wheel"), ElementsAre("demo/__init__.py", "demo/more.py"));
  write("src/Demo/__init__.py");
  EXPECT_THAT(selected("wheel"), ElementsAre("Demo/__init__.py")) << "as written before the normal one";
}

TEST_F(SelectionTest, AStopIsHeard) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(selected("sdist", [&](SelectionRequest& request) { request.stop = stop.get_token(); }),
               grapnel::dist::BuildStopped);
}

TEST_F(SelectionTest, WhatHooksSeeOfTheConfiguration) {
  write("src/demo/__init__.py");
  write_options("directory = 'out'\n[tool.hatch.build.force-include]\n'x.txt' = '/y/'");
  const auto project = grapnel::workspace::load_build_project(root());
  const Json::Object config = effective_config(project, {project.build, "wheel"});
  EXPECT_EQ(Json(config), (Json::Object{{"artifacts", Json::Array{}},
                                        {"dev_mode_dirs", Json::Array{}},
                                        {"dev_mode_exact", false},
                                        {"directory", (root() / "out").string()},
                                        {"exclude", Json::Array{"*.py[cdo]", "/dist"}},
                                        {"force_include", Json::Object{{(root() / "x.txt").string(), "y"}}},
                                        {"ignore_vcs", false},
                                        {"include", Json::Array{"/src/demo/"}},
                                        {"only_include", Json::Array{"src/demo"}},
                                        {"only_packages", false},
                                        {"packages", Json::Array{"src/demo"}},
                                        {"reproducible", true},
                                        {"skip_excluded_dirs", false},
                                        {"sources", Json::Object{{"src/", ""}}}}))
      << Json(config).to_string();
}

TEST_F(SelectionTest, TheFilesBeforeAnyHook) {
  write("src/demo/__init__.py");
  auto project = grapnel::workspace::load_build_project(root());
  const auto files = selected_files(project, {project.build, "wheel"});
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].path, root() / "src/demo/__init__.py");
  EXPECT_EQ(files[0].relative_path, "src/demo/__init__.py");
  EXPECT_EQ(files[0].distribution_path, "demo/__init__.py");
  fs::remove_all(root() / "src");
  EXPECT_THAT(selected_files(project, {project.build, "wheel"}), IsEmpty()) << "hooks may make the package";
}

}  // namespace
