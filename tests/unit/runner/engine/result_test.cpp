// SPDX-License-Identifier: BSD-3-Clause
// The result document, the depfile and the bundle.
#include "hooks_api/base/depfile.hpp"
#include "tests/support/temporary_directory.hpp"
#include <grapnel/result.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <stdexcept>

namespace {

using grapnel::BuildResult;
using hooks::CodeAsset;
using hooks::DataAsset;
using hooks::EncodedAsset;
using hooks::Json;
using testing::HasSubstr;

TEST(ResultDocument, RoundTrips) {
  BuildResult result;
  result.assets = {{"my/type", Json::Object{{"name", "n"}}}};
  result.assets_for_linking["q"] = {{"x/y", std::nullopt}};
  result.dependencies = {"/p q/ä#.c", "/p/dir/"};
  result.outcome.outcome_class = grapnel::OutcomeClass::infra_failure;
  result.outcome.exit_code = 2;
  result.outcome.reason = "why";

  const Json document = to_json(result);
  EXPECT_EQ(document.find("dependencies")->to_string(), R"(["file:///p%20q/%C3%A4%23.c","file:///p/dir/"])");
  const BuildResult again = grapnel::build_result_from_json(document.to_string());
  EXPECT_EQ(again.assets, result.assets);
  EXPECT_EQ(again.assets_for_linking, result.assets_for_linking);
  EXPECT_EQ(again.dependencies, result.dependencies);
  EXPECT_EQ(again.outcome.outcome_class, result.outcome.outcome_class);
  EXPECT_EQ(again.outcome.reason, "why");
}

TEST(ResultDocument, PathsOfWindowsAreUrisToo) {
  grapnel::BuildResult result;
  result.dependencies = {R"(C:\foo bar\)", "/c/x"};
  const hooks::Json document = to_json(result);
  EXPECT_EQ(document.find("dependencies")->to_string(), R"(["file:///c/x","file:///C:/foo%20bar/"])");
  EXPECT_EQ(grapnel::build_result_from_json(document.to_string()).dependencies, result.dependencies);
}

TEST(ResultDocument, DartsHasNoOutcomeAndIsASuccess) {
  const BuildResult result = grapnel::build_result_from_json(
      R"({"encodedAssets":[{"type":"a/b"}],"encodedAssetsForLinking":{},"dependencies":["file:///a"]})");
  EXPECT_TRUE(result.outcome.success());
  EXPECT_EQ(result.assets.size(), 1U);
}

TEST(ResultDocument, SaysAllThatIsWrong) {
  try {
    (void)grapnel::build_result_from_json(
        R"({"encodedAssets":[{}],"dependencies":["http://x/"],"outcome":{"class":1}})");
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), HasSubstr("encodedAssets.0.type: missing"));
    EXPECT_THAT(error.what(), HasSubstr("dependencies.0: found 'http://x/'; expected a file URI"));
    EXPECT_THAT(error.what(), HasSubstr("outcome.class: found an integer"));
    EXPECT_THAT(error.what(), HasSubstr("outcome.exit_code: missing"));
  }
  EXPECT_THROW((void)grapnel::build_result_from_json("[]"), std::invalid_argument);
  EXPECT_THROW((void)grapnel::build_result_from_json("{"), std::invalid_argument);
}

TEST(Depfile, EscapesForMake) {
  const tests::TemporaryDirectory dir;
  grapnel::write_depfile(dir / "d", "/out put:/a$b", {"/x y", "/h#h", "/d:d/", "/line\nfeed", "/plain"});
  EXPECT_EQ(tests::read_text(dir / "d"), "/out\\ put\\:/a$$b: \\\n  /x\\ y \\\n  /h\\#h \\\n  /d\\:d/ \\\n  /plain\n");

  const std::vector<std::filesystem::path> odd = {"/a\\ b", "/a\\\\ b", "/a\\b",   "/a\\#",  "/$a",
                                                  "/a:b",   "/a:",      "/a: b:/", "/a\\:b", "/a\\\\:"};
  grapnel::write_depfile(dir / "d", "/t", odd);
  EXPECT_EQ(hooks::base::depfile_prerequisites(tests::read_text(dir / "d")),
            std::vector<std::string>(odd.begin(), odd.end()));
}

class Bundle : public testing::Test {
 protected:
  EncodedAsset library(const std::string& file) {
    return CodeAsset{"p", file, hooks::DynamicLoadingBundle{}, dir_.write(file, "lib " + file)}.encode();
  }
  EncodedAsset data(const std::string& name) { return DataAsset{"p", name, dir_.write("data.txt", "data")}.encode(); }
  tests::TemporaryDirectory dir_;
  std::filesystem::path bundle_ = dir_ / "bündle/deep";
};

TEST_F(Bundle, HoldsFilesAndTheirIndex) {
  const EncodedAsset executable = library("liba.so");
  std::filesystem::permissions(dir_ / "liba.so", std::filesystem::perms::owner_all);
  grapnel::write_bundle(bundle_, {executable,
                                  data("sub/dir/n.txt"),
                                  CodeAsset{"p", "z", hooks::DynamicLoadingSystem{"libz.so.1"}, std::nullopt}.encode(),
                                  {"other/type", std::nullopt}});
  EXPECT_EQ(Json::parse(tests::read_text(bundle_ / "assets.json")),
            Json::parse(R"({"package:p/liba.so":"liba.so","package:p/sub/dir/n.txt":"p/sub/dir/n.txt"})"));
  EXPECT_EQ(tests::read_text(bundle_ / "liba.so"), "lib liba.so");
  EXPECT_EQ(tests::read_text(bundle_ / "p/sub/dir/n.txt"), "data");
  struct stat status {};
  ASSERT_EQ(::stat((bundle_ / "liba.so").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST_F(Bundle, ANameMayBecomeADirectoryAndBack) {
  grapnel::write_bundle(bundle_, {data("a")});
  grapnel::write_bundle(bundle_, {data("a/b")});
  EXPECT_EQ(tests::read_text(bundle_ / "p/a/b"), "data");
  grapnel::write_bundle(bundle_, {data("a")});
  EXPECT_EQ(tests::read_text(bundle_ / "p/a"), "data");
}

TEST_F(Bundle, TwoAssetsNeedTwoPlaces) {
  EXPECT_THROW(grapnel::write_bundle(bundle_, {data("a"), data("a/b")}), std::invalid_argument);
  EXPECT_THROW(grapnel::write_bundle(bundle_, {DataAsset{"p", "n", dir_.write("1", "one")}.encode(),
                                               DataAsset{"p", "n", dir_.write("2", "two")}.encode()}),
               std::invalid_argument);
}

TEST_F(Bundle, DropsWhatIsNoAssetAnyMoreAndNothingElse) {
  grapnel::write_bundle(bundle_, {library("liba.so"), library("libb.so")});
  dir_.write("bündle/deep/mine.txt", "the user's own");
  grapnel::write_bundle(bundle_, {library("libb.so")});
  EXPECT_FALSE(std::filesystem::exists(bundle_ / "liba.so"));
  EXPECT_TRUE(std::filesystem::exists(bundle_ / "libb.so"));
  EXPECT_TRUE(std::filesystem::exists(bundle_ / "mine.txt"));
}

TEST_F(Bundle, NamesStayInside) {
  for (const std::string name : {"../../etc/x", "a/../../x", "/abs", "a//../x", ".", ""}) {
    EXPECT_THROW(grapnel::write_bundle(bundle_, {data(name)}), std::invalid_argument) << name;
  }
  EXPECT_THROW(grapnel::write_bundle(bundle_, {library("assets.json")}), std::invalid_argument);
  EXPECT_THROW(grapnel::write_bundle(
                   bundle_, {library("x/libc.so"),
                             CodeAsset{"q", "c", hooks::DynamicLoadingBundle{}, dir_.write("y/libc.so", "")}.encode()}),
               std::invalid_argument);
}

TEST_F(Bundle, AMissingFileLeavesTheOldBundle) {
  grapnel::write_bundle(bundle_, {library("liba.so")});
  const std::string before = tests::read_text(bundle_ / "assets.json");
  EXPECT_THROW(grapnel::write_bundle(bundle_, {DataAsset{"p", "n", dir_ / "missing"}.encode()}), std::system_error);
  EXPECT_EQ(tests::read_text(bundle_ / "assets.json"), before);
  EXPECT_TRUE(std::filesystem::exists(bundle_ / "liba.so"));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(bundle_)) {
    EXPECT_THAT(entry.path().filename().string(), testing::Not(HasSubstr(".tmp"))) << entry.path();
  }
}

}  // namespace
