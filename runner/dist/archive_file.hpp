// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The file of an archive while it is written.
#pragma once

#include "hooks_api/base/files.hpp"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace grapnel::dist {

/// A temporary file beside the archive, which finish() renames; where that was not called, the destructor removes it.
/// Not thread safe.
class ArchiveFile {
 public:
  /// `file`: the archive, in a directory that exists. Throws SystemError.
  explicit ArchiveFile(std::filesystem::path file);
  ArchiveFile(const ArchiveFile&) = delete;
  ArchiveFile& operator=(const ArchiveFile&) = delete;
  ~ArchiveFile();

  /// Writes at the end; 0, or the errno that says why it could not.
  [[nodiscard]] int append(std::string_view bytes) noexcept;
  /// Writes over what is there; 0 or an errno.
  [[nodiscard]] int overwrite(std::string_view bytes, std::uint64_t offset) noexcept;
  /// Puts it in the place of the archive. Throws SystemError.
  void finish();

  /// The archive.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return file_; }
  /// Throws SystemError: that it cannot be written, why, and what to do.
  [[noreturn]] void refuse(int error_number) const;

 private:
  std::filesystem::path file_;
  std::filesystem::path temporary_;
  hooks::base::Fd fd_;
};

}  // namespace grapnel::dist
