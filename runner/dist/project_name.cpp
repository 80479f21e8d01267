// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/project_name.hpp"

#include "runner/dist/ascii.hpp"

#include <algorithm>
#include <cstddef>

namespace grapnel::dist {
namespace {

constexpr std::size_t kMaxName = 256;

std::string joined_by(std::string_view name, char separator) {
  std::string normal;
  bool after_separator = false;
  for (const char c : name) {
    if (!is_separator(c)) {
      normal += to_lower(c);
    } else if (!after_separator) {
      normal += separator;
    }
    after_separator = is_separator(c);
  }
  return normal;
}

}  // namespace

bool is_project_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= kMaxName && is_letter_or_digit(name.front()) &&
         is_letter_or_digit(name.back()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_letter_or_digit(c) || is_separator(c); });
}

std::string normal_project_name(std::string_view name) { return joined_by(name, '-'); }

std::string file_project_name(std::string_view name) { return joined_by(name, '_'); }

}  // namespace grapnel::dist
