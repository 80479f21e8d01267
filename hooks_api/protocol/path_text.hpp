// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Paths as they stand in documents: of any host, a directory with a separator at its end (spec: dart-hooks, section
/// 2).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace hooks::protocol {

/// `/…`, or a drive letter and a colon.
[[nodiscard]] bool is_absolute_path_text(std::string_view text) noexcept;

/// Whether the text names a directory: it ends with '/' or, for a Windows path, with '\'.
[[nodiscard]] bool is_directory_text(std::string_view text) noexcept;

/// The path of a directory without the separator at its end; the root stays as it is.
[[nodiscard]] std::filesystem::path directory_from_text(std::string_view text);

/// A path that stands in the text file `file`: an absolute one stays, of whatever host; a relative one counts from the
/// file's directory, as a URI's does (spec: dart-hooks, section 2.4).
[[nodiscard]] std::filesystem::path path_beside(const std::filesystem::path& file, std::string_view text);

}  // namespace hooks::protocol
