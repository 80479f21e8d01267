// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Lines as Python takes them: who reads METADATA ends them at more than the newline.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace grapnel::dist {

/// Python's str.splitlines() of UTF-8.
[[nodiscard]] std::vector<std::string_view> python_lines(std::string_view text);

/// Whether a text can stand in a line: it holds no end of one and no other control character, but tabs.
[[nodiscard]] bool is_one_line(std::string_view text);

/// "\r\n" and "\r" become "\n", as where Python reads a text file.
[[nodiscard]] std::string with_newlines(std::string_view text);

}  // namespace grapnel::dist
