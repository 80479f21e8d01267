// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Numbers in binary files, bounds checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hooks::protocol {

/// Reads little- or big-endian numbers at offsets; nothing beyond the end. Borrows the bytes.
class ByteReader {
 public:
  enum class Order { little, big };
  ByteReader(std::string_view bytes, Order order) noexcept : bytes_(bytes), order_(order) {}

  [[nodiscard]] std::optional<std::uint16_t> u16(std::uint64_t offset) const noexcept {
    return number<std::uint16_t>(offset);
  }
  [[nodiscard]] std::optional<std::uint32_t> u32(std::uint64_t offset) const noexcept {
    return number<std::uint32_t>(offset);
  }
  [[nodiscard]] std::optional<std::uint64_t> u64(std::uint64_t offset) const noexcept {
    return number<std::uint64_t>(offset);
  }

  /// The text from `offset` to the next NUL, to the end of the bytes or of `most` bytes; empty beyond the end.
  [[nodiscard]] std::string_view text(std::uint64_t offset, std::size_t most) const noexcept {
    if (offset >= bytes_.size()) return {};
    const std::string_view rest = bytes_.substr(static_cast<std::size_t>(offset), most);
    return rest.substr(0, rest.find('\0'));
  }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  [[nodiscard]] Order order() const noexcept { return order_; }

 private:
  template <typename Number>
  [[nodiscard]] std::optional<Number> number(std::uint64_t offset) const noexcept {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(Number)) return std::nullopt;
    Number value = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i) {
      const std::size_t at = order_ == Order::little ? sizeof(Number) - 1 - i : i;
      const auto byte = static_cast<unsigned char>(bytes_[static_cast<std::size_t>(offset) + at]);
      value = static_cast<Number>((value << 8U) | byte);
    }
    return value;
  }

  std::string_view bytes_;
  Order order_;
};

}  // namespace hooks::protocol
