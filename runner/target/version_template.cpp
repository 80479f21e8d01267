// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/version_template.hpp"

#include "hooks_api/base/shown.hpp"

#include <cstddef>

namespace grapnel::target {

namespace {

// A version has neither quotes nor control characters.
std::string literal(std::string_view version) { return "'" + std::string(version) + "'"; }

}  // namespace

hooks::base::Expected<std::string> fill_template(std::string_view text, std::string_view version) {
  std::string filled;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '{' && c != '}') {
      filled += c;
      continue;
    }
    if (i + 1 < text.size() && text[i + 1] == c) {
      filled += c;
      ++i;
      continue;
    }
    const std::string where = "at byte " + std::to_string(i);
    if (c == '}') return hooks::base::error("found a single '}' " + where + "; a brace is written '}}'");
    const std::size_t end = text.find('}', i);
    if (end == std::string_view::npos) return hooks::base::error("found a '{' without '}' " + where);
    const std::string_view field = text.substr(i + 1, end - i - 1);
    if (field == "version" || field == "version!s") {
      filled += version;
    } else if (field == "version!r") {
      filled += literal(version);
    } else {
      return hooks::base::error("found the field " + hooks::base::shown(field) + " " + where +
                                "; expected {version} or {version!r}, and '{{' for a brace");
    }
    i = end;
  }
  return filled;
}

}  // namespace grapnel::target
