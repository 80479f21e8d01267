// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The hooks of PEP 517 and PEP 660 (spec: hookd, "Arguments").
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace hooks::pep517 {

/// In the order of the table.
enum class Hook {
  build_wheel,
  build_sdist,
  prepare_metadata_for_build_wheel,
  get_requires_for_build_wheel,
  get_requires_for_build_sdist,
  build_editable,
  prepare_metadata_for_build_editable,
  get_requires_for_build_editable,
};

inline constexpr std::array kHooks{
    Hook::build_wheel,
    Hook::build_sdist,
    Hook::prepare_metadata_for_build_wheel,
    Hook::get_requires_for_build_wheel,
    Hook::get_requires_for_build_sdist,
    Hook::build_editable,
    Hook::prepare_metadata_for_build_editable,
    Hook::get_requires_for_build_editable,
};

/// What a hook is given. wheel_directory, sdist_directory, and the metadata_directory of the prepare_ hooks are
/// directories for results and always there; config_settings and the metadata_directory of the others may be absent.
enum class Argument { wheel_directory, sdist_directory, config_settings, metadata_directory };

/// "build_wheel", …
[[nodiscard]] std::string_view name_of(Hook hook) noexcept;
/// Nothing for other names.
[[nodiscard]] std::optional<Hook> hook_named(std::string_view name) noexcept;
/// "wheel_directory", …
[[nodiscard]] std::string_view name_of(Argument argument) noexcept;
/// In the order in which the backend's function takes them.
[[nodiscard]] std::span<const Argument> arguments_of(Hook hook) noexcept;
/// The first argument of most hooks: where the result goes.
[[nodiscard]] bool is_result_directory(Hook hook, Argument argument) noexcept;

}  // namespace hooks::pep517
