// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/requirement.hpp"

#include "hooks_api/base/shown.hpp"
#include "hooks_api/base/utf8.hpp"
#include "runner/dist/ascii.hpp"
#include "runner/dist/project_name.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace grapnel::dist {
namespace {

using hooks::base::Expected;
using hooks::base::shown;

constexpr std::array<std::string_view, 14> kVariables{"python_version",
                                                      "python_full_version",
                                                      "os_name",
                                                      "sys_platform",
                                                      "platform_release",
                                                      "platform_system",
                                                      "platform_version",
                                                      "platform_machine",
                                                      "platform_python_implementation",
                                                      "python_implementation",
                                                      "implementation_name",
                                                      "implementation_version",
                                                      "extra",
                                                      "extras"};

constexpr std::array<std::string_view, 8> kMarkerComparisons{"===", "==", "~=", "!=", "<=", ">=", "<", ">"};

bool is_word_character(char c) noexcept { return is_letter_or_digit(c) || c == '_'; }

/// A side of a comparison.
struct Operand {
  std::string text{};
  bool variable = false;

  [[nodiscard]] std::string to_string() const {
    if (variable) return text;
    const char quote = text.find('\'') == std::string::npos ? '\'' : '"';
    return quote + text + quote;
  }
};

/// What stands in a pair of parentheses, or is the whole marker.
struct MarkerText {
  std::string text{};
  bool single = true;  ///< one comparison; needs no parentheses within another marker
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Expected<Requirement> run() {
    Requirement requirement;
    if (read(requirement)) return requirement;
    return hooks::base::error(std::move(error_));
  }

 private:
  // Each reader is false after the first error, which is in error_.

  bool read(Requirement& requirement) {
    skip_blanks();
    const std::string_view name = identifier();
    if (name.empty()) return fail("a name");
    if (!is_project_name(name)) return fail_at(at_ - name.size(), shown(name) + " is no name of a project");
    requirement.name = normal_project_name(name);
    skip_blanks();
    if (!read_extras(requirement)) return false;
    skip_blanks();
    bool end = false;
    if (peek() == '@') {
      ++at_;
      if (!read_url(requirement, end)) return false;
    } else if (!read_specifiers(requirement)) {
      return false;
    }
    if (end || at_end()) return true;
    if (peek() != ';') return fail(requirement.url.empty() ? "a version specifier, ';' or the end" : "';' or the end");
    ++at_;
    std::optional<MarkerText> marker = read_marker(0);
    if (!marker) return false;
    if (!at_end()) return fail("'and', 'or' or the end");
    requirement.marker = std::move(marker->text);
    return true;
  }

  bool read_extras(Requirement& requirement) {
    if (peek() != '[') return true;
    ++at_;
    skip_blanks();
    while (peek() != ']' || !requirement.extras.empty()) {
      const std::string_view extra = identifier();
      if (extra.empty()) return fail("the name of an extra");
      if (!is_project_name(extra)) return fail_at(at_ - extra.size(), shown(extra) + " is no name of an extra");
      requirement.extras.push_back(normal_project_name(extra));
      skip_blanks();
      if (peek() == ']') break;
      if (peek() != ',') return fail("',' or ']'");
      ++at_;
      skip_blanks();
    }
    ++at_;
    std::sort(requirement.extras.begin(), requirement.extras.end());
    requirement.extras.erase(std::unique(requirement.extras.begin(), requirement.extras.end()),
                             requirement.extras.end());
    return true;
  }

  /// `end`: set where nothing but blanks follows.
  bool read_url(Requirement& requirement, bool& end) {
    skip_blanks();
    const std::size_t begin = at_;
    while (!at_end() && !is_blank(peek())) ++at_;
    requirement.url = std::string(text_.substr(begin, at_ - begin));
    const std::size_t colon = requirement.url.find(':');
    const bool scheme =
        colon != std::string::npos && colon > 0 && colon + 1 < requirement.url.size() &&
        std::all_of(requirement.url.begin(), requirement.url.begin() + static_cast<std::ptrdiff_t>(colon),
                    [](char c) { return is_letter_or_digit(c) || c == '+' || c == '-' || c == '.'; });
    if (!scheme) {
      at_ = begin;
      return fail("a URL");
    }
    // As in packaging's texts after hatchling has turned the quotes of markers into these.
    std::replace(requirement.url.begin(), requirement.url.end(), '"', '\'');
    skip_blanks();
    end = at_end();
    return true;
  }

  bool read_specifiers(Requirement& requirement) {
    const bool parentheses = peek() == '(';
    if (parentheses) {
      ++at_;
      skip_blanks();
    }
    const std::size_t begin = at_;
    std::size_t end = at_;
    while (const std::size_t length = specifier_length(text_.substr(at_))) {
      at_ += length;
      end = at_;
      skip_blanks();
      if (peek() != ',') break;
      ++at_;
      skip_blanks();
    }
    if (begin < end) {
      Expected<SpecifierSet> set = parse_specifiers(to_lower(text_.substr(begin, end - begin)));
      if (!set) return fail_at(begin, set.error().message);
      requirement.specifiers = std::move(*set);
    }
    if (parentheses) {
      if (peek() != ')') return fail(begin < end ? "',' or ')'" : "a version specifier");
      ++at_;
      skip_blanks();
    }
    return true;
  }

  std::optional<MarkerText> read_marker(std::size_t depth) {
    if (depth > kMaxMarkerDepth) {
      fail_at(at_, "more than " + std::to_string(kMaxMarkerDepth) + " levels of parentheses");
      return std::nullopt;
    }
    std::optional<MarkerText> first = read_marker_atom(depth);
    if (!first) return std::nullopt;
    std::optional<std::string_view> word = boolean_word();
    if (!word) return first;
    MarkerText all{in_parentheses(*first), false};
    while (word) {
      const std::optional<MarkerText> next = read_marker_atom(depth);
      if (!next) return std::nullopt;
      all.text += " " + std::string(*word) + " " + in_parentheses(*next);
      word = boolean_word();
    }
    return all;
  }

  static std::string in_parentheses(const MarkerText& marker) {
    return marker.single ? marker.text : "(" + marker.text + ")";
  }

  std::optional<MarkerText> read_marker_atom(std::size_t depth) {
    skip_blanks();
    std::optional<MarkerText> atom;
    if (peek() == '(') {
      ++at_;
      atom = read_marker(depth + 1);
      if (!atom) return std::nullopt;
      if (peek() != ')') {
        fail("'and', 'or' or ')'");
        return std::nullopt;
      }
      ++at_;
    } else {
      atom = read_comparison();
      if (!atom) return std::nullopt;
    }
    skip_blanks();
    return atom;
  }

  std::optional<MarkerText> read_comparison() {
    std::optional<Operand> left = read_operand();
    if (!left) return std::nullopt;
    skip_blanks();
    const std::optional<std::string_view> comparison = read_comparison_word();
    if (!comparison) return std::nullopt;
    skip_blanks();
    std::optional<Operand> right = read_operand();
    if (!right) return std::nullopt;
    normalise_extra(*left, *right);
    normalise_extra(*right, *left);
    return MarkerText{left->to_string() + " " + std::string(*comparison) + " " + right->to_string()};
  }

  static void normalise_extra(const Operand& variable, Operand& value) {
    if (variable.variable && variable.text == "extra" && !value.variable) value.text = normal_project_name(value.text);
  }

  std::optional<Operand> read_operand() {
    if (peek() == '\'' || peek() == '"') return read_string();
    const std::size_t begin = at_;
    std::string word;
    while (is_word_character(peek()) || peek() == '.') word += text_[at_++];
    std::replace(word.begin(), word.end(), '.', '_');
    if (std::find(kVariables.begin(), kVariables.end(), word) == kVariables.end()) {
      if (word.empty()) {
        fail("a variable of markers or a string in quotes");
      } else {
        fail_at(begin, shown(text_.substr(begin, at_ - begin)) + " is no variable of markers, such as 'os_name'");
      }
      return std::nullopt;
    }
    if (word == "python_implementation") word = "platform_python_implementation";
    return Operand{std::move(word), true};
  }

  std::optional<Operand> read_string() {
    const std::size_t begin = at_;
    const std::size_t end = text_.find(text_[begin], begin + 1);
    if (end == std::string_view::npos) {
      fail_at(begin, "a string without its end");
      return std::nullopt;
    }
    const std::string_view value = text_.substr(begin + 1, end - begin - 1);
    // Python would read escapes, and give a line's end to who writes the text as a header.
    const std::size_t backslash = value.find('\\');
    if (backslash != std::string_view::npos) {
      fail_at(begin + 1 + backslash, "a backslash; expected a string without");
      return std::nullopt;
    }
    at_ = end + 1;
    return Operand{std::string(value), false};
  }

  std::optional<std::string_view> read_comparison_word() {
    for (const std::string_view comparison : kMarkerComparisons) {
      if (text_.substr(at_, comparison.size()) != comparison) continue;
      at_ += comparison.size();
      return comparison;
    }
    if (take_word("in")) return "in";
    if (take_word("not")) {
      skip_blanks();
      if (take_word("in")) return "not in";
      fail("'in'");
      return std::nullopt;
    }
    fail("one of <=, <, !=, ==, >=, >, ~=, ===, in, not in");
    return std::nullopt;
  }

  std::optional<std::string_view> boolean_word() {
    for (const std::string_view word : {"and", "or"}) {
      if (take_word(word)) return word;
    }
    return std::nullopt;
  }

  bool take_word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    if (at_ > 0 && is_word_character(text_[at_ - 1])) return false;
    if (at_ + word.size() < text_.size() && is_word_character(text_[at_ + word.size()])) return false;
    at_ += word.size();
    return true;
  }

  std::string_view identifier() {
    const std::size_t begin = at_;
    while (is_word_character(peek()) || peek() == '-' || peek() == '.') ++at_;
    return text_.substr(begin, at_ - begin);
  }

  static bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }
  void skip_blanks() {
    while (!at_end() && is_blank(text_[at_])) ++at_;
  }
  [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
  /// NUL at the end: there is none within the text.
  [[nodiscard]] char peek() const noexcept { return at_end() ? '\0' : text_[at_]; }

  bool fail(std::string_view expected) {
    const std::string_view rest = text_.substr(at_);
    const std::string found = at_end() ? "the end" : shown(rest.substr(0, hooks::base::utf8_length(rest)));
    return fail_at(at_, "found " + found + "; expected " + std::string(expected));
  }
  bool fail_at(std::size_t at, const std::string& message) {
    error_ = message + " at character " + std::to_string(at + 1);
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string error_{};
};

}  // namespace

std::string Requirement::to_string() const {
  std::string text = name;
  for (std::size_t i = 0; i < extras.size(); ++i) text += (i == 0 ? "[" : ",") + extras[i];
  if (!extras.empty()) text += ']';
  text += specifiers.to_string();
  if (!url.empty()) text += "@ " + url;
  if (!marker.empty()) text += (url.empty() ? "; " : " ; ") + marker;
  return text;
}

std::string Requirement::to_string_for_extra(std::string_view extra) const {
  Requirement copy = *this;
  copy.marker = (marker.empty() ? "" : "(" + marker + ") and ") + "extra == '" + std::string(extra) + "'";
  return copy.to_string();
}

Expected<Requirement> parse_requirement(std::string_view text) {
  if (text.size() > kMaxRequirementText) {
    return hooks::base::error("has more than " + std::to_string(kMaxRequirementText) +
                              " bytes; expected a requirement");
  }
  if (!hooks::base::is_utf8(text)) return hooks::base::error("is no UTF-8");
  const auto* control = std::find_if(text.begin(), text.end(), [](char c) { return is_control(c) && c != '\t'; });
  if (control != text.end()) {
    return hooks::base::error("a control character at character " + std::to_string(control - text.begin() + 1) +
                              "; expected one line of text");
  }
  return Parser(text).run();
}

}  // namespace grapnel::dist
