// SPDX-License-Identifier: BSD-3-Clause
#include <grapnel/native_assets.hpp>

#include <gtest/gtest.h>

namespace {

using namespace grapnel;
using hooks::CodeAsset;

TEST(NativeAssets, KnowsTheRuntimesTargets) {
  EXPECT_EQ(runtime_target(hooks::os::kLinux, hooks::architecture::kX64), "linux_x64");
  EXPECT_EQ(runtime_target(hooks::os::kMacos, hooks::architecture::kIa32), std::nullopt);
  EXPECT_EQ(runtime_target(hooks::OS("plan9"), hooks::architecture::kX64), std::nullopt);
  int known = 0;
  for (const char* os : {"android", "fuchsia", "ios", "linux", "macos", "windows"}) {
    for (const char* architecture : {"arm", "arm64", "ia32", "riscv32", "riscv64", "x64"}) {
      known += runtime_target(hooks::OS(os), hooks::Architecture(architecture)).has_value() ? 1 : 0;
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

TEST(NativeAssets, WritesTheFiveForms) {
  EXPECT_EQ(to_json("linux_x64", native_assets(all_kinds())).to_string(),
            R"({"format-version":[1,0,0],"native-assets":{"linux_x64":{)"
            R"("package:p/b":["absolute","/out/libb.so"],"package:p/e":["executable"],)"
            R"("package:p/q":["process"],"package:p/s":["system","libz.so.1"]}}})");
  EXPECT_EQ(native_assets(all_kinds(), "/app/bundle/lib", "/app/bundle").front().place,
            decltype(NativeAsset::place)(RelativePath{"lib/libb.so"}));
}

}  // namespace
