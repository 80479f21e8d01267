// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/client_messages.hpp"

#include <algorithm>
#include <array>

namespace grapnel::hookd {

namespace {

using Kind = Message::Kind;

// What stands behind a message's first word.
enum class Shape { nothing, name, path, data, text, name_and_text };

struct Word {
  std::string_view word;
  Kind kind;
  Shape shape;
};
constexpr std::array<Word, 10> kWords{{
    {"READY", Kind::ready, Shape::nothing},
    {"EXPECT", Kind::expect, Shape::name},
    {"DEBUG", Kind::debug, Shape::text},
    {"STDOUT", Kind::stdout_file, Shape::path},
    {"STDERR", Kind::stderr_file, Shape::path},
    {"OK", Kind::ok, Shape::data},
    {"ERROR", Kind::error, Shape::name_and_text},
    {"FATAL", Kind::fatal, Shape::name_and_text},
    {"TRACEBACK", Kind::traceback, Shape::text},
    {"SHUTDOWN", Kind::shutdown, Shape::nothing},
}};

std::string with_newlines(std::string_view escaped) {
  constexpr std::string_view kNewline = "\\n";
  std::string text;
  text.reserve(escaped.size());
  for (std::size_t at = escaped.find(kNewline); at != std::string_view::npos; at = escaped.find(kNewline)) {
    text += escaped.substr(0, at);
    text += '\n';
    escaped.remove_prefix(at + kNewline.size());
  }
  return text.append(escaped);
}

}  // namespace

std::optional<Message> to_message(std::string_view line) {
  const std::size_t space = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, space);
  const auto* const known = std::find_if(kWords.begin(), kWords.end(), [&](const Word& w) { return w.word == word; });
  if (known == kWords.end()) return std::nullopt;
  // A value that is empty may come without the space in front of it.
  std::string_view rest = line.substr(std::min(space + 1, line.size()));
  Message message{.kind = known->kind};
  switch (known->shape) {
    case Shape::nothing:
      if (space != line.size()) return std::nullopt;
      break;
    case Shape::name:
      if (rest.empty() || rest.find(' ') != std::string_view::npos) return std::nullopt;
      message.name = rest;
      break;
    case Shape::path:
      if (rest.empty() || rest.find('\0') != std::string_view::npos) return std::nullopt;
      message.value = rest;
      break;
    case Shape::data:
      message.value = rest;
      break;
    case Shape::text:
      message.value = with_newlines(rest);
      break;
    case Shape::name_and_text: {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      if (end == 0) return std::nullopt;
      message.name = rest.substr(0, end);
      message.value = with_newlines(rest.substr(std::min(end + 1, rest.size())));
      break;
    }
  }
  return message;
}

}  // namespace grapnel::hookd
