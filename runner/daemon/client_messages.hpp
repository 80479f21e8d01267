// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a hookd says, line by line (spec: hookd, "Transport"). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace grapnel::hookd {

/// One line of a hookd.
struct Message {
  enum class Kind { ready, expect, debug, stdout_file, stderr_file, ok, error, fatal, traceback, shutdown };
  Kind kind = Kind::ready;
  std::string name{};  ///< of an EXPECT; the kind of an ERROR or FATAL; else empty
  /// What follows, newlines restored where it is text for people (DEBUG, TRACEBACK, the messages of ERROR and FATAL).
  /// Paths and the data of OK stay as they are: in them, `\n` may mean itself.
  std::string value{};
  friend bool operator==(const Message&, const Message&) = default;
};

/// Nothing for a line that the protocol does not know.
[[nodiscard]] std::optional<Message> to_message(std::string_view line);

}  // namespace grapnel::hookd
