// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/shown.hpp"
#include <grapnel/hookd_client.hpp>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace grapnel {

namespace {

std::string utf8(std::uint32_t code_point) {
  const auto byte = [](std::uint32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
  const auto more = [&](unsigned shift) { return byte(0x80U | ((code_point >> shift) & 0x3FU)); };
  if (code_point < 0x80) return {byte(code_point)};
  if (code_point < 0x800) return {byte(0xC0U | (code_point >> 6U)), more(0)};
  if (code_point < 0x10000) return {byte(0xE0U | (code_point >> 12U)), more(6), more(0)};
  return {byte(0xF0U | (code_point >> 18U)), more(12), more(6), more(0)};
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<std::string> list() {
    std::vector<std::string> items;
    expect('[');
    if (here() != ']') {
      items.push_back(string());
      while (here() == ',') {
        expect(',');
        while (here() == ' ') ++at_;
        items.push_back(string());
      }
    }
    expect(']');
    if (at_ != text_.size()) fail("text after the end of the list");
    return items;
  }

 private:
  std::string string() {
    const char quote = here();
    if (quote != '\'' && quote != '"') fail("expected a string in quotes");
    ++at_;
    std::string value;
    while (here() != quote) {
      if (at_ >= text_.size() || here() == '\n') fail("a string does not end");
      if (here() == '\\') {
        value += escape();
      } else {
        value += text_[at_++];
      }
    }
    ++at_;
    return value;
  }

  std::string escape() {
    ++at_;
    const char kind = here();
    ++at_;
    switch (kind) {
      case '\\':
      case '\'':
      case '"':
        return {kind};
      case 'n':
        return "\n";
      case 't':
        return "\t";
      case 'r':
        return "\r";
      case 'x':
        return character(2);
      case 'u':
        return character(4);
      case 'U':
        return character(8);
      default:
        --at_;
        fail("an unknown escape");
    }
  }

  std::string character(std::size_t digits) {
    const std::string_view hex = text_.substr(at_, digits);
    if (hex.size() < digits) fail("expected hex digits");
    std::uint32_t code_point = 0;
    const auto [end, failure] = std::from_chars(hex.data(), hex.data() + hex.size(), code_point, 16);
    if (failure != std::errc() || end != hex.data() + hex.size()) fail("expected hex digits");
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point < 0xE000)) fail("a character that is none");
    at_ += digits;
    return utf8(code_point);
  }

  void expect(char c) {
    if (here() != c) fail(std::string("expected '") + c + "'");
    ++at_;
  }
  // NUL at the end, which is an error wherever it is looked at.
  [[nodiscard]] char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  [[noreturn]] void fail(const std::string& why) const {
    throw std::invalid_argument("not a list of strings as Python writes it, at byte " + std::to_string(at_ + 1) + ": " +
                                why + ": " + hooks::base::shown(text_));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<std::string> python_list(const std::string& text) { return Reader(text).list(); }

}  // namespace grapnel
