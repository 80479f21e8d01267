// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// RECORD of a wheel: each member with its digest and size (PEP 376, PEP 427).
#pragma once

#include "runner/dist/archive.hpp"

#include <string>
#include <string_view>

namespace grapnel::dist {

/// Bytes in the alphabet of URLs, without padding: how RECORD has digests.
[[nodiscard]] std::string urlsafe_base64(std::string_view bytes);

/// The text in the making.
class Record {
 public:
  void add(std::string_view name, const Added& added);
  /// The line of RECORD itself, which knows no digest.
  void add_itself(std::string_view name);
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

}  // namespace grapnel::dist
