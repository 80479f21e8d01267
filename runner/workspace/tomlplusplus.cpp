// SPDX-License-Identifier: BSD-3-Clause
#include "runner/workspace/tomlplusplus.hpp"

#include "hooks_api/base/utf8.hpp"
#include "runner/workspace/grapnel_toml.hpp"
#include "runner/workspace/toml_keys.hpp"

#include <string>
#include <utility>

namespace grapnel::workspace {
namespace {

/// A message of toml++, which shows characters of the document, without control characters.
std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : hooks::base::to_utf8(text)) line += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? ' ' : c;
  return line;
}

}  // namespace

std::optional<toml::table> parse_toml(std::string_view text, hooks::protocol::Faults& faults) {
  if (text.size() > kMaxTomlBytes) {
    faults.push_back({"", "larger than " + std::to_string(kMaxTomlBytes) + " bytes, the limit"});
    return std::nullopt;
  }
  if (auto deep = find_deep_key(text)) {
    faults.push_back(std::move(*deep));
    return std::nullopt;
  }
  toml::parse_result result = toml::parse(text);
  if (!result) {
    const toml::source_position where = result.error().source().begin;
    faults.push_back({"", "not TOML: " + on_one_line(result.error().description()), where.line, where.column});
    return std::nullopt;
  }
  return std::move(result).table();
}

}  // namespace grapnel::workspace
