// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Numbers and texts as bytes: what records are made of. Little-endian, as every machine that we run on.
#pragma once

#include "runner/cache/digest.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace grapnel::cache {

/// Appends to a string that it owns.
class ByteWriter {
 public:
  template <typename Number>
  ByteWriter& number(Number value) {
    static_assert(std::is_integral_v<Number> || std::is_enum_v<Number>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  ByteWriter& text(std::string_view text) {
    number(static_cast<std::uint32_t>(text.size()));
    bytes_ += text;
    return *this;
  }
  ByteWriter& digest(const Digest& digest) { return number(digest.low).number(digest.high); }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Reads what a ByteWriter wrote; texts are borrowed. Bytes that end too early make it fail for good: from then on
/// all numbers are 0 and all texts empty.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) noexcept : rest_(bytes) {}

  template <typename Number>
  [[nodiscard]] Number number() noexcept {
    Number value{};
    const std::string_view bytes = take(sizeof value);
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  [[nodiscard]] std::string_view text() noexcept { return take(number<std::uint32_t>()); }
  [[nodiscard]] Digest digest() noexcept {
    Digest digest;
    digest.low = number<std::uint64_t>();
    digest.high = number<std::uint64_t>();
    return digest;
  }
  /// The next `size` bytes.
  [[nodiscard]] std::string_view take(std::size_t size) noexcept {
    if (size > rest_.size()) {
      fail();
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  [[nodiscard]] bool failed() const noexcept { return failed_; }
  /// Says that what was read makes no sense.
  void fail() noexcept {
    failed_ = true;
    rest_ = {};
  }
  [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace grapnel::cache
