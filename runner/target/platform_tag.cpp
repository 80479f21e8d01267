// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/platform_tag.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace grapnel::target {

namespace {

using Names = std::array<std::pair<std::string_view, std::string_view>, 6>;

constexpr Names kLinux{{{"x64", "x86_64"},
                        {"arm64", "aarch64"},
                        {"arm", "armv7l"},
                        {"ia32", "i686"},
                        {"riscv64", "riscv64"},
                        {"riscv32", "riscv32"}}};
constexpr Names kAndroid{{{"x64", "x86_64"}, {"arm64", "arm64_v8a"}, {"arm", "armeabi_v7a"}, {"ia32", "x86"}}};
constexpr Names kApple{{{"x64", "x86_64"}, {"arm64", "arm64"}}};
constexpr Names kWindows{{{"x64", "win_amd64"}, {"arm64", "win_arm64"}, {"ia32", "win32"}}};

std::string name_in(const Names& names, const hooks::Architecture& architecture) {
  const auto* const found =
      std::find_if(names.begin(), names.end(), [&](const auto& one) { return one.first == architecture.name(); });
  return found == names.end() ? std::string() : std::string(found->second);
}

}  // namespace

std::optional<std::string> platform_tag(const hooks::CodeConfig& code) {
  const hooks::OS& os = code.target_os;
  const auto with = [](const std::string& prefix, const std::string& name) -> std::optional<std::string> {
    if (name.empty()) return std::nullopt;
    return prefix + name;
  };
  if (os == hooks::os::kLinux) return with("linux_", name_in(kLinux, code.target_architecture));
  if (os == hooks::os::kWindows) return with("", name_in(kWindows, code.target_architecture));
  const std::string apple = name_in(kApple, code.target_architecture);
  if (os == hooks::os::kMacos && code.macos) {
    return with("macosx_" + std::to_string(code.macos->target_version) + "_0_", apple);
  }
  if (os == hooks::os::kIos && code.ios && !apple.empty()) {
    return "ios_" + std::to_string(code.ios->target_version) + "_0_" + apple + "_" + code.ios->target_sdk.name();
  }
  if (os == hooks::os::kAndroid && code.android) {
    return with("android_" + std::to_string(code.android->target_ndk_api) + "_",
                name_in(kAndroid, code.target_architecture));
  }
  return std::nullopt;
}

std::optional<std::string> wheel_tag(std::string_view option, const std::string& platform) {
  constexpr std::string_view kAbi3 = "abi3:";
  if (option == "py3") return "py3-none-" + platform;
  if (option.substr(0, kAbi3.size()) == kAbi3 && option.size() > kAbi3.size()) {
    return std::string(option.substr(kAbi3.size())) + "-abi3-" + platform;
  }
  if (std::count(option.begin(), option.end(), '-') == 2) return std::string(option);
  return std::nullopt;
}

}  // namespace grapnel::target
