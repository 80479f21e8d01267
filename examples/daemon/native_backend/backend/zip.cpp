// SPDX-License-Identifier: BSD-3-Clause
//   archive   = { local header, name, bytes } { central header, name } end
//   All numbers are little-endian (PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16).
#include "zip.hpp"

#include "crc32.hpp"
#include "little_endian.hpp"
#include <hooks/exceptions.hpp>

#include <cstddef>

namespace {

// The part that local and central header have in common.
std::string common_fields(const std::string& name, std::string_view bytes) {
  constexpr unsigned kVersion = 20;
  constexpr unsigned kNamesAreUtf8 = 1U << 11U;
  constexpr unsigned kStored = 0;
  constexpr unsigned kMidnight = 0;
  constexpr unsigned kFirstOfJanuary1980 = 1U << 5U | 1U;  // the earliest that there is
  return u16(kVersion) + u16(kNamesAreUtf8) + u16(kStored) + u16(kMidnight) + u16(kFirstOfJanuary1980) +
         u32(crc32(bytes)) + u32(bytes.size()) + u32(bytes.size()) + u16(name.size()) + u16(0);
}

}  // namespace

void Zip::add(const std::string& name, std::string_view bytes) {
  constexpr std::size_t kMostBytes = 0xffffffff;
  constexpr unsigned kMadeOnUnix = 3U << 8U | 20U;
  constexpr std::uint64_t kRegularFile = 0100644ULL << 16U;
  if (files_.size() + name.size() + bytes.size() + 100 > kMostBytes || count_ == 0xffff) {
    throw hooks::BuildException("the archive would be too large for a zip file: " + name);
  }
  const std::size_t offset = files_.size();
  const std::string fields = common_fields(name, bytes);
  files_ += "PK\3\4" + fields + name;
  files_ += bytes;
  directory_ +=
      "PK\1\2" + u16(kMadeOnUnix) + fields + u16(0) + u16(0) + u16(0) + u32(kRegularFile) + u32(offset) + name;
  ++count_;
}

std::string Zip::finish() {
  const std::string end = std::string("PK\5\6") + u16(0) + u16(0) + u16(count_) + u16(count_) + u32(directory_.size()) +
                          u32(files_.size()) + u16(0);
  return files_ + directory_ + end;
}
