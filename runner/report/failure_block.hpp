// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What people read of a hook, in words.
#pragma once

#include "runner/report/style.hpp"
#include <grapnel/events.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace grapnel::report {

/// The block for a failed hook: package, hook, class and why, the first error line that was found, the last 40 lines
/// that it printed, its full log, the script that repeats it with its environment, and who is to act.
[[nodiscard]] std::string failure_block(const HookFinished& event, const Style& style = {});

/// The same in one line, without its end: hook, class, the first line of why, the log.
[[nodiscard]] std::string failure_line(const HookFinished& event, const Style& style = {});

/// A line for each reason, behind `indent`; no more than a person reads.
[[nodiscard]] std::string reason_lines(const std::vector<Reason>& reasons, const std::string& indent,
                                       const Style& style = {});

/// Text of several lines stays readable below its first one. Ends with a line feed.
[[nodiscard]] std::string text_lines(const std::string& text, const Style& style);

/// Every line of `text` behind `prefix`.
[[nodiscard]] std::string indented(std::string_view text, std::string_view prefix);

/// "build hook of package 'p'".
[[nodiscard]] std::string words_for(const HookId& hook, const Style& style = {});

/// "build failure", "infra failure", …: a class as people read it.
[[nodiscard]] std::string words_for(OutcomeClass outcome_class);

}  // namespace grapnel::report
