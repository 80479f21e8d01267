// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Regular expressions in Python's syntax, as projects have them in their TOML files.
#pragma once

#include <tl/expected.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace grapnel {

/// Bytes of a text, from `begin` up to `end`.
struct TextSpan {
  std::size_t begin;
  std::size_t end;
  friend bool operator==(const TextSpan&, const TextSpan&) = default;
};

/// Why there is no span. `message` is complete without the pattern and the text, which the caller names.
struct RegexError {
  enum class Kind {
    pattern,  ///< is no regular expression
    group,    ///< the pattern has no such group
    match,    ///< the text has nothing that matches, or the group had no part in it
    limit,    ///< the pattern needs too many steps on this text
    text,     ///< is too long, or no UTF-8
  };
  Kind kind;
  std::string message;
};

/// Where the group of name `group` lies in the first match of `pattern` in `text`: Python's re.search() with
/// re.MULTILINE. Both are UTF-8. Bounded: a pattern of 16 KiB, a text of kMaxRegexText, some seconds.
///
/// What Python refuses is mostly refused (unknown escapes, verbs); what its `re` and PCRE2 both know means the same.
/// Not known: \N{NAME}, and the flags a, L and u.
[[nodiscard]] tl::expected<TextSpan, RegexError> find_group(std::string_view pattern, std::string_view text,
                                                            const std::string& group);
inline constexpr std::size_t kMaxRegexText = std::size_t{1} << 20U;

}  // namespace grapnel
