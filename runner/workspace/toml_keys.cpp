// SPDX-License-Identifier: BSD-3-Clause
#include "runner/workspace/toml_keys.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace grapnel::workspace {
namespace {

constexpr std::size_t kMaxKeyParts = 64;

}  // namespace

std::optional<hooks::protocol::Fault> find_deep_key(std::string_view text) {
  std::size_t dots = 0;
  std::size_t line = 1;
  std::size_t line_start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\'') {
      const std::string_view three = text.substr(i, 3);
      const bool multi_line = three == R"(""")" || three == "'''";
      const std::size_t quotes = multi_line ? 3 : 1;
      for (i += quotes; i < text.size(); ++i) {
        if (text[i] == '\\' && c == '"') {
          ++i;
        } else if (text[i] == '\n') {
          if (!multi_line) break;
        } else if (text.substr(i, quotes) == three.substr(0, quotes)) {
          i += quotes - 1;
          // Up to two quotes right before the end belong to the text.
          for (int more = 0; multi_line && more < 2 && text.substr(i + 1, 1) == three.substr(0, 1); ++more) ++i;
          break;
        }
        if (i < text.size() && text[i] == '\n') {
          ++line;
          line_start = i + 1;
        }
      }
      if (i >= text.size() || text[i] != '\n') continue;
    } else if (c == '#') {
      i = std::min(text.find('\n', i), text.size());
    }
    if (i >= text.size()) break;
    if (text[i] == '\n') {
      ++line;
      line_start = i + 1;
    }
    if (std::string_view("\n=,[{").find(text[i]) != std::string_view::npos) dots = 0;
    if (text[i] == '.' && ++dots >= kMaxKeyParts) {
      return hooks::protocol::Fault{"",
                                    "a key with more than " + std::to_string(kMaxKeyParts) + " parts; the limit is " +
                                        std::to_string(kMaxKeyParts),
                                    line, i - line_start + 1};
    }
  }
  return std::nullopt;
}

}  // namespace grapnel::workspace
