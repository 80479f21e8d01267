// SPDX-License-Identifier: BSD-3-Clause
#include "gzip.hpp"

#include "crc32.hpp"
#include "little_endian.hpp"

#include <cstddef>

std::string gzip(std::string_view bytes) {
  constexpr std::size_t kLongestBlock = 0xffff;
  // Magic number, deflate, no flags, no time, no compression, Unix.
  std::string out = std::string("\x1f\x8b\x08", 3) + '\0' + u32(0) + '\0' + '\3';
  std::string_view rest = bytes;
  do {
    const std::string_view block = rest.substr(0, kLongestBlock);
    rest.remove_prefix(block.size());
    const bool is_last = rest.empty();
    out += is_last ? '\1' : '\0';
    out += u16(block.size()) + u16(~block.size());
    out += block;
  } while (!rest.empty());
  return out + u32(crc32(bytes)) + u32(bytes.size());
}
