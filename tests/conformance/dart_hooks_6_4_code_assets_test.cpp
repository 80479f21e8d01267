// SPDX-License-Identifier: BSD-3-Clause
// spec: dart-hooks, section 6.4: code assets. The headers of libraries are in tests/unit, library_check_test.cpp.
#include "hooks_api/protocol/validate.hpp"
#include "tests/conformance/dart_hooks_documents.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

namespace {

using hooks::CodeAsset;
using hooks::EncodedAsset;
using hooks::HookConfig;
using hooks::HookOutput;
using hooks::Json;
using hooks::LinkModePreference;
using hooks::protocol::Faults;
using hooks::protocol::HookKind;
using hooks::protocol::validate_application;
using hooks::protocol::validate_output_assets;
using hooks::protocol::Validation;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::FaultAt;
using tests::with;

constexpr std::initializer_list<HookKind> kBothKinds{HookKind::build, HookKind::link};

HookConfig config(LinkModePreference preference) {
  return {{},
          {"code_assets/code"},
          true,
          hooks::CodeConfig{.target_os = hooks::os::kLinux,
                            .target_architecture = hooks::architecture::kX64,
                            .link_mode_preference = preference}};
}

// The first bytes of an ELF library for a machine.
std::string elf(char machine) {
  std::string bytes =
      "\x7f"
      "ELF"
      "\2\1";
  bytes.resize(16);
  return bytes + std::string({3, 0, machine, 0});
}
constexpr char kX64 = 62;
constexpr char kArm64 = static_cast<char>(183);

class DartHooks64 : public testing::Test {
 protected:
  EncodedAsset library(const std::string& name, const std::string& file, const std::string& package = "p",
                       char machine = kX64) {
    return CodeAsset{package, name, hooks::DynamicLoadingBundle{}, dir_.write(file, elf(machine))}.encode();
  }
  EncodedAsset archive(const std::string& name, const std::string& file) {
    return CodeAsset{"p", name, hooks::StaticLinking{}, dir_.write(file, "!<arch>\n")}.encode();
  }
  static Validation validate(const HookOutput& output, HookKind kind,
                             LinkModePreference preference = LinkModePreference::prefer_dynamic) {
    return validate_output_assets(output, kind, config(preference), "p");
  }
  static Faults check(const HookOutput& output, HookKind kind,
                      LinkModePreference preference = LinkModePreference::prefer_dynamic) {
    return validate(output, kind, preference).errors;
  }
  // Outputs that hold `assets` in one list each, with the path of the list.
  static std::vector<std::pair<std::string, HookOutput>> outputs(HookKind kind,
                                                                 const std::vector<EncodedAsset>& assets) {
    std::vector<std::pair<std::string, HookOutput>> all(2);
    all[0].first = "assets.";
    all[0].second.assets = assets;
    all[1].first = "assets_for_linking.q.";
    all[1].second.assets_for_linking["q"] = assets;
    if (kind == HookKind::build) {
      all.emplace_back().first = "assets_for_build.";
      all.back().second.assets_for_build = assets;
    }
    return all;
  }
  tests::TemporaryDirectory dir_;
};

TEST_F(DartHooks64, WhatIsRight) {
  for (const HookKind kind : kBothKinds) {
    for (const auto& [path, output] :
         outputs(kind, {library("a", "liba.so"), archive("b", "libb.a"),
                        CodeAsset{"p", "c", hooks::DynamicLoadingSystem{"libz.so.1"}, std::nullopt}.encode(),
                        CodeAsset{"p", "d", hooks::DynamicLoadingProcess{}, std::nullopt}.encode(),
                        CodeAsset{"p", "e", hooks::DynamicLoadingExecutable{}, std::nullopt}.encode()})) {
      EXPECT_THAT(check(output, kind), IsEmpty());
    }
  }
}

TEST_F(DartHooks64, NothingIsJudgedWhereNobodyAsksForCode) {
  HookOutput output;
  output.assets = {{"code_assets/code", std::nullopt}};
  for (const HookKind kind : kBothKinds) {
    EXPECT_THAT(validate_output_assets(output, kind, {{}, {"data_assets/data"}, false, std::nullopt}, "p").errors,
                IsEmpty());
  }
}

TEST_F(DartHooks64, TheEncodingIsReadInFullAndInEveryList) {
  for (const HookKind kind : kBothKinds) {
    for (const auto& [path, output] : outputs(
             kind,
             {{"code_assets/code", Json::Object{{"id", 5}, {"link_mode", Json::Object{{"type", "odd"}}}}},
              {"code_assets/code", std::nullopt},
              {"code_assets/code", Json::Object{{"id", "no uri"}, {"link_mode", Json::Object{{"type", "static"}}}}}})) {
      EXPECT_THAT(check(output, kind), ElementsAre(FaultAt(path + "0.encoding.id", "found an integer"),
                                                   FaultAt(path + "0.encoding.link_mode.type", "found 'odd'"),
                                                   FaultAt(path + "1.encoding", "missing"),
                                                   FaultAt(path + "2.encoding.id", "'package:<package>/<name>'")));
    }
  }
}

TEST_F(DartHooks64, TheIdOfABuildHooksAssetIsItsPackages) {
  for (const HookKind kind : kBothKinds) {
    for (const auto& [path, output] :
         outputs(kind, {library("a", "liba.so", "other"), library("b", "libb.so", "pp")})) {
      if (kind == HookKind::build) {
        EXPECT_THAT(check(output, kind),
                    ElementsAre(FaultAt(path + "0.encoding.id", "expected it to begin with 'package:p/'"),
                                FaultAt(path + "1.encoding.id", "'package:pp/b'")));
      } else {
        EXPECT_THAT(check(output, kind), IsEmpty());
      }
    }
  }
}

TEST_F(DartHooks64, ThePreferenceCountsForTheBundleAlone) {
  const std::vector<EncodedAsset> assets{library("a", "liba.so"), archive("b", "libb.a"),
                                         CodeAsset{"p", "c", hooks::DynamicLoadingProcess{}, std::nullopt}.encode()};
  for (const HookKind kind : kBothKinds) {
    for (const auto& [path, output] : outputs(kind, assets)) {
      const bool bundled = path == "assets.";
      EXPECT_THAT(check(output, kind, LinkModePreference::prefer_static), IsEmpty());
      EXPECT_THAT(check(output, kind, LinkModePreference::prefer_dynamic), IsEmpty());
      if (!bundled) {
        EXPECT_THAT(check(output, kind, LinkModePreference::static_), IsEmpty());
        EXPECT_THAT(check(output, kind, LinkModePreference::dynamic), IsEmpty());
        continue;
      }
      EXPECT_THAT(check(output, kind, LinkModePreference::dynamic),
                  ElementsAre(FaultAt("assets.1.encoding.link_mode.type",
                                      "found 'static'; the link mode preference is 'dynamic'")));
      EXPECT_THAT(check(output, kind, LinkModePreference::static_),
                  ElementsAre(FaultAt("assets.0.encoding.link_mode.type", "'dynamic_loading_bundle'"),
                              FaultAt("assets.2.encoding.link_mode.type", "'dynamic_loading_process'")));
    }
  }
}

TEST_F(DartHooks64, FilesAreThereAbsoluteExistingAndRegular) {
  ASSERT_EQ(::mkfifo((dir_ / "fifo").c_str(), 0600), 0);
  std::filesystem::create_symlink("loop", dir_ / "loop");
  const auto bundle = [](const std::string& name, std::optional<std::filesystem::path> file) {
    return CodeAsset{"p", name, hooks::DynamicLoadingBundle{}, std::move(file)}.encode();
  };
  for (const HookKind kind : kBothKinds) {
    for (const auto& [path, output] :
         outputs(kind, {bundle("a", std::nullopt), CodeAsset{"p", "b", hooks::StaticLinking{}, std::nullopt}.encode(),
                        bundle("c", "relative.so"), bundle("d", dir_ / "missing.so"), bundle("e", dir_.path()),
                        bundle("f", "/dev/zero"), bundle("g", dir_ / "fifo"), bundle("h", dir_ / "loop"),
                        bundle("i", "C:\\x.dll")})) {
      EXPECT_THAT(
          check(output, kind),
          ElementsAre(FaultAt(path + "0.encoding.file",
                              "missing; expected a string, as link_mode.type is 'dynamic_loading_bundle'"),
                      FaultAt(path + "1.encoding.file", "missing; expected a string, as link_mode.type is 'static'"),
                      FaultAt(path + "2.encoding.file", "expected an absolute path"),
                      FaultAt(path + "3.encoding.file", "does not exist"),
                      FaultAt(path + "4.encoding.file", "no regular file"),
                      FaultAt(path + "5.encoding.file", "no regular file"),
                      FaultAt(path + "6.encoding.file", "no regular file"),
                      FaultAt(path + "7.encoding.file", "cannot be looked at"),
                      FaultAt(path + "8.encoding.file", "does not exist")));
    }
  }
}

TEST_F(DartHooks64, TheArchitectureOfABundledLibraryIsTheTargets) {
  const auto file = dir_.write("libs.a", elf(kArm64));
  for (const HookKind kind : kBothKinds) {
    for (const auto& [path, output] : outputs(kind, {library("a", "liba.so", "p", kArm64),
                                                     CodeAsset{"p", "s", hooks::StaticLinking{}, file}.encode()})) {
      EXPECT_THAT(check(output, kind),
                  ElementsAre(FaultAt(path + "0.encoding.file", "is built for arm64; the target architecture is x64")));
    }
  }
}

TEST_F(DartHooks64, AnUnknownFormatIsAWarning) {
  HookOutput output;
  output.assets = {CodeAsset{"p", "a", hooks::DynamicLoadingBundle{}, dir_.write("liba.so", "text")}.encode(),
                   library("b", "libb.so", "p", 99)};
  for (const HookKind kind : kBothKinds) {
    EXPECT_THAT(check(output, kind), IsEmpty());
    EXPECT_THAT(validate(output, kind).warnings,
                ElementsAre(FaultAt("assets.0.encoding.file", "not recognised"),
                            FaultAt("assets.1.encoding.file", "unknown machine (99)")));
  }
}

TEST_F(DartHooks64, FileNamesAndIdsAreUniqueInEachGroup) {
  const EncodedAsset one = library("a", "x/liba.so");
  const std::vector<EncodedAsset> assets{one, one, library("a", "y/libb.so"), library("c", "y/liba.so"),
                                         archive("d", "z/liba.so")};
  for (const HookKind kind : kBothKinds) {
    for (const auto& [path, output] : outputs(kind, assets)) {
      EXPECT_THAT(check(output, kind),
                  ElementsAre(FaultAt(path + "2.encoding.id", "'package:p/a' is the id of another asset"),
                              FaultAt(path + "3.encoding.file", "'liba.so' is the file name of 'package:p/a'"),
                              FaultAt(path + "4.encoding.file", "'liba.so' is the file name of 'package:p/a'")));
    }
  }
}

TEST_F(DartHooks64, TheBundleAndTheRestAreJudgedApart) {
  HookOutput output;
  output.assets = {library("a", "x/liba.so")};
  output.assets_for_linking["q"] = {library("a", "y/liba.so")};
  for (const HookKind kind : kBothKinds) EXPECT_THAT(check(output, kind), IsEmpty());
  // What is not bundled is one group.
  output.assets_for_linking["r"] = {library("b", "z/liba.so")};
  output.assets_for_build = {library("c", "w/liba.so")};
  EXPECT_THAT(check(output, HookKind::link), ElementsAre(FaultAt("assets_for_linking.r.0.encoding.file", "'liba.so'")));
  EXPECT_EQ(check(output, HookKind::build).size(), 2U);
  // Dart refuses neither: equal assets are one.
  output.assets_for_linking["r"] = output.assets_for_build = output.assets_for_linking["q"];
  EXPECT_THAT(check(output, HookKind::build), IsEmpty());
}

TEST_F(DartHooks64, TheApplicationsIdsAndFileNamesAreUnique) {
  const EncodedAsset one = library("a", "p/libx.so", "p");
  EXPECT_THAT(validate_application({one, one, library("a", "q/liby.so", "q")}, hooks::os::kLinux), IsEmpty());
  EXPECT_THAT(validate_application({one, library("a", "q/libx.so", "q")}, hooks::os::kLinux),
              ElementsAre(FaultAt("assets.1.encoding.file", "'libx.so'")));
  EXPECT_THAT(validate_application({one, library("a", "q/liby.so", "p")}, hooks::os::kLinux),
              ElementsAre(FaultAt("assets.1.encoding.id", "'package:p/a'")));
}

// Dart compares with case on every system.
TEST_F(DartHooks64, FileNamesHaveNoCaseWhereTheTargetsFileSystemHasNone) {
  const std::vector<EncodedAsset> cases = {library("a", "p/X.dll", "p"), library("a", "q/x.dll", "q")};
  for (const hooks::OS& target : {hooks::os::kLinux, hooks::os::kAndroid, hooks::os::kFuchsia})
    EXPECT_THAT(validate_application(cases, target), IsEmpty());
  for (const hooks::OS& target : {hooks::os::kWindows, hooks::os::kMacos, hooks::os::kIos}) {
    EXPECT_THAT(validate_application(cases, target), ElementsAre(FaultAt("assets.1.encoding.file", "'x.dll'")));
  }
}

class DartHooks64Input : public DartHooks64 {
 protected:
  Json input(HookKind kind) {
    Json document = kind == HookKind::build ? tests::full_build_input() : tests::full_link_input();
    document = with(std::move(document), "package_root", dir_.path().string() + "/");
    document = with(std::move(document), "out_dir_shared", dir_.path().string() + "/");
    for (const char* tool : {"ar", "cc", "ld"})
      document = with(std::move(document), kTools + tool, dir_.write(tool, "").string());
    document = with(std::move(document), "config.extensions.code_assets.target_os", "linux");
    document =
        with(std::move(document), "assets", kind == HookKind::build ? Json(Json::Object{}) : Json(Json::Array{}));
    return document;
  }
  static Faults check(const Json& document) {
    return tests::check_input(document,
                              document.find("assets_from_linking") == nullptr ? HookKind::build : HookKind::link);
  }
  const std::string kTools = "config.extensions.code_assets.c_compiler.";
};

TEST_F(DartHooks64Input, TheToolsAreFiles) {
  for (const HookKind kind : kBothKinds) {
    EXPECT_THAT(check(input(kind)), IsEmpty());
    for (const char* tool : {"ar", "cc", "ld"}) {
      EXPECT_THAT(check(with(input(kind), kTools + tool, "/no/such/tool")),
                  ElementsAre(FaultAt(kTools + tool, "'/no/such/tool' does not exist")));
      EXPECT_THAT(check(with(input(kind), kTools + tool, dir_.path().string())),
                  ElementsAre(FaultAt(kTools + tool, "no regular file")));
      EXPECT_THAT(check(with(input(kind), kTools + tool, "gcc")),
                  ElementsAre(FaultAt(kTools + tool, "expected an absolute path")));
      EXPECT_THAT(check(with(input(kind), kTools + tool, "C:\\gcc.exe")),
                  ElementsAre(FaultAt(kTools + tool, "does not exist")));
    }
  }
}

TEST_F(DartHooks64Input, OfAWindowsHostsToolsThePathAlone) {
  for (const HookKind kind : kBothKinds) {
    Json document = with(input(kind), "config.extensions.code_assets.target_os", "windows");
    for (const char* tool : {"ar", "cc", "ld", "windows.developer_command_prompt.script"})
      document = with(std::move(document), kTools + tool, "C:\\tools\\x.exe");
    EXPECT_THAT(check(document), IsEmpty());
    // A cross compiler of this host is looked at.
    for (const char* tool : {"ar", "windows.developer_command_prompt.script"}) {
      EXPECT_THAT(check(with(document, kTools + tool, "/no/such")),
                  ElementsAre(FaultAt(kTools + tool, "does not exist")));
      EXPECT_THAT(check(with(document, kTools + tool, "x.exe")),
                  ElementsAre(FaultAt(kTools + tool, "expected an absolute path")));
    }
  }
}

TEST_F(DartHooks64Input, AssetsHaveTheirFiles) {
  const Json good = Json::Object{{"type", "code_assets/code"}, {"encoding", *library("a", "liba.so", "q").encoding}};
  const Json bad =
      Json::Object{{"type", "code_assets/code"},
                   {"encoding", *CodeAsset{"q", "a", hooks::DynamicLoadingBundle{}, "/no/such.so"}.encode().encoding}};
  const Json worse = Json::Object{{"type", "code_assets/code"}};
  EXPECT_THAT(
      check(with(input(HookKind::build), "assets", Json::Object{{"q", Json::Array{good, bad, worse}}})),
      ElementsAre(FaultAt("assets.q.1.encoding.file", "does not exist"), FaultAt("assets.q.2.encoding", "missing")));
  EXPECT_THAT(
      check(with(input(HookKind::link), "assets", Json::Array{good, bad, worse})),
      ElementsAre(FaultAt("assets.1.encoding.file", "does not exist"), FaultAt("assets.2.encoding", "missing")));
  EXPECT_THAT(check(with(input(HookKind::link), "assets_from_linking", Json::Array{good, bad, worse})), IsEmpty());
  // Without the type, encodings of code are nobody's business.
  const Json unasked = with(input(HookKind::link), "config.build_asset_types", Json::Array{});
  EXPECT_THAT(check(with(unasked, "assets", Json::Array{bad, worse})), IsEmpty());
}

}  // namespace
