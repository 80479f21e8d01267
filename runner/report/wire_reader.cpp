// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/wire_reader.hpp"

namespace grapnel::report::luci {

std::uint64_t WireReader::varint() {
  constexpr unsigned kBits = 64;
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < kBits; shift += 7) {
    if (rest_.empty()) throw WireError("it ends within a number");
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    if (shift == 63 && byte > 1) break;
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  throw WireError("a number has more than 64 bits");
}

std::uint64_t WireReader::fixed(std::size_t bytes) {
  if (rest_.size() < bytes) throw WireError("it ends within a number");
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i)
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(rest_[i])) << (8 * i);
  rest_.remove_prefix(bytes);
  return value;
}

bool WireReader::next(WireField& field) {
  if (rest_.empty()) return false;
  const std::uint64_t tag = varint();
  constexpr std::uint64_t kMostNumber = (1ULL << 29U) - 1;
  const std::uint64_t number = tag >> 3U;
  if (number == 0 || number > kMostNumber) throw WireError("a field has the number " + std::to_string(number));
  field = {.number = static_cast<std::uint32_t>(number)};
  const auto type = static_cast<unsigned>(tag & 7U);
  switch (type) {
    case 0:
      field.value = varint();
      break;
    case 1:
      field.value = fixed(8);
      break;
    case 2: {
      const std::uint64_t length = varint();
      if (length > rest_.size()) throw WireError("it ends within field " + std::to_string(number));
      field.bytes = rest_.substr(0, length);
      rest_.remove_prefix(length);
      break;
    }
    case 5:
      field.value = fixed(4);
      break;
    default:
      throw WireError("field " + std::to_string(number) + " has the unknown wire type " + std::to_string(type));
  }
  field.type = static_cast<WireField::Type>(type);
  return true;
}

}  // namespace grapnel::report::luci
