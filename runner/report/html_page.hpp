// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The parts that the HTML report is put together from. The page needs nothing but itself, and its policy allows
/// nothing else: of scripts and styles only its own, by their digests.
#pragma once

#include "runner/report/markup.hpp"
#include "runner/report/model.hpp"

#include <string>
#include <string_view>

namespace grapnel::report {

/// Everything before the first section, with style and policy. `title` is text.
[[nodiscard]] std::string html_head(std::string_view title);
/// Everything behind the last section, with the script that sorts tables.
[[nodiscard]] std::string html_foot();

/// A name or a path as markup: one visible line, at most `bytes` of it.
[[nodiscard]] std::string html_line(std::string_view text, std::size_t bytes = 200);
/// The CSS class of a hook, and the word that people read: "build failure", "up to date", …
[[nodiscard]] std::string_view html_class(const Model& model, const HookModel& hook);
[[nodiscard]] std::string html_word(const Model& model, const HookModel& hook);

/// Hooks on their jobs, how many ran at once, the critical path: one picture with one axis of time. Appends nothing
/// where nothing ran.
void add_timeline(std::string& out, const Model& model);
/// Who waits for whom, from left to right; of many hooks those that matter most. Appends nothing for fewer than two.
void add_graph(std::string& out, const Model& model);

}  // namespace grapnel::report
