// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Patterns as a .gitignore has them (gitignore(5)): what selects files for a target.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::dist {

/// A pattern may have this many bytes; a longer one matches nothing, as no path is that long.
inline constexpr std::size_t kMaxPatternBytes = 4096;

/// Patterns in their order. As Git: the last one that matches wins, `!` takes back, a slash that is not the last byte
/// anchors, one at the end asks for a directory, `**` spans directories, and what matches a directory matches all that
/// is in it. As Hatch and unlike Git, a later `!` pattern takes back what is inside a matching directory too.
///
/// A value. Matching takes time proportional to the patterns' text times the path's, whatever they hold.
/// Thread safety: as a standard container.
class PatternSet {
 public:
  PatternSet() = default;
  explicit PatternSet(std::span<const std::string> lines);

  /// Adds a line of such a file, or an entry of a list; empty lines, comments and nonsense match nothing.
  void add(std::string_view line);
  /// Adds each line of a text.
  void add_text(std::string_view text);

  /// Whether there is nothing that could match.
  [[nodiscard]] bool empty() const noexcept { return patterns_.empty(); }

  /// Whether any takes back, so that something inside a matching directory may not match.
  [[nodiscard]] bool has_negated() const noexcept { return has_negated_; }

  /// Whether they match a path relative to the directory that they are for, with '/' between its parts; one at its end
  /// says that it is a directory.
  [[nodiscard]] bool matches(std::string_view path) const;

 private:
  struct Token {
    enum class Kind : std::uint8_t {
      byte,
      any,   ///< '?'
      set,   ///< '[a-z]'
      star,  ///< '*': no slash
      tree,  ///< '**' between slashes: anything
    };
    Kind kind = Kind::byte;
    char byte = 0;
    bool may_skip_slash = false;  ///< of a tree: it and the slash behind it may be nothing
    std::size_t set = 0;          ///< of sets_
  };
  struct Pattern {
    /// What most patterns are, and need no more than comparing.
    enum class Form : std::uint8_t { name, name_end, path, general };
    Form form = Form::general;
    bool is_negated = false;
    bool wants_directory = false;
    std::string text{};           ///< of the first three forms
    std::vector<Token> tokens{};  ///< of the last
  };

  // A path, taken apart.
  struct Path {
    std::string_view text;            // without a slash at its end
    std::vector<std::size_t> ends{};  // where each part ends
    bool is_directory = false;        // the last part
    std::vector<std::uint8_t> states{}, next_states{};
  };

  [[nodiscard]] bool compile(std::string_view glob, Pattern& pattern);
  [[nodiscard]] bool compile_set(std::string_view glob, std::size_t& position);
  // Calls found(level) for each part of the path that the pattern matches, from its beginning to that part's end.
  template <typename Found>
  void each_match(const Pattern& pattern, Path& path, Found found) const;
  template <typename Found>
  void each_general_match(const Pattern& pattern, Path& path, Found found) const;

  std::vector<Pattern> patterns_;
  bool has_negated_ = false;
  std::vector<std::bitset<256>> sets_;
};

}  // namespace grapnel::dist
