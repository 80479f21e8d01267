// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/validate.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using hooks::CodeAsset;
using hooks::DataAsset;
using hooks::EncodedAsset;
using hooks::HookConfig;
using hooks::HookOutput;
using hooks::Json;
using hooks::LinkModePreference;
using hooks::protocol::Fault;
using hooks::protocol::Faults;
using hooks::protocol::HookKind;
using hooks::protocol::validate_application;
using hooks::protocol::validate_output_assets;
using hooks::protocol::validate_output_base;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

HookConfig config(bool linking_enabled, LinkModePreference preference = LinkModePreference::dynamic) {
  return {{},
          {"code_assets/code", "data_assets/data"},
          linking_enabled,
          hooks::CodeConfig{.target_os = hooks::os::kLinux,
                            .target_architecture = hooks::architecture::kX64,
                            .link_mode_preference = preference}};
}

MATCHER_P2(FaultAt, path, message, "") {
  return arg.path == path && testing::ExplainMatchResult(HasSubstr(message), arg.message, result_listener);
}

class ValidateAssets : public testing::Test {
 protected:
  EncodedAsset library(const std::string& name, const std::string& file, const std::string& package = "p") {
    return CodeAsset{package, name, hooks::DynamicLoadingBundle{}, dir_.write(file, "ELF")}.encode();
  }
  EncodedAsset data(const std::string& name, const std::string& file, const std::string& package = "p") {
    return DataAsset{package, name, dir_.write(file, "data")}.encode();
  }
  Faults check(const HookOutput& output, HookKind kind = HookKind::build,
               LinkModePreference preference = LinkModePreference::dynamic) {
    return validate_output_assets(output, kind, config(true, preference), "p").errors;
  }
  tests::TemporaryDirectory dir_;
};

TEST(ValidateBase, NothingGoesToLinkHooksWithoutLinking) {
  HookOutput output;
  output.assets_for_linking["q"] = {};
  EXPECT_THAT(validate_output_base(output, HookKind::build, config(false)),
              ElementsAre(FaultAt("assets_for_linking", "not enabled")));
  EXPECT_THAT(validate_output_base(output, HookKind::build, config(true)), IsEmpty());
  EXPECT_THAT(validate_output_base(output, HookKind::link, config(false)), IsEmpty());
}

TEST(ValidateBase, TypesAreThoseOfTheApplication) {
  const EncodedAsset odd{"odd/type", std::nullopt};
  HookOutput output;
  output.assets = {odd};
  output.assets_for_build = {odd};  // free
  output.assets_for_linking["q"] = {odd};
  EXPECT_THAT(
      validate_output_base(output, HookKind::build, config(true)),
      ElementsAre(FaultAt("assets.0.type", "'odd/type'"), FaultAt("assets_for_linking.q.0.type", "'odd/type'")));
  EXPECT_THAT(validate_output_base(output, HookKind::link, config(true)),
              ElementsAre(FaultAt("assets.0.type", "'odd/type'")));
}

TEST_F(ValidateAssets, AcceptsWhatIsRight) {
  HookOutput output;
  output.assets = {library("a", "liba.so"), data("d", "d.txt"),
                   CodeAsset{"p", "z", hooks::DynamicLoadingSystem{"libz.so.1"}, std::nullopt}.encode()};
  EXPECT_THAT(check(output), IsEmpty());
}

TEST_F(ValidateAssets, AnEncodingIsReadInFull) {
  HookOutput output;
  output.assets = {{"code_assets/code", Json::Object{{"id", 5}, {"link_mode", Json::Object{{"type", "odd"}}}}},
                   {"code_assets/code", std::nullopt},
                   {"data_assets/data", Json::Object{{"name", "n"}}}};
  EXPECT_THAT(
      check(output),
      ElementsAre(FaultAt("assets.0.encoding.id", "found an integer"),
                  FaultAt("assets.0.encoding.link_mode.type", "found 'odd'"), FaultAt("assets.1.encoding", "missing"),
                  FaultAt("assets.2.encoding.package", "missing"), FaultAt("assets.2.encoding.file", "missing")));
}

TEST_F(ValidateAssets, IdsBelongToThePackageInBuildHooks) {
  HookOutput output;
  output.assets = {library("a", "liba.so", "other"), data("d", "d.txt", "other")};
  EXPECT_THAT(check(output), ElementsAre(FaultAt("assets.0.encoding.id", "'package:p/'"),
                                         FaultAt("assets.1.encoding.package", "expected 'p'")));
  EXPECT_THAT(check(output, HookKind::link), IsEmpty());
}

TEST_F(ValidateAssets, ThePreferenceCountsForTheBundle) {
  const EncodedAsset archive = CodeAsset{"p", "s", hooks::StaticLinking{}, dir_.write("libs.a", "ar")}.encode();
  HookOutput output;
  output.assets = {archive};
  EXPECT_THAT(check(output), ElementsAre(FaultAt("assets.0.encoding.link_mode.type", "'static'")));
  EXPECT_THAT(check(output, HookKind::build, LinkModePreference::static_), IsEmpty());
  EXPECT_THAT(check(output, HookKind::build, LinkModePreference::prefer_dynamic), IsEmpty());

  output.assets = {library("a", "liba.so")};
  EXPECT_THAT(check(output, HookKind::build, LinkModePreference::static_),
              ElementsAre(FaultAt("assets.0.encoding.link_mode.type", "dynamic_loading_bundle")));
  output.assets_for_linking["q"] = std::exchange(output.assets, {});
  EXPECT_THAT(check(output, HookKind::build, LinkModePreference::static_), IsEmpty());
}

TEST_F(ValidateAssets, FilesAreAbsoluteExistingAndRegular) {
  HookOutput output;
  output.assets = {CodeAsset{"p", "a", hooks::DynamicLoadingBundle{}, std::nullopt}.encode(),
                   CodeAsset{"p", "b", hooks::DynamicLoadingBundle{}, "relative.so"}.encode(),
                   CodeAsset{"p", "c", hooks::DynamicLoadingBundle{}, dir_ / "missing.so"}.encode(),
                   DataAsset{"p", "d", dir_.path()}.encode(), DataAsset{"p", "e", "/dev/zero"}.encode()};
  EXPECT_THAT(check(output),
              ElementsAre(FaultAt("assets.0.encoding.file",
                                  "missing; expected a string, as link_mode.type is 'dynamic_loading_bundle'"),
                          FaultAt("assets.1.encoding.file", "absolute path"),
                          FaultAt("assets.2.encoding.file", "does not exist"),
                          FaultAt("assets.3.encoding.file", "no regular file"),
                          FaultAt("assets.4.encoding.file", "no regular file")));
}

TEST_F(ValidateAssets, IdsAndFileNamesAreUnique) {
  const EncodedAsset one = library("a", "x/liba.so");
  HookOutput output;
  output.assets = {one, one, library("a", "y/libb.so"), library("c", "y/liba.so")};
  EXPECT_THAT(check(output),
              ElementsAre(FaultAt("assets.2.encoding.id", "another asset"),
                          FaultAt("assets.3.encoding.file", "'liba.so' is the file name of 'package:p/a'")));
  output.assets = {data("n", "1.txt"), data("n", "2.txt")};
  EXPECT_THAT(check(output), ElementsAre(FaultAt("assets.1.encoding.name", "another data asset")));
}

TEST_F(ValidateAssets, DataOfTwoPackagesMayHaveOneName) {
  HookOutput output;
  output.assets = {data("n", "1.txt", "q"), data("n", "2.txt", "r")};
  EXPECT_THAT(check(output, HookKind::link), IsEmpty());
}

TEST_F(ValidateAssets, CodeIsNotJudgedWhereNobodyAsksForIt) {
  HookOutput output;
  output.assets = {{"code_assets/code", std::nullopt}};
  const HookConfig data_only({}, {"data_assets/data"}, false, std::nullopt);
  EXPECT_THAT(validate_output_assets(output, HookKind::build, data_only, "p").errors, IsEmpty());
}

TEST_F(ValidateAssets, TheApplicationsLibrariesAreUnique) {
  EXPECT_THAT(validate_application({library("a", "p/libx.so", "p"), library("a", "q/libx.so", "q")}, hooks::os::kLinux),
              ElementsAre(FaultAt("assets.1.encoding.file", "'libx.so'")));
  EXPECT_THAT(validate_application({library("a", "p/libx.so", "p"), library("a", "q/liby.so", "q")}, hooks::os::kLinux),
              IsEmpty());
  const std::vector<EncodedAsset> cases = {library("a", "p/X.dll", "p"), library("a", "q/x.dll", "q")};
  EXPECT_THAT(validate_application(cases, hooks::os::kLinux), IsEmpty());
  for (const hooks::OS& target : {hooks::os::kWindows, hooks::os::kMacos, hooks::os::kIos}) {
    EXPECT_THAT(validate_application(cases, target), ElementsAre(FaultAt("assets.1.encoding.file", "'x.dll'")));
  }
}

}  // namespace
