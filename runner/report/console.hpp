// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Which console a command gets: a flag counts more than the environment, that more than grapnel.toml, and that more
/// than what standard error is.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace grapnel::report {

/// What is shown of a run that goes on.
enum class Console {
  none,   ///< only what failed, and warnings
  plain,  ///< lines: the start and the end of each hook, from time to time what still runs, a summary
  fancy,  ///< a few lines at the bottom of the terminal that come and go, and a summary
};

/// What people want; absent where they did not say.
struct ConsoleWishes {
  std::optional<std::string> console_flag{};  ///< auto, fancy, plain or none
  std::optional<std::string> color_flag{};    ///< auto, always or never
  /// The value of a variable, nothing where it is not set: NO_COLOR, CLICOLOR_FORCE, CI, TERM.
  std::function<std::optional<std::string>(const char* name)> variable{};
  std::optional<std::string> console_setting{};  ///< of grapnel.toml; as the flag
  std::optional<std::string> color_setting{};
  bool is_terminal = false;  ///< standard error
};

struct Look {
  Console console = Console::plain;
  bool color = false;
  friend bool operator==(const Look&, const Look&) = default;
};

/// Pure. "auto" of a flag asks only what standard error and the environment are. NO_COLOR, CLICOLOR_FORCE and CI count
/// where they are not empty (and not "0" or "false", but for NO_COLOR); CI and a dumb terminal make the console plain.
/// grapnel.toml cannot put a fancy console where there is no terminal; a flag can.
[[nodiscard]] Look choose_look(const ConsoleWishes& wishes);

}  // namespace grapnel::report
