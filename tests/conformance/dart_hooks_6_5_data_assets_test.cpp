// SPDX-License-Identifier: BSD-3-Clause
// spec: dart-hooks, section 6.5: data assets, but for D18, where we do better.
#include "hooks_api/protocol/validate.hpp"
#include "hooks_api/protocol/validate_document.hpp"
#include "tests/conformance/dart_hooks_documents.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

namespace {

using hooks::DataAsset;
using hooks::EncodedAsset;
using hooks::HookConfig;
using hooks::HookOutput;
using hooks::Json;
using hooks::protocol::Faults;
using hooks::protocol::HookKind;
using hooks::protocol::validate_output_assets;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::FaultAt;

constexpr std::initializer_list<HookKind> kBothKinds{HookKind::build, HookKind::link};

class DartHooks65 : public testing::Test {
 protected:
  EncodedAsset data(const std::string& name, const std::string& file, const std::string& package = "p") {
    return DataAsset{package, name, dir_.write(file, "data")}.encode();
  }
  EncodedAsset missing(const std::string& name) { return DataAsset{"p", name, dir_ / "missing"}.encode(); }
  // Data assets are judged also where the application does not ask for them.
  static Faults check(const HookOutput& output, HookKind kind) {
    return validate_output_assets(output, kind, {{}, {}, true, std::nullopt}, "p").errors;
  }
  Faults check_input(HookKind kind, const Json& assets, const Json& from_linking = Json::Array{}) {
    Json document =
        Json::Object{{"config", Json::Object{{"build_asset_types", Json::Array{}}, {"linking_enabled", true}}},
                     {"out_dir_shared", dir_.path().string() + "/"},
                     {"out_file", "/o.json"},
                     {"package_name", "p"},
                     {"package_root", dir_.path().string() + "/"},
                     {"assets", assets},
                     {"assets_from_linking", from_linking}};
    return tests::check_input(document, kind);
  }
  tests::TemporaryDirectory dir_;
};

Json encoded(const EncodedAsset& asset) {
  Json::Object object{{"type", asset.type}};
  if (asset.encoding) object["encoding"] = *asset.encoding;
  return object;
}

TEST_F(DartHooks65, InputsOfABuildHook) {
  EXPECT_THAT(check_input(HookKind::build, Json::Object{{"q", Json::Array{encoded(data("n", "n.txt", "q"))}}}),
              IsEmpty());
  EXPECT_THAT(check_input(HookKind::build, Json::Object{{"q", Json::Array{encoded(missing("n"))}}}),
              ElementsAre(FaultAt("assets.q.0.encoding.file", "does not exist")));
  EXPECT_THAT(
      check_input(HookKind::build, Json::Object{{"q", Json::Array{Json::Object{{"type", "data_assets/data"}}}}}),
      ElementsAre(FaultAt("assets.q.0.encoding", "missing")));
}

TEST_F(DartHooks65, InputsOfALinkHookAreItsAssetsAlone) {
  EXPECT_THAT(check_input(HookKind::link, Json::Array{encoded(missing("n"))}),
              ElementsAre(FaultAt("assets.0.encoding.file", "does not exist")));
  EXPECT_THAT(check_input(HookKind::link, Json::Array{},
                          Json::Array{encoded(missing("n")), Json::Object{{"type", "data_assets/data"}}}),
              IsEmpty());
}

TEST_F(DartHooks65, ABuildHooksAssetsAreOneSet) {
  HookOutput output;
  output.assets = {data("n", "1")};
  output.assets_for_build = {data("n", "2"), missing("a")};
  output.assets_for_linking["q"] = {data("n", "3"), missing("b")};
  EXPECT_THAT(check(output, HookKind::build),
              testing::UnorderedElementsAre(FaultAt("assets_for_build.0.encoding.name", "another data asset"),
                                            FaultAt("assets_for_build.1.encoding.file", "does not exist"),
                                            FaultAt("assets_for_linking.q.0.encoding.name", "another data asset"),
                                            FaultAt("assets_for_linking.q.1.encoding.file", "does not exist")));
}

TEST_F(DartHooks65, OfALinkHookTheBundleAlone) {
  HookOutput output;
  output.assets_for_linking["q"] = {missing("b"), {"data_assets/data", std::nullopt}};
  EXPECT_THAT(check(output, HookKind::link), IsEmpty());
  output.assets = {missing("a")};
  EXPECT_THAT(check(output, HookKind::link), ElementsAre(FaultAt("assets.0.encoding.file", "does not exist")));
}

TEST_F(DartHooks65, TheEncodingIsReadInFull) {
  HookOutput output;
  output.assets = {{"data_assets/data", std::nullopt},
                   {"data_assets/data", Json::Object{{"name", 5}, {"file", "rel"}}}};
  for (const HookKind kind : kBothKinds) {
    EXPECT_THAT(check(output, kind), ElementsAre(FaultAt("assets.0.encoding", "missing; expected an object"),
                                                 FaultAt("assets.1.encoding.package", "missing"),
                                                 FaultAt("assets.1.encoding.name", "found an integer"),
                                                 FaultAt("assets.1.encoding.file", "expected an absolute path")));
  }
}

TEST_F(DartHooks65, ABuildHooksDataIsOfItsPackage) {
  HookOutput output;
  output.assets = {data("n", "1", "other")};
  EXPECT_THAT(check(output, HookKind::build),
              ElementsAre(FaultAt("assets.0.encoding.package", "found 'other'; expected 'p'")));
  EXPECT_THAT(check(output, HookKind::link), IsEmpty());
}

TEST_F(DartHooks65, NamesAreUniqueInAPackage) {
  HookOutput output;
  output.assets = {data("n", "1"), data("n", "2")};
  for (const HookKind kind : kBothKinds) {
    EXPECT_THAT(check(output, kind),
                ElementsAre(FaultAt("assets.1.encoding.name", "'n' is the name of another data asset")));
  }
}

// Dart compares names alone.
TEST_F(DartHooks65, D18DataOfTwoPackagesMayHaveOneName) {
  HookOutput output;
  output.assets = {data("n", "1", "q"), data("n", "2", "r")};
  EXPECT_THAT(check(output, HookKind::link), IsEmpty());
}

// Dart refuses it.
TEST_F(DartHooks65, D18OneAssetMayGoToTheBundleAndToALinkHook) {
  HookOutput output;
  output.assets = {data("n", "1")};
  output.assets_for_linking["q"] = output.assets;
  output.assets_for_build = output.assets;
  EXPECT_THAT(check(output, HookKind::build), IsEmpty());
}

TEST_F(DartHooks65, AFileIsRegular) {
  ASSERT_EQ(::mkfifo((dir_ / "fifo").c_str(), 0600), 0);
  std::filesystem::create_symlink("loop", dir_ / "loop");
  std::filesystem::create_symlink(dir_.write("real", ""), dir_ / "link");
  HookOutput output;
  for (const auto& file :
       {dir_.path(), dir_ / "fifo", std::filesystem::path("/dev/zero"), dir_ / "loop", dir_ / "link"}) {
    output.assets.push_back(DataAsset{"p", file.filename(), file}.encode());
  }
  for (const HookKind kind : kBothKinds) {
    EXPECT_THAT(check(output, kind), ElementsAre(FaultAt("assets.0.encoding.file", "no regular file"),
                                                 FaultAt("assets.1.encoding.file", "no regular file"),
                                                 FaultAt("assets.2.encoding.file", "no regular file"),
                                                 FaultAt("assets.3.encoding.file", "cannot be looked at")));
  }
}

// Over the application, Dart has no rule for data.
// Dart has no rule for the application; two files under one id could not both be delivered.
TEST_F(DartHooks65, AnIdOfTheApplicationHasOneFile) {
  using hooks::protocol::validate_application;
  EXPECT_THAT(validate_application({data("n", "1"), data("m", "2"), data("n", "1")}, std::nullopt), IsEmpty());
  EXPECT_THAT(validate_application({data("n", "1"), data("n", "2")}, std::nullopt),
              ElementsAre(FaultAt("assets.1.encoding.name", "'n' is the name of another data asset of package")));
}

TEST_F(DartHooks65, CheckFilesJudgesTheSameLists) {
  const Json list = Json::Array{encoded(missing("a"))};
  const Json document = Json::Object{{"timestamp", "t"},
                                     {"assets", list},
                                     {"assets_for_build", list},
                                     {"assets_for_linking", Json::Object{{"q", list}}}};
  EXPECT_THAT(check_output_files(document, HookKind::build),
              testing::UnorderedElementsAre(FaultAt("assets.0.encoding.file", "does not exist"),
                                            FaultAt("assets_for_build.0.encoding.file", "does not exist"),
                                            FaultAt("assets_for_linking.q.0.encoding.file", "does not exist")));
  EXPECT_THAT(check_output_files(document, HookKind::link),
              ElementsAre(FaultAt("assets.0.encoding.file", "does not exist")));
}

}  // namespace
