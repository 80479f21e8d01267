// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Many records at once: the whole of an up-to-date run's work.
#pragma once

#include <string_view>
#include <vector>

namespace grapnel::cache {

/// For each list of encoded dependencies, whether stat alone says that nothing in it changed (is_surely_unchanged()).
/// Several threads, which have ended when it returns; errors make a list one that changed.
[[nodiscard]] std::vector<char> surely_unchanged(const std::vector<std::string_view>& lists);

}  // namespace grapnel::cache
