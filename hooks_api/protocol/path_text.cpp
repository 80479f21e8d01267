// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/path_text.hpp"

namespace hooks::protocol {

namespace {

bool has_drive(std::string_view text) noexcept {
  if (text.size() < 2 || text[1] != ':') return false;
  const char letter = text[0];
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

}  // namespace

bool is_absolute_path_text(std::string_view text) noexcept { return text.starts_with('/') || has_drive(text); }

bool is_directory_text(std::string_view text) noexcept {
  return text.ends_with('/') || (has_drive(text) && text.ends_with('\\'));
}

std::filesystem::path directory_from_text(std::string_view text) {
  while (text.size() > 1 && is_directory_text(text) && text[text.size() - 2] != ':') text.remove_suffix(1);
  return text;
}

}  // namespace hooks::protocol
