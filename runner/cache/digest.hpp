// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// XXH3-128: tells whether something changed. No proof against somebody who wants two texts with one digest; what names
/// or proves something is SHA-256 (hooks_api/base/sha256.hpp).
#pragma once

#include "hooks_api/base/error.hpp"
#include "runner/cache/file_state.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace grapnel::cache {

struct Digest {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend bool operator==(const Digest&, const Digest&) = default;
};

/// 32 lower-case hex digits.
[[nodiscard]] std::string to_hex(const Digest& digest);

/// The digest of a text.
[[nodiscard]] Digest digest_of(std::string_view bytes) noexcept;

/// Joins several fields into one digest; each is framed by its length, so that no two lists of fields are alike.
class Fields {
 public:
  Fields() { bytes_.reserve(kUsual); }
  Fields& add(std::string_view field);
  Fields& add(std::uint64_t number);
  Fields& add(const Digest& digest);
  [[nodiscard]] Digest digest() const noexcept { return digest_of(bytes_); }

 private:
  static constexpr std::size_t kUsual = 256;  // one is made for each hook of an up-to-date run
  std::string bytes_;
};

/// What a path holds, and the stat data that belongs to exactly that.
struct Content {
  FileState state;
  Digest digest;  ///< of a missing path: that of nothing
};

/// The bytes of a file; whether the path is missing, a device, unreadable. A file that is written to meanwhile gives a
/// state that proves nothing later. Never throws for what is there; errors other than a missing file, and a stop
/// request while a long file is read, make the state unreadable.
[[nodiscard]] Content content_of_file(const std::string& path, const std::stop_token& stop = {});

/// The names and types of a directory's direct children, links not followed. What is no directory counts as a file.
[[nodiscard]] Content content_of_directory(const std::string& path);

}  // namespace grapnel::cache
