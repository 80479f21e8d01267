// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/json_text.hpp"

#include "hooks_api/base/json.hpp"

namespace grapnel::report {

void JsonText::begin() {
  if (levels_.empty()) return;
  if (!levels_.back().empty) *out_ += ',';
  levels_.back().empty = false;
  if (layout_ == Layout::indented) {
    *out_ += '\n';
    out_->append(2 * levels_.size(), ' ');
  }
}

void JsonText::key(std::string_view key) {
  begin();
  hooks::base::append_json_string(*out_, key);
  *out_ += layout_ == Layout::indented ? ": " : ":";
}

void JsonText::open(char bracket) {
  begin();
  *out_ += bracket;
  levels_.push_back({bracket, true});
}

void JsonText::string(std::string_view text) {
  begin();
  hooks::base::append_json_string(*out_, text);
}

void JsonText::open_object(std::string_view name) {
  key(name);
  *out_ += '{';
  levels_.push_back({'{', true});
}

void JsonText::open_list(std::string_view name) {
  key(name);
  *out_ += '[';
  levels_.push_back({'[', true});
}

void JsonText::string(std::string_view name, std::string_view text) {
  key(name);
  hooks::base::append_json_string(*out_, text);
}

void JsonText::boolean(std::string_view name, bool value) { number(name, value ? "true" : "false"); }

void JsonText::integer(std::string_view name, std::int64_t value) { number(name, std::to_string(value)); }

void JsonText::number(std::string_view name, std::string_view text) {
  key(name);
  *out_ += text;
}

void JsonText::close() {
  const Level level = levels_.back();
  levels_.pop_back();
  if (layout_ == Layout::indented && !level.empty) {
    *out_ += '\n';
    out_->append(2 * levels_.size(), ' ');
  }
  *out_ += level.bracket == '{' ? '}' : ']';
}

}  // namespace grapnel::report
