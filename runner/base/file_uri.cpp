// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/file_uri.hpp"

#include <algorithm>

namespace grapnel {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The characters that RFC 3986 lets stand in a path, and '/'.
bool stands_for_itself(char c) {
  constexpr std::string_view kOthers = "-._~!$&'()*+,;=:@/";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kOthers.find(c) != std::string_view::npos;
}

// Whether the text begins with a drive, as Windows has them: "C:" and a separator.
bool has_drive(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return text.size() >= 3 && is_letter(text[0]) && text[1] == ':' && (text[2] == '/' || text[2] == '\\');
}

}  // namespace

std::string file_uri(const std::filesystem::path& path) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const bool is_windows = has_drive(path.native());
  std::string uri = is_windows ? "file:///" : "file://";
  for (const char c : path.native()) {
    if (is_windows && c == '\\') {
      uri += '/';
    } else if (stands_for_itself(c)) {
      uri += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      uri += '%';
      uri += kDigits[byte >> 4U];
      uri += kDigits[byte & 0xFU];
    }
  }
  return uri;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return std::nullopt;
    decoded += c;
  }
  return decoded;
}

std::optional<std::filesystem::path> path_of_file_uri(std::string_view uri) {
  constexpr std::string_view kScheme = "file:";
  if (!uri.starts_with(kScheme)) return std::nullopt;
  uri.remove_prefix(kScheme.size());
  if (uri.starts_with("///")) uri.remove_prefix(2);
  if (!uri.starts_with('/') || uri.starts_with("//") || uri.find_first_of("?#") != std::string_view::npos)
    return std::nullopt;
  auto decoded = percent_decoded(uri);
  if (decoded && has_drive(std::string_view(*decoded).substr(1))) {
    decoded->erase(0, 1);
    std::replace(decoded->begin(), decoded->end(), '/', '\\');
  }
  return decoded ? std::optional<std::filesystem::path>(std::move(*decoded)) : std::nullopt;
}

}  // namespace grapnel
