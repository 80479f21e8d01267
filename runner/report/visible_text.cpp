// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/visible_text.hpp"

#include "hooks_api/base/utf8.hpp"

#include <algorithm>
#include <array>

namespace grapnel::report {

namespace {

// C0, DEL, and C1 (U+0080 to U+009F, which UTF-8 begins with C2).
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return character.size() == 2 && first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

// Characters that reorder the text around them: a line could read as something else than what it is.
bool is_bidirectional(std::string_view character) {
  // They stand here to be kept out. NOLINTBEGIN(misc-misleading-bidirectional)
  return character == "\u061C" || (character >= "\u200E" && character <= "\u200F") ||
         (character >= "\u202A" && character <= "\u202E") || (character >= "\u2066" && character <= "\u2069");
  // NOLINTEND(misc-misleading-bidirectional)
}

void append_escaped(std::string& out, std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += "\\x";
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0xFU];
  }
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

bool begins_with(std::string_view text, std::string_view lower_word) {
  return text.size() >= lower_word.size() && std::equal(lower_word.begin(), lower_word.end(), text.begin(),
                                                        [](char word, char c) { return word == lower(c); });
}

// "##[", "##vso[", "##teamcity[" and what else may come.
bool begins_bracket_command(std::string_view text) {
  if (!text.starts_with("##")) return false;
  constexpr std::size_t kLongestName = 32;
  std::size_t i = 2;
  while (i < std::min(text.size(), kLongestName) && is_letter(text[i])) ++i;
  return i < text.size() && text[i] == '[';
}

// GitHub's, whose names end at a blank or a colon.
bool begins_colon_command(std::string_view text) {
  constexpr std::array<std::string_view, 16> kNames{
      "add-mask", "add-matcher", "add-path",       "debug",      "echo",    "endgroup",   "error",         "group",
      "notice",   "out",         "remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning"};
  if (!text.starts_with("::")) return false;
  text.remove_prefix(2);
  return std::any_of(kNames.begin(), kNames.end(), [text](std::string_view name) {
    return begins_with(text, name) && text.size() > name.size() &&
           (text[name.size()] == ' ' || text[name.size()] == ':');
  });
}

bool is_part_of_name(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '>' || c == ')' || c == ']';
}

// One line, visible already.
void append_without_commands(std::string& out, std::string_view line) {
  // GitHub trims what Unicode calls a space, which is never a visible character of ASCII.
  const auto is_visible = [](char c) { return c > ' '; };
  const auto begin = static_cast<std::size_t>(std::find_if(line.begin(), line.end(), is_visible) - line.begin());
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::string_view rest = line.substr(i);
    out += line[i];
    const bool begins_command = begins_bracket_command(rest) || rest.starts_with("@@@") ||
                                (rest.starts_with("::") && i == begin) ||
                                (begins_colon_command(rest) && !is_part_of_name(line[i - 1]));
    if (!begins_command) continue;
    if (line[i] == '@') out += line[++i];
    out += ' ';
  }
}

}  // namespace

std::string log_text(std::string_view text) {
  const std::string visible = visible_text(text);
  std::string out;
  out.reserve(visible.size());
  for (std::string_view rest = visible; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    const bool has_end = end < rest.size();
    rest.remove_prefix(has_end ? end + 1 : end);
    const std::size_t length = line.size();
    if (length > kLongestLogLine) line = line.substr(0, hooks::base::utf8_prefix(line.substr(0, kLongestLogLine)));
    append_without_commands(out, line);
    if (line.size() < length) out += "... (" + std::to_string(length - line.size()) + " more bytes)";
    if (has_end) out += '\n';
  }
  return out;
}

std::string visible_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = hooks::base::utf8_length(text);
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    text.remove_prefix(character.size());
    if (length == 0) {
      out += "\uFFFD";
    } else if (character == "\r" && text.starts_with('\n')) {
      continue;
    } else if ((is_control(character) && character != "\n" && character != "\t") ||
               (length == 3 && is_bidirectional(character)) || character == "\u061C") {
      append_escaped(out, character);
    } else {
      out += character;
    }
  }
  return out;
}

}  // namespace grapnel::report
