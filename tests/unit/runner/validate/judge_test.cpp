// SPDX-License-Identifier: BSD-3-Clause
#include "runner/validate/judge.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grapnel::validate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> texts(const hooks::protocol::Faults& faults) {
  std::vector<std::string> lines;
  for (const hooks::protocol::Fault& fault : faults) lines.push_back(describe(fault));
  return lines;
}

TEST(Judge, WhatNobodyRecognisesIsNoFault) {
  EXPECT_TRUE(judge("{}", {}).unrecognised());
  EXPECT_FALSE(judge("{", {}).unrecognised());
  EXPECT_THAT(texts(judge("{", {}).found.errors), ElementsAre(HasSubstr("line 1, column 2: ")));
  EXPECT_FALSE(judge("{}", {.kind = DocumentKind::result}).unrecognised());
}

TEST(Judge, AGivenKindWinsOverNameAndContents) {
  const Verdict verdict =
      judge(R"({"encodedAssets": []})", {.kind = DocumentKind::link_output, .file = "/a/package_graph.json"});
  EXPECT_EQ(verdict.kind, DocumentKind::link_output);
  EXPECT_THAT(texts(verdict.found.errors), ElementsAre("timestamp: missing; expected a string"));
}

TEST(Judge, APackageThatIsNoFileIsAWarning) {
  const Verdict verdict = judge(
      R"({"configVersion": 2, "packages": [{"name": "a", "rootUri": "http://x/"}, {"name": "b", "rootUri": "../b"}]})",
      {.kind = DocumentKind::package_config, .directory = "/ws/.dart_tool"});
  EXPECT_THAT(verdict.found.errors, IsEmpty());
  EXPECT_THAT(texts(verdict.found.warnings), ElementsAre(HasSubstr("packages.0.rootUri")));
}

TEST(Judge, APackageUriThatLeavesItsPackageIsAnError) {
  const std::string config =
      R"({"configVersion": 2, "packages": [{"name": "a", "rootUri": "../", "packageUri": "../lib/"}]})";
  EXPECT_THAT(
      texts(judge(config, {.kind = DocumentKind::package_config, .directory = "/ws/.dart_tool"}).found.errors),
      ElementsAre(
          "packages.0.packageUri: found '../lib/'; expected a relative URI reference below the package's root"));
}

TEST(Judge, RootsOfPackagesExistOnlyWhereThatIsAsked) {
  const tests::TemporaryDirectory dir;
  std::filesystem::create_directories(dir / "a");
  dir.write("b", "a file");
  const std::string config =
      R"({"configVersion": 2, "packages": [{"name": "a", "rootUri": "a"}, {"name": "b", "rootUri": "b/"}]})";
  const std::string toml =
      "[packages.a]\npath = 'a'\n[packages.b]\npath = 'b'\n[defaults]\ncc = './no-cc'\nld = 'ld'\n";
  EXPECT_THAT(judge(config, {.kind = DocumentKind::package_config, .directory = dir.path()}).found.errors, IsEmpty());
  EXPECT_THAT(judge(toml, {.kind = DocumentKind::grapnel_toml, .directory = dir.path()}).found.errors, IsEmpty());
  EXPECT_THAT(texts(judge(config, {.kind = DocumentKind::package_config, .directory = dir.path(), .check_files = true})
                        .found.errors),
              ElementsAre("packages.1.rootUri: found '" + (dir / "b").string() + "'; there is no such directory"));
  EXPECT_THAT(
      texts(
          judge(toml, {.kind = DocumentKind::grapnel_toml, .directory = dir.path(), .check_files = true}).found.errors),
      ElementsAre("packages.b.path: found '" + (dir / "b").string() + "'; there is no such directory",
                  "defaults.cc: found '" + (dir / "no-cc").string() + "'; there is no such file"));
}

TEST(Judge, FilesOfAResultHaveItsOwnNames) {
  const std::string data =
      R"({"type": "data_assets/data", "encoding": {"package": "p", "name": "n", "file": "/no/file"}})";
  const std::string text = R"({"dependencies": ["file:///no/file"], "encodedAssets": [)" + data +
                           R"(], "encodedAssetsForLinking": {"p": [)" + data + "]}}";
  EXPECT_THAT(judge(text, {}).found.errors, IsEmpty());
  const auto errors = texts(judge(text, {.check_files = true}).found.errors);
  EXPECT_THAT(errors, ElementsAre(HasSubstr("encodedAssets.0.encoding.file: "),
                                  HasSubstr("encodedAssetsForLinking.p.0.encoding.file: ")));
}

TEST(Judge, PackageFilesMayBeLarger) {
  EXPECT_GT(max_bytes(DocumentKind::package_graph), max_bytes(DocumentKind::build_input));
  EXPECT_EQ(max_bytes(std::nullopt), max_bytes(DocumentKind::build_input));
  EXPECT_LT(max_bytes(DocumentKind::grapnel_toml), max_bytes(std::nullopt));
}

}  // namespace
}  // namespace grapnel::validate
