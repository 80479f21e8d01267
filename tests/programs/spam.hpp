// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

namespace tests {

/// The byte at a position of the output of `spam`: every value, and no short period, so that a lost or doubled block
/// shows.
constexpr char spam_byte(std::size_t position) {
  return static_cast<char>(static_cast<unsigned char>(position ^ (position >> 8U) ^ (position >> 16U)));
}

}  // namespace tests
