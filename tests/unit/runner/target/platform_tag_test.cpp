// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/platform_tag.hpp"

#include <gtest/gtest.h>

#include <string>

namespace grapnel::target {
namespace {

using hooks::Architecture;
using hooks::CodeConfig;

// "-" for none.
std::string tag(const hooks::OS& os, const std::string& architecture) {
  CodeConfig code{.target_os = os, .target_architecture = Architecture(architecture)};
  code.android = hooks::AndroidConfig{24};
  code.ios = hooks::IosConfig{hooks::ios_sdk::kIphoneSimulator, 13};
  code.macos = hooks::MacosConfig{11};
  return platform_tag(code).value_or("-");
}

TEST(PlatformTag, HasPythonsNames) {
  using namespace hooks::os;  // NOLINT(google-build-using-namespace): names of constants
  EXPECT_EQ(tag(kLinux, "x64"), "linux_x86_64");
  EXPECT_EQ(tag(kLinux, "arm64"), "linux_aarch64");
  EXPECT_EQ(tag(kLinux, "arm"), "linux_armv7l");
  EXPECT_EQ(tag(kLinux, "ia32"), "linux_i686");
  EXPECT_EQ(tag(kLinux, "riscv64"), "linux_riscv64");
  EXPECT_EQ(tag(kLinux, "riscv32"), "linux_riscv32");
  EXPECT_EQ(tag(kWindows, "x64"), "win_amd64");
  EXPECT_EQ(tag(kWindows, "arm64"), "win_arm64");
  EXPECT_EQ(tag(kWindows, "ia32"), "win32");
  EXPECT_EQ(tag(kMacos, "x64"), "macosx_11_0_x86_64");
  EXPECT_EQ(tag(kMacos, "arm64"), "macosx_11_0_arm64");
  EXPECT_EQ(tag(kIos, "arm64"), "ios_13_0_arm64_iphonesimulator");
  EXPECT_EQ(tag(kIos, "x64"), "ios_13_0_x86_64_iphonesimulator");
  EXPECT_EQ(tag(kAndroid, "arm64"), "android_24_arm64_v8a");
  EXPECT_EQ(tag(kAndroid, "arm"), "android_24_armeabi_v7a");
  EXPECT_EQ(tag(kAndroid, "x64"), "android_24_x86_64");
  EXPECT_EQ(tag(kAndroid, "ia32"), "android_24_x86");
}

TEST(PlatformTag, IsNothingWherePythonHasNoName) {
  EXPECT_EQ(tag(hooks::os::kFuchsia, "x64"), "-");
  EXPECT_EQ(tag(hooks::OS("plan9"), "x64"), "-");
  for (const hooks::OS& os :
       {hooks::os::kLinux, hooks::os::kWindows, hooks::os::kMacos, hooks::os::kIos, hooks::os::kAndroid}) {
    EXPECT_EQ(tag(os, "pdp11"), "-") << os.name();
  }
  EXPECT_EQ(tag(hooks::os::kWindows, "arm"), "-");
  EXPECT_EQ(tag(hooks::os::kMacos, "ia32"), "-");
  EXPECT_EQ(platform_tag({.target_os = hooks::os::kMacos, .target_architecture = Architecture("arm64")}), std::nullopt)
      << "of which version?";
}

TEST(WheelTag, ByItsOption) {
  EXPECT_EQ(wheel_tag("py3", "linux_x86_64"), "py3-none-linux_x86_64");
  EXPECT_EQ(wheel_tag("abi3:cp311", "win_amd64"), "cp311-abi3-win_amd64");
  EXPECT_EQ(wheel_tag("cp311-cp311-linux_x86_64", "win_amd64"), "cp311-cp311-linux_x86_64");
  for (const char* const none : {"", "infer", "abi3:", "abi3", "py2", "cp311", "a-b", "a-b-c-d"}) {
    EXPECT_EQ(wheel_tag(none, "win32"), std::nullopt) << none;
  }
}

}  // namespace
}  // namespace grapnel::target
