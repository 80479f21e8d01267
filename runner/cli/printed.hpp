// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What the commands that only tell something have in common.
#pragma once

#include <hooks/json.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace grapnel::cli {

/// Writes to standard output. Throws SystemError.
void print(std::string_view text);
/// A document with a line feed.
void print_document(const hooks::Json& document);

/// Calls `work` and gives what it gives; what it throws is said, with the exit code that its class has.
[[nodiscard]] int telling(const std::function<int()>& work);

/// "0.005 s", "75.120 s".
[[nodiscard]] std::string shown_time(std::chrono::nanoseconds duration);
/// "512 B", "1.5 KiB", …
[[nodiscard]] std::string shown_size(std::uint64_t bytes);
/// "1 hook", "2 hooks".
[[nodiscard]] std::string counted(std::size_t count, const std::string& noun);

}  // namespace grapnel::cli
