// SPDX-License-Identifier: BSD-3-Clause
// Not RapidJSON: it refuses halves of surrogate pairs, which Python takes, and its names for infinities are others.
#include "runner/daemon/config_settings.hpp"

#include "hooks_api/base/utf8.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace grapnel::hookd {

namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  // Whether the text is one document; else fault() says why not.
  bool read() {
    if (!value_behind_openings()) return false;
    while (!open_.empty()) {
      if (!member_or_end()) return false;
    }
    skip_spaces();
    return at_ == text_.size() || refuse("text after the end of the document");
  }

  [[nodiscard]] std::string fault() const { return "column " + std::to_string(at_ + 1) + ": " + fault_; }

 private:
  // The brackets that lead to the next value, and that value where it is none. A list or object that has a first
  // member or is empty is left to member_or_end().
  bool value_behind_openings() {
    while (true) {
      skip_spaces();
      const char c = here();
      if (c != '[' && c != '{') return scalar();
      if (open_.size() == kDeepestSettings) {
        return refuse("more than " + std::to_string(kDeepestSettings) + " nested lists and objects");
      }
      open_.push_back(c);
      ++at_;
      skip_spaces();
      if (here() == closing()) return true;
      if (c == '{' && !key()) return false;
    }
  }

  // Behind a value, or behind an opening bracket that is closed at once.
  bool member_or_end() {
    skip_spaces();
    if (here() == closing()) {
      open_.pop_back();
      ++at_;
      return true;
    }
    if (here() != ',') return refuse(open_.back() == '[' ? "expected ',' or ']'" : "expected ',' or '}'");
    ++at_;
    if (open_.back() == '{') {
      skip_spaces();
      if (!key()) return false;
    }
    return value_behind_openings();
  }

  bool key() {
    if (here() != '"') return refuse("expected a key in double quotes");
    if (!string()) return false;
    skip_spaces();
    if (here() != ':') return refuse("expected ':' after the key");
    ++at_;
    return true;
  }

  bool scalar() {
    if (here() == '"') return string();
    constexpr std::array<std::string_view, 6> kWords{"true", "false", "null", "NaN", "Infinity", "-Infinity"};
    for (const std::string_view word : kWords) {
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return true;
      }
    }
    return number();
  }

  bool number() {
    const std::size_t begin = at_;
    if (here() == '-') ++at_;
    if (!is_digit(here())) {
      at_ = begin;
      return refuse("expected a value");
    }
    if (here() == '0') {
      ++at_;
    } else {
      skip_digits();
    }
    if (here() == '.') {
      ++at_;
      if (!is_digit(here())) return refuse("expected a digit after '.'");
      skip_digits();
    }
    if (here() == 'e' || here() == 'E') {
      ++at_;
      if (here() == '+' || here() == '-') ++at_;
      if (!is_digit(here())) return refuse("expected a digit in the exponent");
      skip_digits();
    }
    return true;
  }

  bool string() {
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = here();
      if (c == '"') {
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) return refuse("a control character in a string");
      if (c == '\\' && !escape()) return false;
    }
    return refuse("the string does not end");
  }

  // Leaves its last character to be passed.
  bool escape() {
    ++at_;
    if (here() != 'u') {
      constexpr std::string_view kKnown = "\"\\/bfnrt";
      // At the end here() is NUL, which is none of them.
      return kKnown.find(here()) != std::string_view::npos || refuse("an unknown escape in a string");
    }
    for (int i = 0; i < 4; ++i) {
      ++at_;
      if (!is_hex(here())) return refuse("expected four hex digits after \\u");
    }
    return true;
  }

  void skip_spaces() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
  void skip_digits() { at_ = std::min(text_.find_first_not_of("0123456789", at_), text_.size()); }
  // NUL at the end, as it is never right either.
  [[nodiscard]] char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  [[nodiscard]] char closing() const { return open_.back() == '[' ? ']' : '}'; }
  bool refuse(std::string why) {
    fault_ = std::move(why);
    if (at_ >= text_.size()) fault_ += "; the line ends here";
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<char> open_;
  std::string fault_;
};

}  // namespace

std::string fault_of_config_settings(std::string_view json) {
  const std::size_t valid = hooks::base::utf8_prefix(json);
  if (valid < json.size()) return "column " + std::to_string(valid + 1) + ": bytes that are not UTF-8";
  Reader reader(json);
  return reader.read() ? std::string() : reader.fault();
}

}  // namespace grapnel::hookd
