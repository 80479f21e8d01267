// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The end of a hook: standard error, output.json and the exit code.
#pragma once

#include "hooks_api/protocol/input.hpp"
#include "hooks_api/sdk/failure.hpp"
#include <hooks/output.hpp>

#include <filesystem>
#include <optional>
#include <string_view>

namespace hooks::sdk {

/// Writes to standard error and flushes it.
void print_error(std::string_view text) noexcept;

/// Writes output.json with what was added so far and prints why the hook fails, where it does. Returns the exit code of
/// the hook: the failure's; 2 where only output.json could not be written.
[[nodiscard]] int report_output(HookOutput output, protocol::HookKind kind, const std::filesystem::path& file,
                                std::optional<Failure> failure);

}  // namespace hooks::sdk
