// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/shown.hpp"

#include "hooks_api/base/json.hpp"

#include <algorithm>

namespace hooks::base {

std::string shown(std::string_view text) {
  constexpr std::size_t kMostBytes = 4096;  // the longest path
  std::string quoted;
  append_json_string(quoted, text.substr(0, kMostBytes));
  quoted.front() = '\'';
  if (text.size() > kMostBytes) quoted.insert(quoted.size() - 1, "…");
  quoted.back() = '\'';
  return quoted;
}

std::string shown_place(std::string_view path) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  if (std::none_of(path.begin(), path.end(), is_control)) return std::string(path);
  std::string quoted;
  append_json_string(quoted, path);
  return quoted.substr(1, quoted.size() - 2);
}

std::string key_in_path(std::string_view key) {
  constexpr std::size_t kMaxBytes = 256;
  if (key.size() <= kMaxBytes) return std::string(key);
  std::size_t end = kMaxBytes;
  while (end > kMaxBytes - 4 && (static_cast<unsigned char>(key[end]) & 0xC0U) == 0x80U) --end;
  return std::string(key.substr(0, end)) + "…";
}

}  // namespace hooks::base
