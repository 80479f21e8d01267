// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What hooks print is untrusted: it must not move the cursor, ring bells or pretend to be somebody else's line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace grapnel::report {

/// `text` without anything that a terminal acts on: control characters become `\xNN`, but for tabs and line feeds;
/// bytes that are no UTF-8 become U+FFFD; a carriage return before a line feed goes.
[[nodiscard]] std::string visible_text(std::string_view text);

/// visible_text() for a log that a CI system reads along: nothing in it is a command to GitHub, Azure Pipelines,
/// TeamCity or LUCI any more. A blank is put into what would begin one, so that people still read it: "##vso[" becomes
/// "# #vso[", "@@@" becomes "@@ @", "::" becomes ": :" where nothing but blanks stands before it on its line, or where
/// it stands alone before the name of a command ("std::vector" stays). Case does not count. A line of more than
/// kLongestLogLine bytes is cut, and how much is missing is said.
inline constexpr std::size_t kLongestLogLine = 4000;
[[nodiscard]] std::string log_text(std::string_view text);

}  // namespace grapnel::report
