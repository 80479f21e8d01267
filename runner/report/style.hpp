// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// How text looks where people read it.
#pragma once

#include "runner/report/visible_text.hpp"

#include <string>
#include <string_view>

namespace grapnel::report {

/// Whether there are colours, and who reads along. A value.
struct Style {
  bool color = false;
  bool is_log = false;  ///< a CI system may look for commands in it

  /// Text of others, so that it does nothing.
  [[nodiscard]] std::string text(std::string_view text) const { return is_log ? log_text(text) : visible_text(text); }

  /// These take text that does nothing already, on one line.
  [[nodiscard]] std::string strong(std::string_view text) const { return painted("1", text); }
  [[nodiscard]] std::string bad(std::string_view text) const { return painted("1;31", text); }
  [[nodiscard]] std::string good(std::string_view text) const { return painted("32", text); }
  [[nodiscard]] std::string busy(std::string_view text) const { return painted("33", text); }
  [[nodiscard]] std::string faint(std::string_view text) const { return painted("2", text); }

 private:
  [[nodiscard]] std::string painted(std::string_view code, std::string_view text) const {
    if (!color || text.empty()) return std::string(text);
    std::string out = "\x1b[";
    out += code;
    out += 'm';
    out += text;
    out += "\x1b[0m";
    return out;
  }
};

}  // namespace grapnel::report
