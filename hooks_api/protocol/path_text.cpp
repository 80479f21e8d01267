// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/path_text.hpp"

#include <algorithm>
#include <string>

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

std::filesystem::path path_beside(const std::filesystem::path& file, std::string_view text) {
  if (is_absolute_path_text(text)) return text;
  const std::string& base = file.native();
  if (!has_drive(base)) return (file.parent_path() / text).lexically_normal();
  // std::filesystem knows the separators of its own host alone.
  const auto with = [](std::string path, char from, char to) {
    std::replace(path.begin(), path.end(), from, to);
    return path;
  };
  const std::filesystem::path directory = std::filesystem::path(with(base.substr(2), '\\', '/')).parent_path();
  const std::filesystem::path path = (directory / with(std::string(text), '\\', '/')).lexically_normal();
  return base.substr(0, 2) + with(path.native(), '/', '\\');
}

}  // namespace hooks::protocol
