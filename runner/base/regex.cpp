// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/regex.hpp"

#include "hooks_api/base/shown.hpp"
#include "hooks_api/base/utf8.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

namespace grapnel {
namespace {

using hooks::base::shown;

constexpr std::size_t kMaxPattern = 16 * std::size_t{1024};
constexpr std::uint32_t kMaxHeapKib = 64 * 1024;
/// Items of the pattern that are tried, and characters between them. A pattern for a version takes some thousands.
constexpr std::uint64_t kMaxSteps = 50'000'000;

tl::unexpected<RegexError> error(RegexError::Kind kind, std::string message) {
  return tl::unexpected<RegexError>(RegexError{kind, std::move(message)});
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex_digit(char c) noexcept { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// Python's syntax into PCRE2's, where the same characters mean something else: \Z, \v, \u, {,n} and [ within a class.
class Translation {
 public:
  explicit Translation(std::string_view pattern) : in_(pattern) {}

  tl::expected<std::string, RegexError> run() {
    while (at_ < in_.size()) {
      if (const auto step = next(); !step) return tl::unexpected<RegexError>(step.error());
    }
    return std::move(out_);
  }

 private:
  using Step = tl::expected<void, RegexError>;

  tl::unexpected<RegexError> refuse(const std::string& what) const {
    return error(RegexError::Kind::pattern, what + " at character " + std::to_string(at_ + 1));
  }

  Step next() {
    const char c = in_[at_];
    if (c == '\\') return escape();
    if (in_class_) {
      within_class(c);
      return {};
    }
    if (in_.substr(at_, 2) == "(*") return refuse("nothing to repeat");
    if (in_.substr(at_, 3) == "(?#") return comment();
    if (in_.substr(at_, 2) == "{,") {
      std::size_t end = at_ + 2;
      while (end < in_.size() && is_digit(in_[end])) ++end;
      if (end > at_ + 2 && end < in_.size() && in_[end] == '}') {
        out_ += "{0,";
        at_ += 2;
        return {};
      }
    }
    if (c == '[') {
      in_class_ = true;
      take(1);
      if (at_ < in_.size() && in_[at_] == '^') take(1);
      // Here it is a character of the class.
      if (at_ < in_.size() && in_[at_] == ']') take(1);
      return {};
    }
    take(1);
    return {};
  }

  void within_class(char c) {
    if (c == ']') in_class_ = false;
    if (c == '[') out_ += '\\';
    take(1);
  }

  Step comment() {
    const std::size_t end = in_.find(')', at_);
    if (end == std::string_view::npos) return refuse("a comment without an end");
    at_ = end + 1;
    return {};
  }

  Step escape() {
    if (at_ + 1 == in_.size()) return refuse("a backslash without a character");
    const char c = in_[at_ + 1];
    if (!is_letter(c)) {
      take(2);
      return {};
    }
    if (c == 'x') return hexadecimal(2);
    if (c == 'u') return hexadecimal(4);
    if (c == 'U') return hexadecimal(8);
    constexpr std::string_view kAlike = "dDsSwWafnrt";
    if (kAlike.find(c) != std::string_view::npos || c == 'b') {
      take(2);
      return {};
    }
    if (c == 'v') {
      replace("\\x0b");
      return {};
    }
    if (!in_class_ && (c == 'A' || c == 'B')) {
      take(2);
      return {};
    }
    if (!in_class_ && c == 'Z') {
      replace("\\z");
      return {};
    }
    return refuse("the unknown escape \\" + std::string(1, c));
  }

  Step hexadecimal(std::size_t digits) {
    const std::string_view text = in_.substr(at_ + 2, digits);
    bool good = text.size() == digits;
    for (const char c : text) good = good && is_hex_digit(c);
    if (!good) {
      return refuse("\\" + std::string(1, in_[at_ + 1]) + " without " + std::to_string(digits) + " hexadecimal digits");
    }
    out_ += "\\x{" + std::string(text) + "}";
    at_ += 2 + digits;
    return {};
  }

  void take(std::size_t count) {
    out_ += in_.substr(at_, count);
    at_ += count;
  }
  /// In place of an escape.
  void replace(std::string_view text) {
    out_ += text;
    at_ += 2;
  }

  std::string_view in_;
  std::size_t at_ = 0;
  bool in_class_ = false;
  std::string out_{};
};

/// Counts what a match costs. PCRE2's own limit begins anew at each character of the text.
struct Steps {
  std::uint64_t count = 0;
  std::size_t position = 0;
};

int count_step(pcre2_callout_block* block, void* data) {
  Steps& steps = *static_cast<Steps*>(data);
  const std::size_t now = block->current_position;
  steps.count += 1 + (now > steps.position ? now - steps.position : steps.position - now);
  steps.position = now;
  return steps.count > kMaxSteps ? PCRE2_ERROR_MATCHLIMIT : 0;
}

std::string message_of(int code) {
  std::array<PCRE2_UCHAR, 256> buffer{};
  pcre2_get_error_message(code, buffer.data(), buffer.size());
  return reinterpret_cast<const char*>(buffer.data());
}

template <auto function>
struct Free {
  template <typename T>
  void operator()(T* pointer) const noexcept {
    function(pointer);
  }
};
using CompileContext = std::unique_ptr<pcre2_compile_context, Free<pcre2_compile_context_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Free<pcre2_match_context_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Free<pcre2_match_data_free>>;
using Code = std::unique_ptr<pcre2_code, Free<pcre2_code_free>>;

template <typename Owner>
Owner owned(Owner owner) {
  if (owner == nullptr) throw std::bad_alloc();
  return owner;
}

PCRE2_SPTR units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

tl::expected<Code, RegexError> compile(std::string_view pattern) {
  if (pattern.size() > kMaxPattern) {
    return error(RegexError::Kind::pattern, "has more than " + std::to_string(kMaxPattern) + " bytes");
  }
  if (!hooks::base::is_utf8(pattern)) return error(RegexError::Kind::pattern, "is no UTF-8");
  const tl::expected<std::string, RegexError> translated = Translation(pattern).run();
  if (!translated) return tl::unexpected<RegexError>(translated.error());

  const auto context = owned(CompileContext(pcre2_compile_context_create(nullptr)));
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  int code = 0;
  std::size_t offset = 0;
  Code compiled(pcre2_compile(units(*translated), translated->size(),
                              PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT,
                              &code, &offset, context.get()));
  if (compiled == nullptr) return error(RegexError::Kind::pattern, message_of(code));
  return compiled;
}

}  // namespace

tl::expected<TextSpan, RegexError> find_group(std::string_view pattern, std::string_view text,
                                              const std::string& group) {
  const tl::expected<Code, RegexError> code = compile(pattern);
  if (!code) return tl::unexpected<RegexError>(code.error());
  const int number = pcre2_substring_number_from_name(code->get(), reinterpret_cast<PCRE2_SPTR>(group.c_str()));
  if (number <= 0) return error(RegexError::Kind::group, "has no group named " + shown(group));
  if (text.size() > kMaxRegexText) {
    return error(RegexError::Kind::text, "has more than " + std::to_string(kMaxRegexText) + " bytes");
  }
  if (!hooks::base::is_utf8(text)) return error(RegexError::Kind::text, "is no UTF-8");

  const auto context = owned(MatchContext(pcre2_match_context_create(nullptr)));
  pcre2_set_heap_limit(context.get(), kMaxHeapKib);
  Steps steps;
  pcre2_set_callout(context.get(), count_step, &steps);
  const auto data = owned(MatchData(pcre2_match_data_create_from_pattern(code->get(), nullptr)));
  const int result =
      pcre2_match(code->get(), units(text), text.size(), 0, PCRE2_NO_UTF_CHECK, data.get(), context.get());
  if (result == PCRE2_ERROR_NOMATCH) return error(RegexError::Kind::match, "matches nothing");
  if (result == PCRE2_ERROR_MATCHLIMIT || result == PCRE2_ERROR_HEAPLIMIT || result == PCRE2_ERROR_DEPTHLIMIT) {
    return error(RegexError::Kind::limit, "needs too many steps");
  }
  if (result < 0) return error(RegexError::Kind::pattern, message_of(result));
  const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(data.get());
  const auto index = static_cast<std::size_t>(number) * 2;
  if (ends[index] == PCRE2_UNSET || ends[index] > ends[index + 1]) {
    return error(RegexError::Kind::match, "matches without its group " + shown(group));
  }
  return TextSpan{ends[index], ends[index + 1]};
}

}  // namespace grapnel
