// SPDX-License-Identifier: BSD-3-Clause
// depfile  = { rule }
// rule     = { target blank } target ":" { blank file } newline
// blank    = " " | tab | "\" newline
// file     = { any character | "\ " | "\:" | "\#" | "$$" }; before a blank, 2n backslashes are n and 2n+1 are n and a
//            space; before ":", 2n+1 are n and a colon
#include "hooks_api/base/depfile.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace hooks::base {

namespace {

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::vector<std::string> parse() {
    while (at_ < text_.size()) step();
    end_rule();
    return std::move(files_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '\\') {
      backslashes();
    } else if (c == '$' && next() == '$') {
      take("$", 2);
    } else if (c == '\n') {
      ++at_;
      end_rule();
    } else if (is_blank(c) || c == '\r') {
      ++at_;
      end_word();
    } else if (c == ':' && in_targets_ && ends_targets()) {
      ++at_;
      word_.clear();
      in_targets_ = false;
    } else {
      take(text_.substr(at_, 1), 1);
    }
  }

  // A run of backslashes and what it escapes.
  void backslashes() {
    const std::size_t end = std::min(text_.find_first_not_of('\\', at_), text_.size());
    const std::size_t count = end - at_;
    const char escaped = end < text_.size() ? text_[end] : '\0';
    if (continues_line(end)) {
      take(text_.substr(at_, count - 1), count);
      end_word();
      at_ = text_.find('\n', at_) + 1;
    } else if (is_blank(escaped)) {
      take(text_.substr(at_, count / 2), count);
      if (count % 2 == 1) take(text_.substr(end, 1), 1);
    } else if (escaped == ':' && count % 2 == 1) {
      take(text_.substr(at_, count / 2), count);
      take(text_.substr(end, 1), 1);
    } else if (escaped == '#') {
      take(text_.substr(at_, count - 1), count);
      take(text_.substr(end, 1), 1);
    } else {
      take(text_.substr(at_, count), count);
    }
  }

  [[nodiscard]] bool continues_line(std::size_t end) const {
    const std::string_view rest = text_.substr(end);
    return rest.starts_with('\n') || rest.starts_with("\r\n");
  }
  [[nodiscard]] bool ends_targets() const { return at_ + 1 == text_.size() || is_blank(next()) || is_newline(next()); }
  [[nodiscard]] char next() const { return at_ + 1 < text_.size() ? text_[at_ + 1] : '\0'; }
  static bool is_blank(char c) { return c == ' ' || c == '\t'; }
  static bool is_newline(char c) { return c == '\n' || c == '\r' || c == '\\'; }

  void take(std::string_view characters, std::size_t consumed) {
    word_ += characters;
    at_ += consumed;
  }
  void end_word() {
    if (!in_targets_ && !word_.empty()) files_.push_back(word_);
    word_.clear();
  }
  void end_rule() {
    end_word();
    in_targets_ = true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool in_targets_ = true;
  std::string word_;
  std::vector<std::string> files_;
};

}  // namespace

std::vector<std::string> depfile_prerequisites(std::string_view text) { return Parser(text).parse(); }

}  // namespace hooks::base
