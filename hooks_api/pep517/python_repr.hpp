// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// How Python writes texts and lists of them, which is how a hookd answers (spec: hookd, "Arguments").
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hooks::pep517 {

/// `text` as Python's repr(): in single quotes, in double ones where it holds single quotes alone; control characters
/// escaped, other characters as they are. Bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string python_repr(std::string_view text);

/// "['a', 'b']".
[[nodiscard]] std::string python_repr(const std::vector<std::string>& texts);

}  // namespace hooks::pep517
