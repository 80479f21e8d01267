// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The platform of a wheel's tag, from what native code was built for (spec: hatch-build-hooks, section 6.4). Pure.
#pragma once

#include <hooks/config.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace grapnel::target {

/// "linux_x86_64", "macosx_11_0_arm64", "win_amd64", "android_24_arm64_v8a", "ios_13_0_arm64_iphoneos"; nothing for a
/// target that Python has no name for.
[[nodiscard]] std::optional<std::string> platform_tag(const hooks::CodeConfig& code);

/// A wheel's tag by the option `tag`: "py3" is `py3-none-PLATFORM`, "abi3:cp311" `cp311-abi3-PLATFORM`, a text of three
/// parts is meant as it is. Nothing for anything else; "infer" is no tag.
[[nodiscard]] std::optional<std::string> wheel_tag(std::string_view option, const std::string& platform);

}  // namespace grapnel::target
