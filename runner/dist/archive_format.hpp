// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a format of archives has to do for ArchiveWriter.
#pragma once

#include "runner/dist/archive_file.hpp"

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace grapnel::dist {

/// A member, before its bytes.
struct Member {
  const std::string& name;  ///< UTF-8
  std::uint64_t size;
  mode_t mode;        ///< permissions
  std::int64_t time;  ///< in seconds since 1970
};

/// Writes members into a file, which it borrows, each as a whole or piece by piece. All throw SystemError. One that is
/// destroyed before finish() leaves a file that is no archive. Not thread safe.
class ArchiveFormat {
 public:
  ArchiveFormat() = default;
  ArchiveFormat(const ArchiveFormat&) = delete;
  ArchiveFormat& operator=(const ArchiveFormat&) = delete;
  virtual ~ArchiveFormat();

  /// Throws ProjectError too, for a name that the format cannot have.
  virtual void begin(const Member& member) = 0;
  /// The next bytes of the member that was begun: in total as many as it said.
  virtual void write(std::string_view bytes) = 0;
  virtual void end() = 0;
  /// All of it, for `bytes` of the size that the member says.
  virtual void add(const Member& member, std::string_view bytes);
  /// Writes what comes after the last member.
  virtual void finish() = 0;
};

/// A tar (pax, where ustar cannot express something) in gzip, by libarchive.
[[nodiscard]] std::unique_ptr<ArchiveFormat> tar_gz_format(ArchiveFile& file);

/// A zip as PKWARE's APPNOTE 6.3 says it: each member deflated where that makes it smaller, else stored; with zip64
/// records where numbers need them, and without descriptors behind members. Times are within 1980 to 2107, in steps of
/// two seconds, as zips have no other.
[[nodiscard]] std::unique_ptr<ArchiveFormat> zip_format(ArchiveFile& file);

}  // namespace grapnel::dist
