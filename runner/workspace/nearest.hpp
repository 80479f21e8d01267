// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Which word somebody meant.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <string_view>
#include <vector>

namespace grapnel::workspace {

/// How many letters have to be added, removed or replaced to make one word of the other.
inline std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

/// The word of `known` that is closest to `word`; the first of several. REQUIRES: `known` is not empty.
inline std::string_view nearest(std::string_view word, std::span<const std::string_view> known) {
  constexpr std::size_t kLongestWord = 64;  // a longer one is no typing error, and its distance would take long
  const std::string_view head = word.substr(0, kLongestWord);
  std::string_view best = known.front();
  std::size_t least = edit_distance(head, best);
  for (const std::string_view candidate : known.subspan(1)) {
    const std::size_t distance = edit_distance(head, candidate);
    if (distance >= least) continue;
    best = candidate;
    least = distance;
  }
  return best;
}

}  // namespace grapnel::workspace
