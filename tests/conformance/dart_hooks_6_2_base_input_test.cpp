// SPDX-License-Identifier: BSD-3-Clause
// spec: dart-hooks, section 6.2: what the runner checks of an input before it starts a hook.
#include "hooks_api/protocol/validate_document.hpp"
#include "tests/conformance/dart_hooks_documents.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using hooks::Json;
using hooks::protocol::check_input_files;
using hooks::protocol::HookKind;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::check_input;
using tests::FaultAt;
using tests::with;

constexpr std::initializer_list<HookKind> kBothKinds{HookKind::build, HookKind::link};

class DartHooks62 : public testing::Test {
 protected:
  // An input whose directories are there.
  Json input(HookKind kind) {
    std::filesystem::create_directories(dir_ / "shared");
    Json::Object config{{"build_asset_types", Json::Array{}}};
    if (kind == HookKind::build) config["linking_enabled"] = false;
    return Json::Object{{"config", std::move(config)},
                        {"out_dir_shared", (dir_ / "shared/").string()},
                        {"out_file", (dir_ / "nowhere/output.json").string()},
                        {"package_name", "p"},
                        {"package_root", dir_.path().string() + "/"}};
  }
  tests::TemporaryDirectory dir_;
};

TEST_F(DartHooks62, DirectoriesAreThereTheOutputFileNeedNotBe) {
  for (const HookKind kind : kBothKinds) {
    EXPECT_THAT(check_input(input(kind), kind), IsEmpty());
    EXPECT_THAT(check_input_files(input(kind), kind), IsEmpty());
  }
}

TEST_F(DartHooks62, ADirectoryThatIsMissing) {
  for (const HookKind kind : kBothKinds) {
    for (const char* key : {"package_root", "out_dir_shared"}) {
      EXPECT_THAT(check_input(with(input(kind), key, (dir_ / "missing/").string()), kind),
                  ElementsAre(FaultAt(key, "missing' does not exist")));
      const auto file = dir_.write("file", "");
      EXPECT_THAT(check_input(with(input(kind), key, file.string() + "/"), kind),
                  ElementsAre(FaultAt(key, "file' is no directory")));
    }
  }
}

TEST_F(DartHooks62, APathThatIsNotAbsolute) {
  for (const HookKind kind : kBothKinds) {
    for (const char* key : {"package_root", "out_dir_shared", "out_file"}) {
      EXPECT_THAT(check_input(with(input(kind), key, "relative/"), kind),
                  ElementsAre(FaultAt(key, "expected an absolute path")));
    }
  }
}

// Dart checks the shared directory again instead (D9).
TEST_F(DartHooks62, TheRecordingIsAFile) {
  const Json document = with(input(HookKind::link), "resource_identifiers", (dir_ / "uses.json").string());
  EXPECT_THAT(check_input_files(document, HookKind::link),
              ElementsAre(FaultAt("resource_identifiers", "uses.json' does not exist")));
  std::filesystem::create_directory(dir_ / "uses.json");
  EXPECT_THAT(check_input_files(document, HookKind::link),
              ElementsAre(FaultAt("resource_identifiers", "no regular file")));
  std::filesystem::remove(dir_ / "uses.json");
  dir_.write("uses.json", "{}");
  EXPECT_THAT(check_input_files(document, HookKind::link), IsEmpty());
  EXPECT_THAT(check_input(with(document, "resource_identifiers", "uses.json"), HookKind::link),
              ElementsAre(FaultAt("resource_identifiers", "expected an absolute path")));
}

}  // namespace
