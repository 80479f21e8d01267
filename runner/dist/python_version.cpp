// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/python_version.hpp"

#include "hooks_api/base/shown.hpp"
#include "runner/dist/ascii.hpp"
#include "runner/dist/project_name.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <tuple>

namespace grapnel::dist {
namespace {

using hooks::base::Expected;
using hooks::base::shown;

std::string_view strip(std::string_view text) {
  while (!text.empty() && is_python_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_python_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string without_zeros(std::string_view digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? "0" : std::string(digits.substr(first));
}

std::strong_ordering compare_numbers(const std::string& left, const std::string& right) {
  if (left.size() != right.size()) return left.size() <=> right.size();
  return left.compare(right) <=> 0;
}

/// What stands in a version: its whole, or the part that a comparison may have.
struct Parts {
  bool local = true;
  bool wildcard = false;
  bool compatible = false;  ///< two numbers of the release at least
};

/// Takes the longest beginning of a text that is a version.
class VersionReader {
 public:
  VersionReader(std::string_view text, Parts parts) : text_(text), parts_(parts) {}

  /// False where the text begins with no version.
  bool read() {
    if (!at_end() && to_lower(peek()) == 'v') ++at_;
    std::string number = digits();
    if (number.empty()) return false;
    if (!at_end() && peek() == '!') {
      const std::size_t before = at_++;
      std::string first = digits();
      if (first.empty()) {
        at_ = before;
        first = std::move(number);
      } else {
        version_.epoch = std::move(number);
      }
      number = std::move(first);
    }
    version_.release.push_back(std::move(number));
    while (peek_is(0, '.') && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])) {
      ++at_;
      version_.release.push_back(digits());
    }
    if (parts_.compatible && version_.release.size() < 2) return false;
    if (parts_.wildcard && peek_is(0, '.') && peek_is(1, '*')) {
      at_ += 2;
      wildcard_ = true;
      return true;
    }
    read_pre();
    read_post();
    if (tagged({"dev"})) version_.dev = tag_number();
    if (parts_.local && peek_is(0, '+')) read_local();
    return true;
  }

  [[nodiscard]] std::size_t length() const noexcept { return at_; }
  [[nodiscard]] bool wildcard() const noexcept { return wildcard_; }
  [[nodiscard]] PythonVersion take() { return std::move(version_); }

 private:
  [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
  [[nodiscard]] char peek() const noexcept { return text_[at_]; }
  [[nodiscard]] bool peek_is(std::size_t ahead, char c) const noexcept {
    return at_ + ahead < text_.size() && text_[at_ + ahead] == c;
  }

  std::string digits() {
    const std::size_t begin = at_;
    while (!at_end() && is_digit(peek())) ++at_;
    if (begin == at_) return {};
    return without_zeros(text_.substr(begin, at_ - begin));
  }

  /// Reads "-alpha" and the like; false, and nothing read, where none of `words` is there. The first that fits counts.
  bool tagged(std::initializer_list<std::string_view> words) {
    std::size_t at = at_;
    if (at < text_.size() && is_separator(text_[at])) ++at;
    for (const std::string_view word : words) {
      if (to_lower(text_.substr(at, word.size())) != word) continue;
      word_ = word;
      at_ = at + word.size();
      return true;
    }
    return false;
  }
  /// The number of such a tag: 0 where it has none.
  std::string tag_number() {
    if (!at_end() && is_separator(peek())) {
      ++at_;
      const std::string number = digits();
      // Python's expression gives a separator without a number to the tag, too.
      return number.empty() ? "0" : number;
    }
    const std::string number = digits();
    return number.empty() ? "0" : number;
  }

  void read_pre() {
    if (!tagged({"alpha", "beta", "preview", "pre", "a", "b", "c", "rc"})) return;
    std::string letter(word_);
    if (letter == "alpha") letter = "a";
    if (letter == "beta") letter = "b";
    if (letter == "c" || letter == "pre" || letter == "preview") letter = "rc";
    version_.pre.emplace(std::move(letter), tag_number());
  }

  void read_post() {
    if (peek_is(0, '-') && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])) {
      ++at_;
      version_.post = digits();
      return;
    }
    if (tagged({"post", "rev", "r"})) version_.post = tag_number();
  }

  void read_local() {
    std::size_t at = at_ + 1;
    while (true) {
      const std::size_t begin = at;
      while (at < text_.size() && is_letter_or_digit(text_[at])) ++at;
      if (at == begin) return;
      const std::string_view segment = text_.substr(begin, at - begin);
      const bool number = std::all_of(segment.begin(), segment.end(), is_digit);
      version_.local.push_back(number ? without_zeros(segment) : to_lower(segment));
      at_ = at;
      if (at == text_.size() || !is_separator(text_[at])) return;
      ++at;
    }
  }

  std::string_view text_;
  Parts parts_;
  std::size_t at_ = 0;
  std::string_view word_{};
  bool wildcard_ = false;
  PythonVersion version_{};
};

constexpr std::array<std::string_view, 8> kComparisons{"===", "~=", "==", "!=", "<=", ">=", "<", ">"};

Parts parts_of(std::string_view comparison) {
  const bool equality = comparison == "==" || comparison == "!=";
  return {.local = equality, .wildcard = equality, .compatible = comparison == "~="};
}

struct SpecifierText {
  std::string_view comparison{};
  std::string_view version{};
  std::size_t length = 0;  ///< 0: none
};

SpecifierText read_specifier(std::string_view text) {
  for (const std::string_view comparison : kComparisons) {
    if (text.substr(0, comparison.size()) != comparison) continue;
    std::size_t at = comparison.size();
    while (at < text.size() && is_python_space(text[at])) ++at;
    const std::string_view rest = text.substr(at);
    std::size_t length = 0;
    if (comparison == "===") {
      while (length < rest.size() && !is_python_space(rest[length]) && rest[length] != ';' && rest[length] != ')') {
        ++length;
      }
    } else {
      VersionReader reader(rest, parts_of(comparison));
      if (!reader.read()) continue;
      length = reader.length();
    }
    return {comparison, rest.substr(0, length), at + length};
  }
  return {};
}

/// REQUIRES: one that parse_specifiers() took.
PythonVersion version_of(const VersionSpecifier& specifier, bool& wildcard) {
  VersionReader reader(specifier.version, parts_of(specifier.comparison));
  reader.read();
  wildcard = reader.wildcard();
  return reader.take();
}

const std::string& number_at(const std::vector<std::string>& release, std::size_t index) {
  static const std::string zero = "0";
  return index < release.size() ? release[index] : zero;
}

/// Whether `version` begins with the first `count` numbers of `prefix`.
bool has_prefix(const PythonVersion& version, const PythonVersion& prefix, std::size_t count) {
  if (version.epoch != prefix.epoch) return false;
  for (std::size_t i = 0; i < count; ++i) {
    if (number_at(version.release, i) != prefix.release[i]) return false;
  }
  return true;
}

bool holds(const VersionSpecifier& specifier, const PythonVersion& version) {
  const std::string& comparison = specifier.comparison;
  if (comparison == "===") return to_lower(specifier.version) == version.to_string();
  bool wildcard = false;
  const PythonVersion wanted = version_of(specifier, wildcard);
  if (comparison == "==" || comparison == "!=") {
    const bool equal = wildcard ? has_prefix(version, wanted, wanted.release.size()) : version == wanted;
    return equal == (comparison == "==");
  }
  if (comparison == "~=") return version >= wanted && has_prefix(version, wanted, wanted.release.size() - 1);
  if (comparison == "<=") return version <= wanted;
  if (comparison == ">=") return version >= wanted;
  return comparison == "<" ? version < wanted : version > wanted;
}

/// Equal for comparisons that mean the same.
std::string canonical(const VersionSpecifier& specifier) {
  if (specifier.comparison == "===") return specifier.comparison + specifier.version;
  bool wildcard = false;
  PythonVersion version = version_of(specifier, wildcard);
  if (specifier.comparison != "~=" && !wildcard) {
    while (version.release.size() > 1 && version.release.back() == "0") version.release.pop_back();
  }
  return specifier.comparison + version.to_string() + (wildcard ? ".*" : "");
}

/// Where pre-releases and those before them stand: dev releases of a final one come first, final ones last.
int pre_rank(const PythonVersion& version) {
  if (version.pre) return version.pre->first == "a" ? 1 : version.pre->first == "b" ? 2 : 3;
  return !version.post && version.dev ? 0 : 4;
}

std::strong_ordering compare_local(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  const std::size_t count = std::min(left.size(), right.size());
  for (std::size_t i = 0; i < count; ++i) {
    const bool left_number = is_digit(left[i].front());
    const bool right_number = is_digit(right[i].front());
    const bool left_is = left_number && std::all_of(left[i].begin(), left[i].end(), is_digit);
    const bool right_is = right_number && std::all_of(right[i].begin(), right[i].end(), is_digit);
    if (left_is != right_is) return left_is <=> right_is;  // numbers are after words
    const auto order = left_is ? compare_numbers(left[i], right[i]) : left[i].compare(right[i]) <=> 0;
    if (std::is_neq(order)) return order;
  }
  return left.size() <=> right.size();
}

}  // namespace

std::string PythonVersion::to_string() const {
  std::string text;
  if (epoch != "0") text += epoch + "!";
  for (std::size_t i = 0; i < release.size(); ++i) {
    if (i > 0) text += '.';
    text += release[i];
  }
  if (pre) text += pre->first + pre->second;
  if (post) text += ".post" + *post;
  if (dev) text += ".dev" + *dev;
  for (std::size_t i = 0; i < local.size(); ++i) text += (i == 0 ? "+" : ".") + local[i];
  return text;
}

std::strong_ordering operator<=>(const PythonVersion& left, const PythonVersion& right) {
  if (const auto order = compare_numbers(left.epoch, right.epoch); std::is_neq(order)) return order;
  const std::size_t count = std::max(left.release.size(), right.release.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto order = compare_numbers(number_at(left.release, i), number_at(right.release, i));
    if (std::is_neq(order)) return order;
  }
  if (const auto order = pre_rank(left) <=> pre_rank(right); std::is_neq(order)) return order;
  if (left.pre) {
    if (const auto order = compare_numbers(left.pre->second, right.pre->second); std::is_neq(order)) return order;
  }
  if (left.post.has_value() != right.post.has_value()) return left.post.has_value() <=> right.post.has_value();
  if (left.post) {
    if (const auto order = compare_numbers(*left.post, *right.post); std::is_neq(order)) return order;
  }
  if (left.dev.has_value() != right.dev.has_value()) return right.dev.has_value() <=> left.dev.has_value();
  if (left.dev) {
    if (const auto order = compare_numbers(*left.dev, *right.dev); std::is_neq(order)) return order;
  }
  return compare_local(left.local, right.local);
}

Expected<PythonVersion> parse_python_version(std::string_view text) {
  if (text.size() > kMaxVersionText) {
    return hooks::base::error("has more than " + std::to_string(kMaxVersionText) + " bytes; expected a version");
  }
  const std::string_view stripped = strip(text);
  VersionReader reader(stripped, {});
  if (!reader.read() || reader.length() != stripped.size()) {
    return hooks::base::error(shown(text) + " is no version of PEP 440");
  }
  return reader.take();
}

std::string SpecifierSet::to_string() const {
  std::vector<std::string> texts;
  texts.reserve(specifiers_.size());
  for (const VersionSpecifier& specifier : specifiers_) texts.push_back(specifier.to_string());
  std::sort(texts.begin(), texts.end());
  std::string joined;
  for (const std::string& text : texts) {
    if (!joined.empty()) joined += ',';
    joined += text;
  }
  return joined;
}

bool SpecifierSet::allows(const PythonVersion& version) const {
  return std::all_of(specifiers_.begin(), specifiers_.end(),
                     [&](const VersionSpecifier& specifier) { return holds(specifier, version); });
}

Expected<SpecifierSet> parse_specifiers(std::string_view text) {
  if (text.size() > kMaxVersionText) {
    return hooks::base::error("has more than " + std::to_string(kMaxVersionText) +
                              " bytes; expected version specifiers");
  }
  SpecifierSet set;
  std::vector<std::string> seen;
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = strip(text.substr(0, comma));
    if (!part.empty()) {
      const SpecifierText found = read_specifier(part);
      if (found.length != part.size()) {
        return hooks::base::error(shown(part) + " is no version specifier of PEP 440");
      }
      VersionSpecifier specifier{std::string(found.comparison), std::string(found.version)};
      std::string meaning = canonical(specifier);
      if (std::find(seen.begin(), seen.end(), meaning) == seen.end()) {
        seen.push_back(std::move(meaning));
        set.specifiers_.push_back(std::move(specifier));
      }
    }
    if (comma == text.size()) return set;
    text.remove_prefix(comma + 1);
  }
}

std::size_t specifier_length(std::string_view text) { return read_specifier(text).length; }

}  // namespace grapnel::dist
