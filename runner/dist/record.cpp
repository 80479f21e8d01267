// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/record.hpp"

#include <cstddef>
#include <cstdint>

namespace grapnel::dist {
namespace {

// As Python's csv writes a field.
std::string field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

std::string urlsafe_base64(std::string_view bytes) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char byte : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6; count -= 6) text += kAlphabet[(bits >> (count - 6)) & 0x3FU];
  }
  if (count > 0) text += kAlphabet[(bits << (6 - count)) & 0x3FU];
  return text;
}

void Record::add(std::string_view name, const Added& added) {
  const std::string_view digest(reinterpret_cast<const char*>(added.sha256.data()), added.sha256.size());
  text_ += field(name) + ",sha256=" + urlsafe_base64(digest) + "," + std::to_string(added.size) + "\n";
}

void Record::add_itself(std::string_view name) { text_ += field(name) + ",,\n"; }

}  // namespace grapnel::dist
