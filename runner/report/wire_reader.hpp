// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Walks over the fields of one message in protobuf's binary form. Input is untrusted.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace grapnel::report::luci {

/// What is wrong with a message.
class WireError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One field of a message; borrows its bytes.
struct WireField {
  enum class Type { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };
  std::uint32_t number = 0;
  Type type = Type::varint;
  std::uint64_t value = 0;   ///< of all types but bytes
  std::string_view bytes{};  ///< of bytes
};

/// Gives one field after the other.
class WireReader {
 public:
  explicit WireReader(std::string_view message) : rest_(message) {}
  /// False at the end. Throws WireError for what is no message: truncated, a number of more than 64 bits, a bad field
  /// number, groups, which nothing has used for long.
  [[nodiscard]] bool next(WireField& field);

 private:
  std::uint64_t varint();
  std::uint64_t fixed(std::size_t bytes);

  std::string_view rest_;
};

}  // namespace grapnel::report::luci
