// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// `file:` URIs (RFC 8089) of paths in documents: of this host, or of Windows.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace grapnel {

/// The URI of an absolute path, "file:///C:/x" for one that begins with a drive; a separator at its end stays. What a
/// URI cannot hold is percent-encoded, byte by byte.
[[nodiscard]] std::string file_uri(const std::filesystem::path& path);

/// The path of a `file:` URI without a host, "C:\x" where it begins with a drive; nothing for any other scheme, a bad
/// escape, NUL or a query.
[[nodiscard]] std::optional<std::filesystem::path> path_of_file_uri(std::string_view uri);

/// `text` with its percent escapes decoded; nothing for a bad escape or NUL.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace grapnel
