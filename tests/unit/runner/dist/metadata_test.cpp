// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/metadata.hpp"

#include "runner/base/errors.hpp"
#include "runner/base/file_uri.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::dist {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::string_view kBase = "[project]\nname = \"My.Demo\"\nversion = \"1.0-a1\"\n";

class MetadataTest : public ::testing::Test {
 protected:
  void write(const std::string& name, std::string_view text) {
    const std::filesystem::path file = root() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  /// [project] with a name and a version, and more.
  Metadata read(std::string_view more) {
    write("pyproject.toml", std::string(kBase) + std::string(more));
    return read_all();
  }
  Metadata read_all() { return read_metadata(workspace::load_build_project(root())); }

  std::string refusal(std::string_view more) {
    write("pyproject.toml", std::string(kBase) + std::string(more));
    return refusal_of_all();
  }
  std::string refusal_of_all() {
    try {
      return "accepted as " + read_all().name;
    } catch (const ProjectError& error) {
      return error.what();
    }
  }
  [[nodiscard]] std::filesystem::path root() const { return directory_.path(); }

 private:
  tests::TemporaryDirectory directory_;
};

TEST_F(MetadataTest, HasItsNamesAndVersionInTheirForms) {
  const Metadata metadata = read("");
  EXPECT_EQ(metadata.name, "My.Demo");
  EXPECT_EQ(metadata.normal_name, "my-demo");
  EXPECT_EQ(metadata.file_name, "my_demo");
  EXPECT_EQ(metadata.version, "1.0a1");
  EXPECT_EQ(core_metadata(metadata, kCoreMetadataVersion, {}),
            "Metadata-Version: 2.4\nName: My.Demo\nVersion: 1.0a1\n");
  EXPECT_EQ(entry_points_text(metadata), "");
  EXPECT_EQ(python_tag(metadata), "py2.py3");
}

TEST_F(MetadataTest, WritesTheFieldsInHatchlingsOrder) {
  write("README.md", "# Hello\n");
  write("LICENSE", "");
  const Metadata metadata = read(R"(
description = """One
line."""
readme = "README.md"
requires-python = ">=3.8"
license = "mit"
authors = [{name = "A"}, {name = "B", email = "b@example.com"}]
keywords = ["k"]
classifiers = ["Topic :: Utilities"]
dependencies = ["b", "a"]
[project.urls]
Home = "https://example.com"
[project.optional-dependencies]
x = ["c; os_name == 'nt'"]
)");
  EXPECT_EQ(
      core_metadata(metadata, "2.4", {"more>=1"}),
      "Metadata-Version: 2.4\nName: My.Demo\nVersion: 1.0a1\nSummary: One line.\n"
      "Project-URL: Home, https://example.com\nAuthor: A\nAuthor-email: B <b@example.com>\n"
      "License-Expression: MIT\nLicense-File: LICENSE\nKeywords: k\nClassifier: Topic :: Utilities\n"
      "Requires-Python: >=3.8\nRequires-Dist: a\nRequires-Dist: b\nRequires-Dist: more>=1\nProvides-Extra: x\n"
      "Requires-Dist: c; (os_name == 'nt') and extra == 'x'\nDescription-Content-Type: text/markdown\n\n# Hello\n");
  EXPECT_THAT(core_metadata(metadata, "2.3", {}), AllOf(HasSubstr("\nLicense: MIT\n"), Not(HasSubstr("License-File"))));
  EXPECT_THAT(core_metadata(metadata, "1.2", {}), Not(HasSubstr("Provides-Extra")));
  EXPECT_EQ(python_tag(metadata), "py3");
  EXPECT_THAT(metadata.files, ElementsAre(root() / "README.md", root() / "LICENSE"));
}

TEST_F(MetadataTest, KnowsItsVersionsOfCoreMetadata) {
  const Metadata metadata = read("");
  EXPECT_THROW(static_cast<void>(core_metadata(metadata, "2.0", {})), ProjectError);
  EXPECT_THROW(static_cast<void>(core_metadata(metadata, "2.4", {"a\nEvil: b"})), ProjectError);
  EXPECT_TRUE(is_core_metadata_version("2.2"));
  EXPECT_FALSE(is_core_metadata_version("2"));
}

TEST_F(MetadataTest, WritesEntryPoints) {
  const Metadata metadata = read(R"(
[project.scripts]
b = "x:b"
a = "x:a"
[project.gui-scripts]
g = "x:g"
[project.entry-points.z]
n = "x"
)");
  EXPECT_EQ(entry_points_text(metadata),
            "[console_scripts]\na = x:a\nb = x:b\n\n[gui_scripts]\ng = x:g\n\n[z]\nn = x\n");
}

TEST_F(MetadataTest, HasFeaturesThatTakeInOthers) {
  const Metadata metadata = read(R"(
dependencies = ["dep"]
[project.optional-dependencies]
All_Of = ["my_demo[docs,te.st]", "z"]
docs = ["sphinx"]
te-st = ["my.demo[docs]", "pytest"]
)");
  EXPECT_THAT(runtime_dependencies(metadata), ElementsAre("dep"));
  EXPECT_THAT(feature_dependencies(metadata, "all-of"), ElementsAre("pytest", "sphinx", "z"));
  EXPECT_THAT(feature_dependencies(metadata, "TE_st"), ElementsAre("pytest", "sphinx"));
  EXPECT_THROW(static_cast<void>(feature_dependencies(metadata, "foo_bar")), ProjectError);

  EXPECT_THAT(refusal("[project.optional-dependencies]\na = [\"my-demo[b]\"]\nb = [\"my-demo[a]\"]\n"),
              HasSubstr("project.optional-dependencies.a: takes in itself"));
  EXPECT_THAT(refusal("[project.optional-dependencies]\na = [\"my-demo[a]\"]\n"), HasSubstr("takes in itself"));
  EXPECT_THAT(refusal("[project.optional-dependencies]\na = [\"my-demo[b]\"]\n"),
              HasSubstr("takes in the feature 'b', which is not defined"));
  EXPECT_THAT(refusal("[project.optional-dependencies]\na_b = []\nA-b = []\n-c = []\n"),
              AllOf(HasSubstr("is the same feature as 'a_b'"), HasSubstr("found the feature '-c'")));
}

TEST_F(MetadataTest, TellsAllFaultsAtOnce) {
  const std::string message = refusal(R"(
description = 7
readme = "README"
requires-python = "3"
license = "Nope"
authors = [{name = "a"}, {}, 3, {email = "nobody"}]
keywords = ["a", ""]
classifiers = "x"
dependencies = ["a", "b b", 1, "c @ https://example.com"]
[project.urls]
a = 1
[project.scripts]
a = "b\nevil = c"
[project.entry-points]
console_scripts = {a = "b"}
)");
  EXPECT_THAT(message, StartsWith("'" + (root() / "pyproject.toml").string() + "' does not describe a project:\n- "));
  EXPECT_THAT(message, HasSubstr("- project.description: found an integer; expected a string\n"));
  EXPECT_THAT(message, HasSubstr("- project.readme: found 'README'; expected a file that ends in"));
  EXPECT_THAT(message, HasSubstr("- project.requires-python: '3' is no version specifier of PEP 440\n"));
  EXPECT_THAT(message, HasSubstr("- project.license: 'Nope' is no license of SPDX's list"));
  EXPECT_THAT(message, HasSubstr("- project.authors.1: found neither 'name' nor 'email'"));
  EXPECT_THAT(message, HasSubstr("- project.authors.2: found an integer; expected a table\n"));
  EXPECT_THAT(message, HasSubstr("- project.authors.3.email: found 'nobody'; expected an address"));
  EXPECT_THAT(message, HasSubstr("- project.keywords.1: found an empty string"));
  EXPECT_THAT(message, HasSubstr("- project.classifiers: found a string; expected a list\n"));
  EXPECT_THAT(message, HasSubstr("- project.dependencies.1: found 'b b': found 'b'; expected a version specifier"));
  EXPECT_THAT(message, HasSubstr("- project.dependencies.2: found an integer; expected a string\n"));
  EXPECT_THAT(message, HasSubstr("- project.dependencies.3: found 'c @ https://example.com', a direct reference"));
  EXPECT_THAT(message, HasSubstr("- project.urls.a: found an integer; expected a string\n"));
  EXPECT_THAT(message, HasSubstr("- project.scripts.a: found 'b\\nevil = c'; expected one line"));
  EXPECT_THAT(message, HasSubstr("- project.entry-points.console_scripts: belongs in project.scripts"));
}

TEST_F(MetadataTest, RefusesWhatWouldForgeHeaders) {
  for (const char* more :
       {"description = \"a\\u0000\"", "description = \"a\\u0085b\\u0007\"", "keywords = [\"a\\nB: c\"]",
        "urls = {\"a\\nB\" = \"c\"}", "urls = {a = \"b\\r\\nC: d\"}", "authors = [{name = \"a\\nb\"}]",
        "classifiers = [\"a\\u2028b\"]", "dependencies = [\"a\\nB: c\"]", "entry-points = {\"a]\\n[b\" = {c = \"d\"}}",
        "requires-python = \">=3\\n\\u0001\""}) {
    EXPECT_THAT(refusal(more), HasSubstr("does not describe a project")) << more;
  }
}

TEST_F(MetadataTest, ReadsNoFileOutsideTheProject) {
  for (const char* path : {"../README.md", "/etc/hostname.md", "a/../../b.md", ""}) {
    EXPECT_THAT(refusal("readme = {content-type = \"text/plain\", file = \"" + std::string(path) + "\"}"),
                HasSubstr("expected a file below the project's directory"))
        << path;
  }
  EXPECT_THAT(refusal("readme = \"no.md\""), HasSubstr("the file 'no.md' does not exist"));
  EXPECT_THAT(refusal("license-files = [\"../*\", \"/a\", \"a\\\\\\\\b\", \"\"]"),
              AllOf(HasSubstr("project.license-files.0"), HasSubstr("project.license-files.1"),
                    HasSubstr("project.license-files.2"), HasSubstr("project.license-files.3")));
  write("bad.md", "\xff");
  EXPECT_THAT(refusal("readme = \"bad.md\""), HasSubstr("is no UTF-8"));
  write("large.md", std::string(kMaxReadmeBytes + 1, 'x'));
  EXPECT_THAT(refusal("readme = \"large.md\""), HasSubstr("project.readme: "));
  std::filesystem::create_directory(root() / "directory.md");
  EXPECT_THAT(refusal("readme = \"directory.md\""), HasSubstr("project.readme: "));
}

TEST_F(MetadataTest, FindsLicenseFilesByPatterns) {
  for (const char* name : {"LICENSE", "licenses/a.txt", "licenses/deep/b.txt", ".hidden/c.txt", "x.txt"})
    write(name, "");
  EXPECT_THAT(read("").license_files, ElementsAre("LICENSE"));
  EXPECT_THAT(read("license-files = [\"**/*.txt\", \"x.txt\"]").license_files,
              ElementsAre("licenses/a.txt", "licenses/deep/b.txt", "x.txt"));
  EXPECT_THAT(read("license-files = [\"licenses/**\"]").license_files,
              ElementsAre("licenses/a.txt", "licenses/deep/b.txt"));
  EXPECT_THAT(read("license-files = []").license_files, ElementsAre());
  EXPECT_THAT(read("license-files = {paths = [\"./licenses/a.txt\"]}").license_files, ElementsAre("licenses/a.txt"));
  EXPECT_THAT(refusal("license-files = {paths = [\"no\"], globs = []}"), HasSubstr("found both"));
  EXPECT_THAT(refusal("license-files = {paths = [\"no\"]}"), HasSubstr("project.license-files.paths.0"));
}

TEST_F(MetadataTest, FindsAVersionThatIsDynamic) {
  write("demo.py", "x = 1\n__version__ = 'v1.0-rc1'\n");
  const auto version = [&](std::string_view hatch) {
    write("pyproject.toml", "[project]\nname = 'demo'\ndynamic = ['version']\n" + std::string(hatch));
    try {
      return read_all().version;
    } catch (const ProjectError& error) {
      return std::string(error.what());
    }
  };
  EXPECT_EQ(version("[tool.hatch.version]\npath = 'demo.py'"), "1.0rc1");
  EXPECT_EQ(version("[tool.hatch.version]\npath = 'demo.py'\npattern = true"), "1.0rc1");
  EXPECT_EQ(version("[tool.hatch.version]\npath = 'demo.py'\npattern = 'x = (?P<version>.)'"), "1");
  EXPECT_THAT(
      version("[tool.hatch.version]\npath = 'demo.py'\npattern = 'nothing(?P<version>.)'"),
      HasSubstr("tool.hatch.version.pattern: the pattern 'nothing(?P<version>.)' matches nothing in 'demo.py'"));
  EXPECT_THAT(version("[tool.hatch.version]\npath = 'demo.py'\npattern = 'x'"),
              HasSubstr("has no group named 'version'"));
  EXPECT_THAT(version("[tool.hatch.version]\npath = 'demo.py'\npattern = '('"), HasSubstr("the pattern missing"));
  EXPECT_THAT(version("[tool.hatch.version]\npath = 'demo.py'\npattern = '(?P<version>import|x)'"),
              HasSubstr("'x' is no version of PEP 440, found in 'demo.py'"));
  EXPECT_THAT(version("[tool.hatch.version]\npath = 'no.py'"), HasSubstr("the file 'no.py' does not exist"));
  EXPECT_THAT(version("[tool.hatch.version]\n"), HasSubstr("tool.hatch.version.path: missing"));
  EXPECT_THAT(version(""), HasSubstr("tool.hatch.version: missing"));
  EXPECT_THAT(version("[tool.hatch.version]\nsource = 'vcs'"), HasSubstr("need Hatch's plugins"));

  ::setenv("GRAPNEL_TEST_VERSION", "2.0", 1);
  EXPECT_EQ(version("[tool.hatch.version]\nsource = 'env'\nvariable = 'GRAPNEL_TEST_VERSION'"), "2.0");
  ::unsetenv("GRAPNEL_TEST_VERSION");
  EXPECT_THAT(version("[tool.hatch.version]\nsource = 'env'\nvariable = 'GRAPNEL_TEST_VERSION'"),
              HasSubstr("the environment variable 'GRAPNEL_TEST_VERSION' is not set"));
}

TEST_F(MetadataTest, RefusesWhatNeedsPluginsOfHatch) {
  EXPECT_THAT(refusal("dynamic = ['readme']"),
              AllOf(HasSubstr("project.dynamic.0"), HasSubstr("need Hatch's plugins")));
  EXPECT_THAT(refusal("dynamic = ['version']"), HasSubstr("found 'version', which project.version gives too"));
  EXPECT_THAT(refusal("[tool.hatch.metadata.hooks.custom]\n"),
              AllOf(HasSubstr("tool.hatch.metadata.hooks"), HasSubstr("need Hatch's plugins")));
  write("pyproject.toml", "[project]\nname = 'demo'\n");
  EXPECT_THAT(refusal_of_all(), HasSubstr("project.version: missing"));
}

TEST_F(MetadataTest, MayBeOfAProjectWithoutPyprojectToml) {
  write("COPYING", "");
  write("grapnel.toml", "[build]\nname = \"demo\"\nversion = \"1.0.0-beta\"\n");
  const Metadata metadata = read_all();
  EXPECT_EQ(metadata.name, "demo");
  EXPECT_EQ(metadata.version, "1.0.0b0");
  EXPECT_THAT(metadata.license_files, ElementsAre("COPYING"));

  write("grapnel.toml", "[build]\nname = \"-\"\n");
  EXPECT_THAT(refusal_of_all(), AllOf(HasSubstr("build.name: found '-'"), HasSubstr("build.version: missing")));
  write("grapnel.toml", "[build]\n");
  EXPECT_THAT(refusal_of_all(), HasSubstr("has no name and version"));
  write("grapnel.toml", "[build]\nname = \"demo\"\n");
  EXPECT_THAT(refusal(""), HasSubstr("build.name: is for projects without pyproject.toml's [project]"));
}

TEST_F(MetadataTest, FillsFieldsWithinDependencies) {
  const Metadata metadata = read(R"(
dependencies = ["a @ {root:parent:uri}/a", "b @ {env:NO_SUCH_VARIABLE:{root:uri}}"]
[tool.hatch.metadata]
allow-direct-references = true
)");
  EXPECT_THAT(runtime_dependencies(metadata),
              ElementsAre("a@ " + file_uri(root().parent_path()) + "/a", "b@ " + file_uri(root())));
  EXPECT_THAT(refusal("dependencies = [\"a{b}\", \"{env:NO_SUCH_VARIABLE}\", \"{root\", \"}\", \"{root:x}\"]"),
              AllOf(HasSubstr("found the field {b}"), HasSubstr("is not set"), HasSubstr("without its '}'"),
                    HasSubstr("without its '{'"), HasSubstr("'x' is no modifier of a path")));
}

TEST_F(MetadataTest, IsJsonForHooks) {
  const Metadata metadata = read(R"(
authors = [{name = "a"}]
dependencies = ["B"]
[project.entry-points.g]
e = "m:o"
)");
  const hooks::Json json = metadata_to_json(metadata);
  EXPECT_EQ(*json.find("name")->as_string(), "My.Demo");
  EXPECT_EQ(json.find("dependencies")->to_string(), R"(["b"])");
  EXPECT_EQ(json.find("authors")->to_string(), R"([{"email":"","name":"a"}])");
  EXPECT_EQ(json.find("entry_points")->to_string(), R"({"g":{"e":"m:o"}})");
  EXPECT_TRUE(json.find("readme")->is_null());
}

}  // namespace
}  // namespace grapnel::dist
