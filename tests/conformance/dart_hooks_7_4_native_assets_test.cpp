// SPDX-License-Identifier: BSD-3-Clause
// spec: dart-hooks, section 7.4: the runtime's mapping file, its 21 targets and five forms.
#include <grapnel/native_assets.hpp>

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace grapnel;
using hooks::CodeAsset;

// As the specification lists them.
const std::map<std::string, std::set<std::string>> kTargets = {
    {"android", {"arm", "arm64", "ia32", "riscv64", "x64"}},
    {"fuchsia", {"arm64", "x64"}},
    {"ios", {"arm", "arm64", "x64"}},
    {"linux", {"arm", "arm64", "ia32", "riscv32", "riscv64", "x64"}},
    {"macos", {"arm64", "x64"}},
    {"windows", {"arm64", "ia32", "x64"}},
};

TEST(DartHooks74NativeAssets, TheRuntimeKnows21Targets) {
  int known = 0;
  for (const char* os : {"android", "fuchsia", "ios", "linux", "macos", "windows", "plan9", ""}) {
    for (const char* architecture : {"arm", "arm64", "ia32", "riscv32", "riscv64", "x64", "mips", ""}) {
      const auto target = runtime_target(hooks::OS(os), hooks::Architecture(architecture));
      const auto expected = kTargets.find(os);
      if (expected != kTargets.end() && expected->second.count(architecture) == 1) {
        EXPECT_EQ(target, std::string(os) + "_" + architecture);
        ++known;
      } else {
        EXPECT_EQ(target, std::nullopt) << os << " " << architecture;
      }
    }
  }
  EXPECT_EQ(known, 21);
}

std::vector<hooks::EncodedAsset> all_kinds() {
  return {CodeAsset{"p", "b", hooks::DynamicLoadingBundle{}, "/out/libb.so"}.encode(),
          CodeAsset{"p", "s", hooks::DynamicLoadingSystem{"libz.so.1"}, std::nullopt}.encode(),
          CodeAsset{"p", "e", hooks::DynamicLoadingExecutable{}, std::nullopt}.encode(),
          CodeAsset{"p", "q", hooks::DynamicLoadingProcess{}, std::nullopt}.encode(),
          CodeAsset{"p", "a", hooks::StaticLinking{}, "/out/liba.a"}.encode(),
          hooks::DataAsset{"p", "d", "/out/d"}.encode()};
}

TEST(DartHooks74NativeAssets, FourFormsStandForTheLinkModes) {
  for (const auto& [os, architectures] : kTargets) {
    for (const std::string& architecture : architectures) {
      const std::string target = *runtime_target(hooks::OS(os), hooks::Architecture(architecture));
      EXPECT_EQ(to_json(target, native_assets(all_kinds())).to_string(),
                R"({"format-version":[1,0,0],"native-assets":{")" + target +
                    R"(":{"package:p/b":["absolute","/out/libb.so"],"package:p/e":["executable"],)"
                    R"("package:p/q":["process"],"package:p/s":["system","libz.so.1"]}}})");
    }
  }
}

TEST(DartHooks74NativeAssets, ABundledLibraryIsRelativeToTheMapping) {
  const auto place = [](const std::filesystem::path& bundle, const std::filesystem::path& directory) {
    return to_json("linux_x64", native_assets(all_kinds(), bundle, directory))
        .find("native-assets")
        ->find("linux_x64")
        ->find("package:p/b")
        ->to_string();
  };
  EXPECT_EQ(place("/app/bundle/lib", "/app/bundle"), R"(["relative","lib/libb.so"])");
  EXPECT_EQ(place("/app/bundle", "/app/bundle"), R"(["relative","libb.so"])");
  EXPECT_EQ(place("/app/bundle", "/app/out"), R"(["relative","../bundle/libb.so"])");
}

TEST(DartHooks74NativeAssets, ATargetWithoutLibrariesIsThereAllTheSame) {
  EXPECT_EQ(to_json("ios_arm", {}).to_string(), R"({"format-version":[1,0,0],"native-assets":{"ios_arm":{}}})");
}

}  // namespace
