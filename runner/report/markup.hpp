// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Text in XML and HTML.
#pragma once

#include <string>
#include <string_view>

namespace grapnel::report {

/// Appends `text` so that it is text in XML and HTML, between tags and in quotation marks: & < > " ' become references.
/// Control characters stay as they are.
void append_markup(std::string& out, std::string_view text);

/// The same by itself.
[[nodiscard]] inline std::string markup(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_markup(out, text);
  return out;
}

}  // namespace grapnel::report
