// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a person needs to act on a hook that failed: the same in the terminal and in every report.
#pragma once

#include <grapnel/events.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grapnel::report {

/// Who is to act.
enum class Actor {
  hook_author,     ///< the hook, or what it builds, is wrong
  project,         ///< the application's files or settings are
  infrastructure,  ///< neither: network, disk, machine
  grapnel,         ///< a fault of the runner's own
  nobody,          ///< canceled, skipped, success
};
[[nodiscard]] Actor actor_of(const Outcome& outcome) noexcept;
/// "the author of the hook", "this project", "the infrastructure; trying again may help", …; empty for nobody.
[[nodiscard]] std::string_view words_for(Actor actor) noexcept;

/// The line of a text that most likely says what went wrong.
struct ErrorLine {
  std::string text{};                     ///< the line, at most 500 bytes, cut between characters
  std::string file{};                     ///< where a compiler's "file:line:column: error: …" names it; else empty
  std::optional<std::uint32_t> line{};    ///< from 1
  std::optional<std::uint32_t> column{};  ///< from 1
  std::string message{};                  ///< what stands behind "error: "; the line itself where it has no such form
};
/// The first error of `text` (standard error, then standard output); the first line where none looks like one; nothing
/// where there is no line. Text is untrusted; the result is not neutralised.
[[nodiscard]] std::optional<ErrorLine> first_error(std::string_view text);

}  // namespace grapnel::report
