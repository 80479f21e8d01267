// SPDX-License-Identifier: BSD-3-Clause
// Spec: hatch-build-hooks, section 7.5, by its numbers: what is shipped, and where.
#include "hooks_api/base/spawn.hpp"
#include "runner/base/errors.hpp"
#include "runner/dist/metadata.hpp"
#include "runner/dist/sdist.hpp"
#include "runner/dist/wheel.hpp"
#include "runner/workspace/build_project.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace {

using grapnel::ProjectError;
using grapnel::dist::Built;
using grapnel::dist::DistRequest;
using hooks::Json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::ThrowsMessage;
using ::testing::UnorderedElementsAre;
namespace fs = std::filesystem;

constexpr const char* kReadArchive = R"(
import sys, tarfile, zipfile
file, member = sys.argv[1:]
if file.endswith('.whl'):
    with zipfile.ZipFile(file) as archive:
        if member:
            sys.stdout.buffer.write(archive.read(member))
        else:
            for info in archive.infolist():
                print(info.filename)
else:
    with tarfile.open(file) as archive:
        if member:
            sys.stdout.buffer.write(archive.extractfile(member).read())
        else:
            for name in archive.getnames():
                print(name)
)";

std::string read_archive(const fs::path& file, const std::string& member) {
  auto result = hooks::base::run_tool({.executable = "/usr/bin/python3",
                                       .arguments = {"python3", "-c", kReadArchive, file.string(), member},
                                       .environment = {"PYTHONUTF8=1"},
                                       .working_directory = {}});
  EXPECT_TRUE(result && result->exit_code == 0) << (result ? result->output : result.error().message);
  return result ? result->output : std::string();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string name_of_hook(std::string_view field, std::string_view key) {
  return field == "dependencies" || key.empty() ? "hook 'one'" : "hook 'codegen'";
}

// A project below a directory of its own, so that it has neighbours.
class HatchFiles : public ::testing::Test {
 protected:
  HatchFiles() { write_project(""); }

  void write(const std::string& file, std::string_view text = "") const { directory_.write("project/" + file, text); }
  void write_outside(const std::string& file, std::string_view text = "") const { directory_.write(file, text); }

  void write_project(const std::string& tables, const std::string& more_metadata = "") const {
    write("pyproject.toml", "[project]\nname = 'my-app'\nversion = '1.0'\n" + more_metadata + "\n" + tables);
  }
  void write_wheel_options(const std::string& options) const {
    write_project("[tool.hatch.build.targets.wheel]\n" + options);
  }

  [[nodiscard]] fs::path root() const { return directory_ / "project"; }
  [[nodiscard]] fs::path dist() const { return directory_ / "out"; }

  Built build(const std::string& target, const Json& build_data = Json::Object(),
              const std::function<void(DistRequest&)>& change = {}) const {
    const auto project = grapnel::workspace::load_build_project(root());
    const auto metadata = grapnel::dist::read_metadata(project);
    fs::create_directories(dist());
    DistRequest request{.project = project,
                        .metadata = metadata,
                        .options = {project.build, target},
                        .build_data = *build_data.as_object(),
                        .origin = name_of_hook,
                        .directory = dist()};
    if (change) change(request);
    return target == "wheel" ? grapnel::dist::build_wheel(request) : grapnel::dist::build_sdist(request);
  }

  // The files of a wheel but for its metadata.
  std::vector<std::string> wheel(const Json& build_data = Json::Object(),
                                 const std::function<void(DistRequest&)>& change = {}) const {
    std::vector<std::string> names = lines_of(read_archive(build("wheel", build_data, change).artifact, ""));
    std::erase_if(names, [](const std::string& name) { return name.starts_with("my_app-1.0.dist-info/"); });
    return names;
  }

  std::vector<std::string> sdist(const Json& build_data = Json::Object(),
                                 const std::function<void(DistRequest&)>& change = {}) const {
    std::vector<std::string> names = lines_of(read_archive(build("sdist", build_data, change).artifact, ""));
    for (std::string& name : names) {
      EXPECT_THAT(name, StartsWith("my_app-1.0/"));
      name.erase(0, 11);
    }
    return names;
  }

  std::string in_wheel(const std::string& member, const Json& build_data = Json::Object(),
                       const std::function<void(DistRequest&)>& change = {}) const {
    return read_archive(build("wheel", build_data, change).artifact, member);
  }

  // What is wrong, where something has to be.
  std::string fault(const Json& build_data = Json::Object(), const std::string& target = "wheel") const {
    try {
      build(target, build_data);
    } catch (const ProjectError& error) {
      EXPECT_TRUE(fs::is_empty(dist())) << "nothing is left";
      return error.what();
    }
    ADD_FAILURE() << "it was built";
    return {};
  }

  static void editable(DistRequest& request) { request.version = "editable"; }

 private:
  tests::TemporaryDirectory directory_;
};

Json data(const char* text) { return Json::parse(text); }

TEST_F(HatchFiles, Item079_ArtifactsAreShippedThoughIgnored) {
  write(".gitignore", "*.so\n*.h\n");
  write("my_app/__init__.py");
  write("my_app/lib.so");
  write("my_app/lib.h");
  EXPECT_THAT(wheel(data(R"({"artifacts": ["my_app/lib.so"]})")), ElementsAre("my_app/__init__.py", "my_app/lib.so"));
  write_wheel_options("artifacts = ['my_app/lib.so']");
  EXPECT_THAT(wheel(), ElementsAre("my_app/__init__.py", "my_app/lib.so"));
}

TEST_F(HatchFiles, Item080_AnArtifactBeatsExcludeWhichBeatsInclude) {
  write("foo/a.txt");
  write("bar/b.txt");
  write_wheel_options("include = ['foo']\nexclude = ['foo']\nartifacts = ['foo']");
  EXPECT_THAT(wheel(), ElementsAre("foo/a.txt"));
  write_wheel_options("include = ['foo', 'bar']\nexclude = ['foo']");
  EXPECT_THAT(wheel(), ElementsAre("bar/b.txt"));
}

TEST_F(HatchFiles, Item081_ArtifactsAreJudgedAndReplaced) {
  write("my_app/__init__.py");
  write("my_app/a.log");
  write("my_app/b.txt");
  write(".gitignore", "*.log\nb.txt\n");
  write_wheel_options("artifacts = 'x'");
  EXPECT_THAT(fault(), HasSubstr("tool.hatch.build.targets.wheel.artifacts"));
  write_wheel_options("artifacts = [1]");
  EXPECT_THAT(fault(), HasSubstr("#1"));
  write_wheel_options("artifacts = ['x', '']");
  EXPECT_THAT(fault(), HasSubstr("#2"));
  write_project("[tool.hatch.build]\nartifacts = ['*.log']\n[tool.hatch.build.targets.wheel]\nartifacts = ['b.txt']");
  EXPECT_THAT(wheel(), ElementsAre("my_app/__init__.py", "my_app/b.txt"));
  write_project("[tool.hatch.build]\nartifacts = ['*.log']");
  EXPECT_THAT(wheel(), ElementsAre("my_app/__init__.py", "my_app/a.log"));
}

TEST_F(HatchFiles, Item082_ArtifactsAreGitsPatterns) {
  write(".gitignore", "*.so\n");
  write("src/demo/a.so");
  write("src/demo/b.so");
  write("src/demo/sub/a.so");
  write("src/demo/__init__.py");
  write_wheel_options("packages = ['src/demo']");
  EXPECT_THAT(wheel(data(R"({"artifacts": ["*.so", "!b.so"]})")),
              ElementsAre("demo/__init__.py", "demo/a.so", "demo/sub/a.so"));
  EXPECT_THAT(wheel(data(R"({"artifacts": ["/src/demo/a.so"]})")), ElementsAre("demo/__init__.py", "demo/a.so"));
  write_wheel_options("packages = ['src/demo']\nartifacts = ['*.so']");
  EXPECT_THAT(wheel(data(R"({"artifacts": ["!*.so"]})")), Contains("demo/a.so")) << "two sets of patterns";
}

TEST_F(HatchFiles, Item083_ArtifactsWhereNobodyLooksAreNotShipped) {
  write(".gitignore", "*.so\n");
  write("src/demo/__init__.py");
  write("src/lib.so");
  write("src/demo/__pycache__/x.so");
  write("src/demo/.DS_Store");
  write_wheel_options("packages = ['src/demo']");
  EXPECT_THAT(wheel(data(R"({"artifacts": ["*.so", ".DS_Store"]})")), ElementsAre("demo/__init__.py"));
}

TEST_F(HatchFiles, Item084_ForceIncludeIsNormalAndSorted) {
  const std::string outside = root().parent_path();
  write_project(
      "[tool.hatch.build.force-include]\n'../very-nested' = 'target1/embedded'\n'../source1' = '/target2/'\n"
      "'../source2' = '/target1/'\n");
  const auto project = grapnel::workspace::load_build_project(root());
  const auto options =
      grapnel::dist::read_file_options(project, {project.build, "wheel"}, grapnel::dist::WithoutPackage::ships_nothing);
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& each : options.force_include) found.emplace_back(each.source, each.target);
  EXPECT_THAT(found, ElementsAre(std::pair(outside + "/source2", "target1"), std::pair(outside + "/source1", "target2"),
                                 std::pair(outside + "/very-nested", "target1/embedded")));

  write_outside("absolute.txt", "x");
  write_project("[tool.hatch.build.force-include]\n'" + outside + "/absolute.txt' = '/target/'\n");
  EXPECT_THAT(wheel(), ElementsAre("target"));
}

TEST_F(HatchFiles, Item085_AForcedSourceThatIsMissingIsNamed) {
  write("my_app/__init__.py");
  EXPECT_THAT(fault(data(R"({"force_include": {"none.txt": "a.txt"}})")),
              AllOf(HasSubstr("project/none.txt"), HasSubstr("hook 'codegen', force_include 'none.txt'")));
  EXPECT_THAT(fault(data(R"({"force_include": {"none.txt": "a.txt"}})"), "sdist"), HasSubstr("project/none.txt"));
  write_wheel_options("force-include = {'none' = 'a'}");
  EXPECT_THAT(fault(), HasSubstr("tool.hatch.build.targets.wheel.force-include"));
}

TEST_F(HatchFiles, Item086_AForcedFileTakesTheOneOfAForcedDirectory) {
  write_outside("dir/a.txt", "of the directory");
  write_outside("dir/b.txt");
  write_outside("file.txt", "of the file");
  write_wheel_options("force-include = {'../dir' = 'd', '../file.txt' = 'd/a.txt'}");
  EXPECT_THAT(wheel(), ElementsAre("d/b.txt", "d/a.txt"));
  EXPECT_EQ(in_wheel("d/a.txt"), "of the file");
}

TEST_F(HatchFiles, Item087_TheOrderOfWhatIsForced) {
  for (const char* const name : {"foo.txt", "bar.txt", "baz.txt"}) write(name);
  write_outside("external.txt");
  write_wheel_options(
      "include = ['foo.txt', 'bar.txt', 'baz.txt']\nforce-include = {'../external.txt' = 'new/file.txt'}");
  EXPECT_THAT(wheel(data(R"({"force_include": {"bar.txt": "bar.txt"}})")),
              ElementsAre("baz.txt", "foo.txt", "new/file.txt", "bar.txt"));
}

TEST_F(HatchFiles, Item088_TheSameWithSources) {
  for (const char* const name : {"src/foo.txt", "src/bar.txt", "src/baz.txt"}) write(name);
  write_outside("external.txt");
  write_wheel_options(
      "include = ['foo.txt', 'bar.txt', 'baz.txt']\nsources = ['src']\n"
      "force-include = {'../external.txt' = 'src/new/file.txt'}");
  EXPECT_THAT(wheel(data(R"({"force_include": {"src/bar.txt": "src/bar.txt"}})")),
              ElementsAre("baz.txt", "foo.txt", "new/file.txt", "bar.txt"));
}

TEST_F(HatchFiles, Item089_TheOrderOfEverything) {
  for (const char* const name :
       {"README.md", "tox.ini", "setup.cfg", "bar/bar.txt", "src/foo/bar.txt", "src/foo/baz.txt", "src/foo/foo.txt",
        "bar/.git/x.txt", "bar/__pycache__/x.txt", "bar/.DS_Store", "other/x.txt"}) {
    write(name);
  }
  for (const char* const name : {"external1.txt", "external2.txt", "external/external1.txt", "external/external2.txt",
                                 "external/.git/no", "external/.DS_Store", "external/sub/__pycache__/no"}) {
    write_outside(name);
  }
  write_wheel_options(
      "sources = ['src']\ninclude = ['src/foo', 'bar', 'README.md', 'tox.ini']\nexclude = ['**/foo/baz.txt']\n"
      "force-include = {'../external1.txt' = 'nested/target2.txt', '../external2.txt' = 'nested/target1.txt', "
      "'../external' = 'nested'}");
  EXPECT_THAT(wheel(),
              ElementsAre("README.md", "tox.ini", "bar/bar.txt", "foo/bar.txt", "foo/foo.txt", "nested/external1.txt",
                          "nested/external2.txt", "nested/target1.txt", "nested/target2.txt"));
}

TEST_F(HatchFiles, Item090_LinksThatGoRoundAreFollowedOnce) {
  write("my_app/__init__.py");
  write("my_app/a/x.txt");
  fs::create_directory_symlink(root() / "my_app", root() / "my_app/a/round");
  fs::create_directory_symlink(".", root() / "my_app/self");
  EXPECT_THAT(wheel(), ElementsAre("my_app/__init__.py", "my_app/a/x.txt"));
  EXPECT_THAT(wheel(data(R"({"force_include": {"my_app": "forced"}})")),
              AllOf(Contains("forced/a/x.txt"), Not(Contains(HasSubstr("round"))), Not(Contains(HasSubstr("self")))));
}

TEST_F(HatchFiles, Item091_AForcedDirectoryAndArtifacts) {
  write(".gitignore", "*.so\n");
  write("my_app/__init__.py");
  write("my_app/lib.so");
  write_outside("artifacts/test.json");
  EXPECT_THAT(wheel(data(R"({"force_include": {"../artifacts": "my_app"}, "artifacts": ["*.so"]})")),
              ElementsAre("my_app/__init__.py", "my_app/lib.so", "my_app/test.json"));
}

TEST_F(HatchFiles, Item092_FilesFromOutsideReplaceThoseFromInsideAreTwo) {
  write("src/my_app/__init__.py", "packaged");
  write("gen/init.py", "generated");
  write_outside("init.py", "outside");
  for (const char* const target : {"my_app/__init__.py", "src/my_app/__init__.py"}) {
    const Json outside = Json::Object{{"force_include", Json::Object{{"../init.py", target}}}};
    EXPECT_EQ(in_wheel("my_app/__init__.py", outside), "outside");
    EXPECT_THAT(wheel(outside), ElementsAre("my_app/__init__.py"));
  }
  EXPECT_EQ(fs::remove_all(dist()), 2U);
  EXPECT_THAT(fault(data(R"({"force_include": {"gen/init.py": "my_app/__init__.py"}})")),
              AllOf(HasSubstr("'my_app/__init__.py'"), HasSubstr("the project's 'src/my_app/__init__.py'"),
                    HasSubstr("hook 'codegen', force_include 'gen/init.py'")));
}

TEST_F(HatchFiles, Item093_BuildDataWinsForASourceThatTheConfigHasToo) {
  write_outside("a.txt");
  write_wheel_options("force-include = {'../a.txt' = 'of/config.txt'}");
  EXPECT_THAT(wheel(data(R"({"force_include": {"../a.txt": "of/hook.txt"}})")), ElementsAre("of/hook.txt"));
}

TEST_F(HatchFiles, Item094_TwoSourcesForOneTargetAreAnErrorOfEveryTarget) {
  write("my_app/__init__.py");
  write_outside("a.txt");
  write_outside("b.txt");
  const Json twice = data(R"({"force_include": {"../a.txt": "x/t.txt", "../b.txt": "x/t.txt"}})");
  for (const char* const target : {"wheel", "sdist"}) {
    EXPECT_THAT(fault(twice, target), AllOf(HasSubstr("x/t.txt'"), HasSubstr("force_include '../a.txt'"),
                                            HasSubstr("force_include '../b.txt'")))
        << target;
  }
  const auto like_hatch = [](DistRequest& request) { request.like_hatch.duplicates = true; };
  const auto names = sdist(twice, like_hatch);
  EXPECT_EQ(std::count(names.begin(), names.end(), "x/t.txt"), 2);
}

TEST_F(HatchFiles, Item095_AnArtifactThatIsForcedIsShippedOnce) {
  write(".gitignore", "*.so\n");
  write("my_app/__init__.py");
  write("my_app/lib.so");
  EXPECT_THAT(wheel(data(R"({"artifacts": ["*.so"], "force_include": {"my_app/lib.so": "elsewhere/lib.so"}})")),
              ElementsAre("my_app/__init__.py", "elsewhere/lib.so"));
}

TEST_F(HatchFiles, Item096_Tags) {
  write("my_app/__init__.py");
  EXPECT_EQ(build("wheel").tag, "py2.py3-none-any");
  write_project("", "requires-python = '>3'");
  EXPECT_EQ(build("wheel").artifact.filename(), "my_app-1.0-py3-none-any.whl");
  const std::string inferred = build("wheel", data(R"({"infer_tag": true})")).tag;
  EXPECT_THAT(inferred, AllOf(StartsWith("cp3"), HasSubstr("-cp3"), HasSubstr("-linux_")));
  EXPECT_EQ(build("wheel", data(R"({"tag": "foo-bar-baz", "infer_tag": true})")).artifact.filename(),
            "my_app-1.0-foo-bar-baz.whl");
  const std::string text =
      in_wheel("my_app-1.0.dist-info/WHEEL", data(R"({"tag": "py3.py2-none-linux_b.linux_a", "pure_python": false})"));
  EXPECT_THAT(lines_of(text), ElementsAre("Wheel-Version: 1.0", StartsWith("Generator: grapnel "),
                                          "Root-Is-Purelib: false", "Tag: py2-none-linux_a", "Tag: py2-none-linux_b",
                                          "Tag: py3-none-linux_a", "Tag: py3-none-linux_b"));
  fs::remove_all(dist());
  for (const char* const wrong : {"", "py3", "py3-none", "a-b-c-d", "a--c", "a.-b-c", "a/b-c-d", "../x-y-z"}) {
    EXPECT_THAT(fault(Json::Object{{"tag", wrong}}), HasSubstr("this is no tag")) << wrong;
  }
}

TEST_F(HatchFiles, Item097_DependenciesAreAppended) {
  write("my_app/__init__.py");
  write_project("", "dependencies = ['own']");
  const Json more = data(R"({"dependencies": ["other>=1"]})");
  EXPECT_THAT(in_wheel("my_app-1.0.dist-info/METADATA", more),
              HasSubstr("Requires-Dist: own\nRequires-Dist: other>=1\n"));
  EXPECT_THAT(read_archive(build("sdist", more).artifact, "my_app-1.0/PKG-INFO"),
              HasSubstr("Requires-Dist: own\nRequires-Dist: other>=1\n"));
}

TEST_F(HatchFiles, Item098_SharedDataAndScripts) {
  write("my_app/__init__.py");
  write_outside("data/a.txt");
  write_outside("data/nested/b.txt");
  const std::string python = "#!/usr/bin/env python3.11 -u\nprint()\n#!/usr/bin/python\n";
  write_outside("scripts/python", python);
  write_outside("scripts/shell", "#!/bin/sh\npython\n");
  write_outside("scripts/late", "\n#!/usr/bin/python\n");
  const std::string far = "#!/" + std::string(250, 'x') + "/python\n";
  write_outside("scripts/far", far);
  const std::string near = "#!/" + std::string(244, 'x') + "/pypy\n";
  write_outside("scripts/near", near);
  ASSERT_EQ(::chmod((root() / "../scripts/python").c_str(), 0700), 0);
  ASSERT_EQ(::chmod((root() / "../scripts/shell").c_str(), 0600), 0);
  const Json shared = data(R"({"shared_data": {"../data": "/"}, "shared_scripts": {"../scripts": "/"}})");
  const fs::path wheel = build("wheel", shared).artifact;
  const std::string scripts = "my_app-1.0.data/scripts/";
  const auto names = lines_of(read_archive(wheel, ""));
  EXPECT_EQ(std::vector(names.begin(), names.begin() + 8),
            (std::vector<std::string>{"my_app/__init__.py", "my_app-1.0.data/data/a.txt",
                                      "my_app-1.0.data/data/nested/b.txt", scripts + "far", scripts + "late",
                                      scripts + "near", scripts + "python", scripts + "shell"}));
  EXPECT_EQ(read_archive(wheel, scripts + "python"), "#!python -u\nprint()\n#!/usr/bin/python\n");
  EXPECT_EQ(read_archive(wheel, scripts + "shell"), "#!/bin/sh\npython\n");
  EXPECT_EQ(read_archive(wheel, scripts + "late"), "\n#!/usr/bin/python\n");
  EXPECT_EQ(read_archive(wheel, scripts + "far"), far);
  EXPECT_EQ(read_archive(wheel, scripts + "near"), "#!python\n");
  const auto modes = hooks::base::run_tool(
      {.executable = "/usr/bin/python3",
       .arguments = {"python3", "-c",
                     "import sys, zipfile\nfor name in sys.argv[2:]:\n"
                     "    print(oct(zipfile.ZipFile(sys.argv[1]).getinfo(name).external_attr >> 16))",
                     wheel.string(), scripts + "python", scripts + "shell"},
       .environment = {},
       .working_directory = {}});
  ASSERT_TRUE(modes);
  EXPECT_EQ(modes->output, "0o100755\n0o100644\n");
}

TEST_F(HatchFiles, Item098_SharedSourcesAndIgnores) {
  write("my_app/__init__.py");
  write(".gitignore", "*.so\n");
  write("share/lib.so");
  write("share/x.txt");
  const Json shared = data(R"({"shared_data": {"share": "share"}})");
  EXPECT_THAT(wheel(shared), Contains("my_app-1.0.data/data/share/lib.so")) << "a hook knows what it names";
  const auto like_hatch = [](DistRequest& request) {
    request.like_hatch.shared_ignores = true;
    request.like_hatch.missing_sources = true;
  };
  EXPECT_THAT(wheel(shared, like_hatch), ElementsAre("my_app/__init__.py", "my_app-1.0.data/data/share/x.txt"));
  write_wheel_options("shared-data = {'share' = 'share'}");
  EXPECT_THAT(wheel(), Not(Contains("my_app-1.0.data/data/share/lib.so")));
  const Json missing = data(R"({"shared_scripts": {"none": "none"}})");
  EXPECT_NO_THROW(wheel(missing, like_hatch));
  fs::remove_all(dist());
  EXPECT_THAT(fault(missing), AllOf(HasSubstr("project/none"), HasSubstr("hook 'codegen', shared_scripts 'none'")));
}

TEST_F(HatchFiles, Item099_Sboms) {
  write("my_app/__init__.py");
  write("sbom/own.json", "{}");
  write_outside("hook.json", "[]");
  write_wheel_options("sbom-files = ['sbom/own.json']");
  const auto names = lines_of(read_archive(build("wheel", data(R"({"sbom_files": ["../hook.json"]})")).artifact, ""));
  EXPECT_THAT(names,
              AllOf(Contains("my_app-1.0.dist-info/sboms/own.json"), Contains("my_app-1.0.dist-info/sboms/hook.json")));
  fs::remove_all(dist());
  EXPECT_THAT(fault(data(R"({"sbom_files": ["none.json"]})")), AllOf(HasSubstr("none.json"), HasSubstr("sbom_files")));
  write_outside("own.json");
  EXPECT_THAT(fault(data(R"({"sbom_files": ["../own.json"]})")), HasSubstr("sboms/own.json"));
}

TEST_F(HatchFiles, Item100_ExtraMetadata) {
  write("my_app/__init__.py");
  write("meta/foo.txt");
  write("meta/nested/bar.txt");
  const Json extra = data(R"({"extra_metadata": {"meta": "/"}})");
  const auto names = lines_of(read_archive(build("wheel", extra).artifact, ""));
  EXPECT_EQ(
      std::vector(names.end() - 3, names.end()),
      (std::vector<std::string>{"my_app-1.0.dist-info/extra_metadata/foo.txt",
                                "my_app-1.0.dist-info/extra_metadata/nested/bar.txt", "my_app-1.0.dist-info/RECORD"}));
}

TEST_F(HatchFiles, Item101_EditableWheels) {
  write("src/my_app/__init__.py");
  write("src/my_app/__about__.py");
  write_wheel_options("force-include = {'src/my_app/__about__.py' = 'of_config.py'}");
  EXPECT_THAT(wheel(data(R"({"force_include_editable": {"src/my_app/__about__.py": "zfoo.py"},
                             "force_include": {"src/my_app/__init__.py": "no.py"}})"),
                    editable),
              ElementsAre("_my_app.pth", "zfoo.py"));
  EXPECT_THAT(
      wheel(data(R"({"force_include_editable": {}, "force_include": {"src/my_app/__init__.py": "yes.py"}})"), editable),
      ElementsAre("_my_app.pth", "of_config.py", "yes.py"));
  EXPECT_EQ(in_wheel("_my_app.pth", Json::Object(), editable), root() / "src");
  EXPECT_EQ(build("wheel", data(R"({"tag": "a-b-c", "infer_tag": true})"), editable).tag, "py2.py3-none-any");

  write_wheel_options("dev-mode-dirs = ['tools', '.']");
  EXPECT_EQ(in_wheel("_my_app.pth", Json::Object(), editable), root().string() + "\n" + (root() / "tools").string());
  write_wheel_options("packages = ['src/my_app']\nsources = {'src/my_app' = 'other'}");
  EXPECT_THAT([&] { build("wheel", Json::Object(), editable); },
              ThrowsMessage<ProjectError>(HasSubstr("dev-mode-dirs")));
  write_wheel_options("dev-mode-exact = true");
  EXPECT_THAT([&] { build("wheel", Json::Object(), editable); },
              ThrowsMessage<ProjectError>(HasSubstr("tool.hatch.build.targets.wheel.dev-mode-exact")));
}

TEST_F(HatchFiles, Item102_WhatEverySdistHas) {
  write_project("[tool.hatch.build.targets.sdist]\nexclude = ['*']", "readme = 'docs/README.md'");
  for (const char* const name : {"hatch.toml", "hatch_build.py", ".gitignore", "docs/README.md", "LICENSE.txt",
                                 "other.txt", "hook/tables.cpp"}) {
    write(name);
  }
  write("hatch.toml", "");
  EXPECT_THAT(sdist(), UnorderedElementsAre(".gitignore", "LICENSE.txt", "hatch.toml", "hatch_build.py",
                                            "pyproject.toml", "docs/README.md", "PKG-INFO"));
  EXPECT_EQ(sdist().back(), "PKG-INFO");
  const auto more = [&](DistRequest& request) {
    request.more_forced = {root() / "hook/tables.cpp", root() / "../elsewhere.cpp"};
  };
  EXPECT_THAT(sdist(Json::Object(), more), AllOf(Contains("hook/tables.cpp"), Not(Contains(HasSubstr("elsewhere")))));
  const Json renamed = Json::Object{{"force_include", Json::Object{{(root() / "LICENSE.txt").string(), "L"}}}};
  EXPECT_THAT(sdist(renamed), AllOf(Contains("L"), Not(Contains("LICENSE.txt"))));
}

TEST_F(HatchFiles, Item104_AWheelWithoutAPackage) {
  write("hatch_build.py");
  write("lib.so");
  write("share.txt");
  EXPECT_THAT(wheel(data(R"({"artifacts": ["lib.so"]})")), ElementsAre("lib.so"));
  EXPECT_THAT(wheel(data(R"({"force_include": {"lib.so": "x/lib.so"}})")), ElementsAre("x/lib.so"));
  fs::remove_all(dist());
  EXPECT_THAT(fault(), AllOf(HasSubstr("my_app/__init__.py"), HasSubstr("packages = ")));
  EXPECT_THAT(fault(data(R"({"shared_scripts": {"share.txt": "share.txt"}})")), HasSubstr("cannot tell which files"));
  write_wheel_options("bypass-selection = true");
  EXPECT_THAT(wheel(), ElementsAre());
}

// Improvements of section 6.3.

TEST_F(HatchFiles, TargetsStayInsideTheArchive) {
  write("my_app/__init__.py");
  write_outside("a.txt");
  for (const char* const target :
       {"../../evil.txt", "x/../y", "a\\b", "a\0b", "/", ".", "my_app-1.0.dist-info/x", "my_app-1.0.dist-info"}) {
    const std::string text = std::string_view(target) == "a" ? std::string("a\0b", 3) : std::string(target);
    for (const char* const field : {"force_include", "shared_data", "shared_scripts", "extra_metadata"}) {
      const bool is_own = std::string_view(field) == "force_include";
      if (!is_own && text.find("dist-info") != std::string::npos) continue;
      EXPECT_THAT(fault(Json::Object{{field, Json::Object{{"../a.txt", text}}}}),
                  HasSubstr("hook 'codegen', " + std::string(field) + " '../a.txt'"))
          << text;
    }
  }
  const auto like_hatch = [](DistRequest& request) { request.like_hatch.containment = true; };
  EXPECT_THAT(wheel(data(R"({"force_include": {"../a.txt": "../../evil.txt"}})"), like_hatch),
              Contains("../../evil.txt"));
  fs::remove_all(dist());
  write_wheel_options("force-include = {'../a.txt' = '../x'}");
  EXPECT_THAT(fault(), HasSubstr("tool.hatch.build.targets.wheel.force-include '../a.txt'"));
  write_wheel_options("packages = ['my_app']\nsources = {'my_app' = '../x'}");
  EXPECT_THAT(fault(), HasSubstr("outside the archive"));
}

TEST_F(HatchFiles, HooksExcludeWhatIsSelectedAndNeverWhatIsForced) {
  write("my_app/__init__.py");
  write("my_app/a.cpp");
  write("my_app/b.cpp");
  const auto exclude = [](DistRequest& request) { request.exclude = {"*.cpp"}; };
  EXPECT_THAT(wheel(data(R"({"force_include": {"my_app/b.cpp": "src/b.cpp"}, "artifacts": ["a.cpp"]})"), exclude),
              ElementsAre("my_app/__init__.py", "src/b.cpp"));
}

}  // namespace
