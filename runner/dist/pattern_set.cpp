// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/pattern_set.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace grapnel::dist {
namespace {

std::size_t to_index(char c) { return static_cast<unsigned char>(c); }

// Spaces at the end do not count, unless a backslash stands before them.
std::string_view without_trailing_spaces(std::string_view line) {
  std::optional<std::size_t> first_space;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == ' ') {
      if (!first_space) first_space = i;
      continue;
    }
    first_space.reset();
    if (line[i] == '\\') ++i;
  }
  return first_space ? line.substr(0, *first_space) : line;
}

using IsInClass = bool (*)(unsigned char);
bool is_between(unsigned char c, char first, char last) {
  return c >= static_cast<unsigned char>(first) && c <= static_cast<unsigned char>(last);
}
bool is_digit(unsigned char c) { return is_between(c, '0', '9'); }
bool is_lower(unsigned char c) { return is_between(c, 'a', 'z'); }
bool is_upper(unsigned char c) { return is_between(c, 'A', 'Z'); }
bool is_alpha(unsigned char c) { return is_lower(c) || is_upper(c); }
bool is_alnum(unsigned char c) { return is_alpha(c) || is_digit(c); }
bool is_graph(unsigned char c) { return is_between(c, '!', '~'); }

constexpr std::array<std::pair<std::string_view, IsInClass>, 12> kClasses{{
    {"alnum", is_alnum},
    {"alpha", is_alpha},
    {"blank", [](unsigned char c) { return c == ' ' || c == '\t'; }},
    {"cntrl", [](unsigned char c) { return c < 0x20 || c == 0x7F; }},
    {"digit", is_digit},
    {"graph", is_graph},
    {"lower", is_lower},
    {"print", [](unsigned char c) { return c == ' ' || is_graph(c); }},
    {"punct", [](unsigned char c) { return is_graph(c) && !is_alnum(c); }},
    {"space", [](unsigned char c) { return c == ' ' || is_between(c, '\t', '\r'); }},
    {"upper", is_upper},
    {"xdigit", [](unsigned char c) { return is_digit(c) || is_between(c, 'a', 'f') || is_between(c, 'A', 'F'); }},
}};

}  // namespace

PatternSet::PatternSet(std::span<const std::string> lines) {
  for (const std::string& line : lines) add(line);
}

void PatternSet::add_text(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    add(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void PatternSet::add(std::string_view line) {
  if (line.size() > kMaxPatternBytes || line.find('\0') != std::string_view::npos) return;
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (!line.empty() && line.front() == '#') return;
  line = without_trailing_spaces(line);
  Pattern pattern;
  if (!line.empty() && line.front() == '!') {
    pattern.is_negated = true;
    line.remove_prefix(1);
  }
  if (!line.empty() && line.back() == '/') {
    pattern.wants_directory = true;
    line.remove_suffix(1);
  }
  if (line.empty()) return;
  if (!compile(line, pattern)) return;
  has_negated_ = has_negated_ || pattern.is_negated;
  patterns_.push_back(std::move(pattern));
}

// False for what can never match.
bool PatternSet::compile(std::string_view glob, Pattern& pattern) {
  using Kind = Token::Kind;
  const bool is_name = glob.find('/') == std::string_view::npos;
  if (glob.front() == '/') glob.remove_prefix(1);
  if (glob.empty()) return false;

  constexpr std::string_view kSpecial = "*?[\\";
  if (glob.find_first_of(kSpecial) == std::string_view::npos) {
    pattern.form = is_name ? Pattern::Form::name : Pattern::Form::path;
    pattern.text = glob;
    return true;
  }
  if (is_name && glob.front() == '*' && glob.find_first_of(kSpecial, 1) == std::string_view::npos) {
    pattern.form = Pattern::Form::name_end;
    pattern.text = glob.substr(1);
    return true;
  }

  std::vector<Token>& tokens = pattern.tokens;
  if (is_name) {
    tokens.push_back({.kind = Kind::tree, .may_skip_slash = true});
    tokens.push_back({.kind = Kind::byte, .byte = '/'});
  }
  for (std::size_t i = 0; i < glob.size(); ++i) {
    switch (glob[i]) {
      case '\\':
        if (++i == glob.size()) return false;
        tokens.push_back({.kind = Kind::byte, .byte = glob[i]});
        break;
      case '?':
        tokens.push_back({.kind = Kind::any});
        break;
      case '[':
        if (!compile_set(glob, i)) return false;
        tokens.push_back({.kind = Kind::set, .set = sets_.size() - 1});
        break;
      case '*': {
        const std::size_t first = i;
        while (i + 1 < glob.size() && glob[i + 1] == '*') ++i;
        const std::string_view rest = glob.substr(i + 1);
        const bool is_tree = i > first && (first == 0 || glob[first - 1] == '/') &&
                             (rest.empty() || rest.front() == '/' || rest.substr(0, 2) == "\\/");
        if (is_tree) {
          tokens.push_back({.kind = Kind::tree, .may_skip_slash = !rest.empty() && rest.front() == '/'});
        } else {
          tokens.push_back({.kind = Kind::star});
        }
        break;
      }
      default:
        tokens.push_back({.kind = Kind::byte, .byte = glob[i]});
    }
  }
  return true;
}

// `position`: of '[', then of its ']'. As Git's wildmatch() reads it, down to its answers for the malformed.
bool PatternSet::compile_set(std::string_view glob, std::size_t& position) {
  std::bitset<256> set;
  std::size_t i = position + 1;
  const auto at = [&](std::size_t index) { return index < glob.size() ? glob[index] : '\0'; };
  const bool is_negated = at(i) == '!' || at(i) == '^';
  if (is_negated) ++i;
  char previous = 0;
  for (bool is_first = true; is_first || at(i) != ']'; is_first = false, ++i) {
    char c = at(i);
    if (c == '\0') return false;
    if (c == '\\') {
      c = at(++i);
      if (c == '\0') return false;
      set.set(to_index(c));
      previous = c;
      continue;
    }
    if (c == '-' && previous != 0 && at(i + 1) != '\0' && at(i + 1) != ']') {
      c = at(++i);
      if (c == '\\') c = at(++i);
      if (c == '\0') return false;
      for (std::size_t byte = to_index(previous); byte <= to_index(c); ++byte) set.set(byte);
      previous = 0;
      continue;
    }
    if (c == '[' && at(i + 1) == ':') {
      const std::size_t end = glob.find(']', i + 2);
      if (end == std::string_view::npos) return false;
      if (end > i + 2 && glob[end - 1] == ':') {
        const std::string_view name = glob.substr(i + 2, end - 1 - (i + 2));
        const auto* const found =
            std::find_if(kClasses.begin(), kClasses.end(), [&](const auto& each) { return each.first == name; });
        if (found == kClasses.end()) return false;
        for (unsigned byte = 0; byte < 256; ++byte) {
          if (found->second(static_cast<unsigned char>(byte))) set.set(byte);
        }
        i = end;
        previous = 0;
        continue;
      }
    }
    set.set(to_index(c));
    previous = c;
  }
  sets_.push_back(is_negated ? ~set : set);
  position = i;
  return true;
}

template <typename Found>
void PatternSet::each_general_match(const Pattern& pattern, Path& path, Found found) const {
  using Kind = Token::Kind;
  const std::vector<Token>& tokens = pattern.tokens;
  std::vector<std::uint8_t>& states = path.states;  // i: the first i tokens have matched
  std::vector<std::uint8_t>& next = path.next_states;
  states.assign(tokens.size() + 2, 0);
  states[0] = 1;
  std::size_t level = 0;
  for (std::size_t position = 0;; ++position) {
    bool any = false;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (states[i] == 0) continue;
      any = true;
      if (tokens[i].kind != Kind::star && tokens[i].kind != Kind::tree) continue;
      states[i + 1] = 1;
      // Only where it has matched nothing yet: behind the slash before it, or at the beginning.
      if (tokens[i].may_skip_slash && states[i] == 1) states[i + 2] = 1;
    }
    any = any || states[tokens.size()] != 0;
    if (!any) return;
    if (position == path.ends[level]) {
      if (states[tokens.size()] != 0) found(level);
      if (++level == path.ends.size()) return;
    }
    const char c = path.text[position];
    next.assign(tokens.size() + 2, 0);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (states[i] == 0) continue;
      const Token& token = tokens[i];
      switch (token.kind) {
        case Kind::byte:
          if (c == token.byte) next[i + 1] = 1;
          break;
        case Kind::any:
          if (c != '/') next[i + 1] = 1;
          break;
        case Kind::set:
          if (c != '/' && sets_[token.set].test(to_index(c))) next[i + 1] = 1;
          break;
        case Kind::star:
          if (c != '/' && next[i] == 0) next[i] = 2;
          break;
        case Kind::tree:
          if (next[i] == 0) next[i] = 2;
          break;
      }
    }
    states.swap(next);
  }
}

template <typename Found>
void PatternSet::each_match(const Pattern& pattern, Path& path, Found found) const {
  const std::string& text = pattern.text;
  switch (pattern.form) {
    case Pattern::Form::general:
      each_general_match(pattern, path, found);
      return;
    case Pattern::Form::path:
      if (path.text.substr(0, text.size()) == text) {
        const auto end = std::lower_bound(path.ends.begin(), path.ends.end(), text.size());
        if (end != path.ends.end() && *end == text.size()) found(static_cast<std::size_t>(end - path.ends.begin()));
      }
      return;
    case Pattern::Form::name:
    case Pattern::Form::name_end: {
      std::size_t begin = 0;
      for (std::size_t level = 0; level < path.ends.size(); ++level) {
        const std::string_view name = path.text.substr(begin, path.ends[level] - begin);
        const bool matched = pattern.form == Pattern::Form::name ? name == text : name.ends_with(text);
        if (matched) found(level);
        begin = path.ends[level] + 1;
      }
      return;
    }
  }
}

bool PatternSet::matches(std::string_view text) const {
  if (patterns_.empty()) return false;
  Path path{.text = text};
  if (!text.empty() && text.back() == '/') {
    path.is_directory = true;
    path.text.remove_suffix(1);
  }
  for (std::size_t i = 0; i < path.text.size(); ++i) {
    if (path.text[i] == '/') path.ends.push_back(i);
  }
  path.ends.push_back(path.text.size());

  // For each part, the last pattern that matches the path up to it: its number from 1, negative for a negated one.
  std::vector<std::ptrdiff_t> last(path.ends.size(), 0);
  for (std::size_t i = 0; i < patterns_.size(); ++i) {
    const Pattern& pattern = patterns_[i];
    const auto number = static_cast<std::ptrdiff_t>(i + 1);
    each_match(pattern, path, [&](std::size_t level) {
      const bool is_directory = level + 1 < last.size() || path.is_directory;
      if (is_directory || !pattern.wants_directory) last[level] = pattern.is_negated ? -number : number;
    });
  }
  std::ptrdiff_t matched = 0;
  for (const std::ptrdiff_t number : last) {
    if (number > 0) matched = std::max(matched, number);
    if (-number > matched) matched = 0;
  }
  return matched != 0;
}

}  // namespace grapnel::dist
