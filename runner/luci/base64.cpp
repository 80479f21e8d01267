// SPDX-License-Identifier: BSD-3-Clause
#include "runner/luci/base64.hpp"

#include <cstddef>

namespace grapnel::luci {

std::string base64(std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::size_t kBytes = 3;   // make
  constexpr std::size_t kDigits = 4;  // of
  constexpr unsigned kDigitBits = 6;  // each
  constexpr unsigned kDigitMask = 63;
  std::string out;
  out.reserve((bytes.size() + kBytes - 1) / kBytes * kDigits);
  for (std::size_t at = 0; at < bytes.size(); at += kBytes) {
    const std::string_view group = bytes.substr(at, kBytes);
    unsigned bits = 0;
    for (std::size_t i = 0; i < kBytes; ++i)
      bits = (bits << 8U) | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
    for (std::size_t digit = 0; digit < kDigits; ++digit) {
      const unsigned value = (bits >> (kDigitBits * (kDigits - 1 - digit))) & kDigitMask;
      out += digit <= group.size() ? kLetters[value] : '=';
    }
  }
  return out;
}

}  // namespace grapnel::luci
