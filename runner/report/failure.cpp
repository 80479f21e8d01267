// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/failure.hpp"

#include "hooks_api/base/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace grapnel::report {

Actor actor_of(const Outcome& outcome) noexcept {
  // The rows of the classification table (spec: ci-reporting, section 4), where the class alone does not tell.
  constexpr int kContradictedInfra = 13;
  constexpr int kKilledBySomebody = 19;
  constexpr int kProjectIsWrong = 25;
  constexpr int kFaultOfRunner = 27;
  if (outcome.row == kProjectIsWrong) return Actor::project;
  if (outcome.row == kFaultOfRunner) return Actor::grapnel;
  switch (outcome.outcome_class) {
    case OutcomeClass::success:
    case OutcomeClass::canceled:
    case OutcomeClass::skipped:
      return Actor::nobody;
    case OutcomeClass::infra_failure:
      return outcome.row == kContradictedInfra ? Actor::hook_author : Actor::infrastructure;
    case OutcomeClass::timed_out:
      return Actor::infrastructure;
    case OutcomeClass::build_failure:
      return Actor::hook_author;
    case OutcomeClass::uncategorized:
      return outcome.row == kKilledBySomebody ? Actor::infrastructure : Actor::hook_author;
  }
  return Actor::hook_author;
}

std::string_view words_for(Actor actor) noexcept {
  switch (actor) {
    case Actor::hook_author:
      return "the author of the hook";
    case Actor::project:
      return "this project";
    case Actor::infrastructure:
      return "the infrastructure; trying again may help";
    case Actor::grapnel:
      return "grapnel; please report it";
    case Actor::nobody:
      return "";
  }
  return "";
}

namespace {

constexpr std::size_t kLongestText = 500;
constexpr std::size_t kLooked = 4096;  // how much of a line is looked at
constexpr std::size_t kNothing = std::string_view::npos;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == kNothing) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string cut(std::string_view text) {
  if (text.size() <= kLongestText) return std::string(text);
  std::size_t end = kLongestText;
  constexpr std::size_t kLongestCharacter = 4;
  for (std::size_t back = 0; back < kLongestCharacter; ++back) {
    if ((static_cast<unsigned char>(text[end - back]) & 0xC0U) != 0x80U) {
      end -= back;
      break;
    }
  }
  return std::string(text.substr(0, end));
}

// Tools that were told to use colours put them into the middle of what is looked for.
std::string without_colours(std::string_view line) {
  std::string plain;
  for (std::size_t i = 0; i < line.size();) {
    if (line[i] != '\x1b') {
      plain += line[i++];
      continue;
    }
    ++i;
    if (i < line.size() && line[i] == '[') {
      ++i;
      while (i < line.size() && line[i] >= 0x20 && line[i] < 0x40) ++i;
    }
    if (i < line.size()) ++i;
  }
  return plain;
}

// The lines of a text, one after another; empty ones too.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  std::optional<std::string> next() {
    if (rest_.empty()) return std::nullopt;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string line = without_colours(rest_.substr(0, std::min(end, kLooked)));
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return line;
  }

 private:
  std::string_view rest_;
};

// Takes a number and the separator before it from the end of `text`.
std::optional<std::uint32_t> take_number(std::string_view& text, char separator) {
  constexpr std::size_t kMostDigits = 9;
  std::size_t begin = text.size();
  while (begin > 0 && is_digit(text[begin - 1])) --begin;
  const std::size_t digits = text.size() - begin;
  if (digits == 0 || digits > kMostDigits || begin == 0 || text[begin - 1] != separator) return std::nullopt;
  std::uint32_t number = 0;
  std::from_chars(text.data() + begin, text.data() + text.size(), number);
  if (number == 0) return std::nullopt;
  text.remove_suffix(digits + 1);
  return number;
}

// "file:line" or "file:line:column".
void take_place(std::string_view place, ErrorLine& error) {
  place = trimmed(place);
  const auto last = take_number(place, ':');
  if (!last) return;
  const auto before = take_number(place, ':');
  // A number that is none: what stands there is no place.
  const std::size_t colon = place.rfind(':');
  if (place.empty() || (!before && colon != kNothing &&
                        std::all_of(place.begin() + static_cast<std::ptrdiff_t>(colon) + 1, place.end(), is_digit)))
    return;
  error.file = cut(place);
  error.line = before ? before : last;
  if (before) error.column = last;
}

// Where "error:" or "error[CODE]:" begins, not as the end of a longer word; and where its message does.
std::pair<std::size_t, std::size_t> find_error(std::string_view line) {
  constexpr std::array<std::string_view, 3> kWords{"error", "Error", "ERROR"};
  std::pair<std::size_t, std::size_t> first{kNothing, kNothing};
  for (const std::string_view word : kWords) {
    for (std::size_t at = line.find(word); at < first.first; at = line.find(word, at + 1)) {
      if (at > 0 && (is_word(line[at - 1]) || line[at - 1] == '-')) continue;
      std::size_t end = at + word.size();
      if (end < line.size() && line[end] == '[') {
        constexpr std::size_t kLongestCode = 20;
        const std::size_t close = line.substr(0, end + kLongestCode).find(']', end);
        if (close != kNothing) end = close + 1;
      }
      if (end < line.size() && line[end] == ':') first = {at, end + 1};
    }
  }
  return first;
}

// "ValueError: …", "java.lang.RuntimeException: …" at the beginning of a line: the end of it, or npos.
std::size_t end_of_exception_name(std::string_view line) {
  std::size_t end = 0;
  while (end < line.size() && (is_word(line[end]) || line[end] == '.')) ++end;
  const std::string_view name = line.substr(0, end);
  const bool is_one = name.ends_with("Error") || name.ends_with("Exception");
  return is_one && end < line.size() && line[end] == ':' ? end : kNothing;
}

// Python's "File "x.py", line 3".
void take_python_place(std::string_view line, ErrorLine& place) {
  constexpr std::string_view kHead = "File \"";
  constexpr std::string_view kMiddle = "\", line ";
  line = trimmed(line);
  const std::size_t middle = line.find(kMiddle);
  if (!line.starts_with(kHead) || middle == kNothing) return;
  const std::string_view behind = line.substr(middle + kMiddle.size());
  std::uint32_t number = 0;
  const auto [end, failure] = std::from_chars(behind.data(), behind.data() + behind.size(), number);
  if (failure != std::errc() || number == 0) return;
  place.file = cut(line.substr(kHead.size(), middle - kHead.size()));
  place.line = number;
}

// The next line that says something, of the few that follow.
std::string following(Lines lines) {
  constexpr int kFew = 3;
  for (int i = 0; i < kFew; ++i) {
    const auto line = lines.next();
    if (!line) break;
    if (!trimmed(*line).empty()) return std::string(trimmed(*line));
  }
  return {};
}

// Lines that say an error by themselves. `rest` is what follows; `python` the last place in a traceback.
std::optional<ErrorLine> clear_error(std::string_view line, const Lines& rest, const ErrorLine& python) {
  const std::string_view plain = trimmed(line);
  ErrorLine error{.text = cut(plain)};

  constexpr std::string_view kCmake = "CMake Error";
  if (plain.starts_with(kCmake)) {
    constexpr std::string_view kAt = " at ";
    std::string_view place = plain.substr(kCmake.size());
    error.message = cut(following(rest));
    if (place.starts_with(kAt)) {
      place.remove_prefix(kAt.size());
      if (place.ends_with(':')) place.remove_suffix(1);
      take_place(place.substr(0, place.rfind(" (")), error);
    } else if (place.starts_with(": ")) {
      error.message = cut(trimmed(place.substr(2)));
    }
    return error;
  }
  if (const std::size_t end = end_of_exception_name(plain); end != kNothing && end > std::string_view("Error").size()) {
    error.message = cut(plain);
    error.file = python.file;
    error.line = python.line;
    return error;
  }
  if (const auto [at, behind] = find_error(plain); at != kNothing) {
    std::string_view before = plain.substr(0, at);
    constexpr std::string_view kFatal = "fatal ";
    if (before.ends_with(kFatal)) before.remove_suffix(kFatal.size());
    before = trimmed(before);
    if (before.ends_with(':')) take_place(before.substr(0, before.size() - 1), error);
    error.message = cut(trimmed(plain.substr(behind)));
    if (const std::string next = error.file.empty() ? following(rest) : ""; next.starts_with("--> ")) {
      take_place(std::string_view(next).substr(4), error);  // Rust
    }
    return error;
  }
  for (const std::string_view phrase : {"undefined reference to", "multiple definition of"}) {
    const std::size_t at = plain.find(phrase);
    if (at == kNothing) continue;
    const std::string_view before = trimmed(plain.substr(0, at));
    if (before.ends_with(':')) take_place(before.substr(0, before.size() - 1), error);
    error.message = cut(plain.substr(at));
    return error;
  }
  if (plain.starts_with("Unhandled exception:") || plain.find(" panicked at ") != kNothing) {
    const std::string next = following(rest);
    error.message = cut(next.empty() ? plain : std::string_view(next));
    return error;
  }
  return std::nullopt;
}

// Lines that say that something failed elsewhere.
bool is_vague_error(std::string_view line) {
  constexpr std::array<std::string_view, 9> kPhrases{
      "FAILED",           "*** ", "ERROR", "fatal: ", "No such file", "not found", "cannot find -l", "terminate called",
      "Permission denied"};
  return std::any_of(kPhrases.begin(), kPhrases.end(),
                     [line](std::string_view phrase) { return line.find(phrase) != kNothing; });
}

}  // namespace

std::optional<ErrorLine> first_error(std::string_view text) {
  std::optional<ErrorLine> vague;
  std::optional<ErrorLine> any;
  ErrorLine python;
  Lines lines(text);
  while (const auto line = lines.next()) {
    const std::string_view plain = trimmed(*line);
    if (plain.empty()) continue;
    if (auto error = clear_error(plain, lines, python)) {
      if (error->message.empty()) error->message = error->text;
      return error;
    }
    take_python_place(plain, python);
    if (!vague && is_vague_error(plain)) vague = ErrorLine{.text = cut(plain), .message = cut(plain)};
    if (!any) any = ErrorLine{.text = cut(plain), .message = cut(plain)};
  }
  return vague ? vague : any;
}

}  // namespace grapnel::report
