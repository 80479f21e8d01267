// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Archives whose bytes depend on nothing but what is put in: same names, modes, contents and time, same bytes.
#pragma once

#include "hooks_api/base/sha256.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace grapnel::dist {

/// The moment that archives give their members: SOURCE_DATE_EPOCH where `value` is not empty, else 2020-02-02. Throws
/// ProjectError for a value that is no number of seconds.
[[nodiscard]] std::int64_t source_date(std::string_view value);
inline constexpr std::int64_t kDefaultSourceDate = 1580601600;

/// A stop was requested while an archive was written; nothing is left of it.
class BuildStopped final : public std::exception {
 public:
  BuildStopped() = default;
  BuildStopped(const BuildStopped&) = default;
  BuildStopped& operator=(const BuildStopped&) = default;
  ~BuildStopped() override;
  [[nodiscard]] const char* what() const noexcept override { return "stopped while an archive was written"; }
};

struct WholeFile;  // project_file.hpp

/// What became of a file.
struct Added {
  hooks::base::Sha256::Digest sha256{};
  std::uint64_t size = 0;
};

/// Writes one archive: members in the order in which they are added, owned by user and group 0, with modes 644 or 755.
/// The bytes go to a temporary file beside the archive, which finish() renames; where that was not called, the
/// destructor removes it. Not thread safe.
class ArchiveWriter {
 public:
  enum class Format { zip, tar_gz };

  /// `file`: the archive, in a directory that exists. `time`: of all members, in seconds since 1970; without, each has
  /// its file's. Throws SystemError.
  ArchiveWriter(std::filesystem::path file, Format format, std::optional<std::int64_t> time, std::stop_token stop = {});
  ArchiveWriter(const ArchiveWriter&) = delete;
  ArchiveWriter& operator=(const ArchiveWriter&) = delete;
  ~ArchiveWriter();

  /// Adds a regular file, through links. Throws ProjectError for a name that is no UTF-8, what is no regular file and
  /// what is not there; SystemError for what cannot be read or written, and for a file that changed meanwhile;
  /// BuildStopped.
  Added add_file(const std::string& name, const std::filesystem::path& file);
  /// Adds a file that was read before.
  Added add_whole(const std::string& name, const WholeFile& file);
  /// Adds a text that no file has.
  Added add_text(const std::string& name, std::string_view text, bool is_executable = false);
  /// Adds a text made of a file: with its time, and executable where it is.
  Added add_text_of(const std::string& name, std::string_view text, const std::filesystem::path& file);

  /// Completes the archive. Throws SystemError.
  void finish();

 private:
  class Life;
  std::unique_ptr<Life> life_;
};

}  // namespace grapnel::dist
