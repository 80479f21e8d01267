// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Files of a project, read as archives need them.
#pragma once

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/sha256.hpp"

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace grapnel::dist {

/// A regular file, open for reading.
struct OpenFile {
  hooks::base::Fd fd;
  struct stat status {};
};

/// Opens it through links, and without waiting for anybody. Throws ProjectError for what is no regular file and what is
/// not there; SystemError.
[[nodiscard]] OpenFile open_project_file(const std::filesystem::path& file);

/// Reads up to `size` bytes; 0 at the end. Throws SystemError that names `file`.
[[nodiscard]] std::size_t read_some(const hooks::base::Fd& fd, char* bytes, std::size_t size,
                                    const std::filesystem::path& file);

/// A file of up to as many bytes may well be in memory as a whole.
inline constexpr std::size_t kMostWholeBytes = std::size_t{4} << 20U;

/// A file as a whole.
struct WholeFile {
  std::string bytes{};
  hooks::base::Sha256::Digest sha256{};
  mode_t mode = 0;
  std::int64_t time = 0;  ///< of its last change, in seconds since 1970
};

/// Reads all of it. Throws SystemError for a file that changed meanwhile.
[[nodiscard]] WholeFile read_whole(const OpenFile& opened, const std::filesystem::path& file);

/// For a file that changed while it was read.
[[noreturn]] void refuse_changed(const std::filesystem::path& file);

/// The bytes of a regular file of the project. Throws as open_project_file(), and ProjectError for more than
/// `max_bytes`.
[[nodiscard]] std::string read_project_file(const std::filesystem::path& file, std::size_t max_bytes);

}  // namespace grapnel::dist
