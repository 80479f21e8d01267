// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/license_expression.hpp"

#include "hooks_api/base/shown.hpp"
#include "runner/dist/ascii.hpp"

#include <algorithm>
#include <vector>

namespace grapnel::dist {
namespace {

using hooks::base::Expected;
using hooks::base::shown;

constexpr std::string_view kReference = "LicenseRef-";

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool within = false;
  for (const char c : text) {
    if (is_python_space(c)) {
      within = false;
    } else if (c == '(' || c == ')') {
      words.emplace_back(1, c);
      within = false;
    } else {
      if (!within) words.emplace_back();
      words.back() += c;
      within = true;
    }
  }
  return words;
}

/// The name in SPDX's case; empty where it is none of them.
std::string_view find_name(std::span<const std::string_view> names, const std::string& name) {
  const std::string wanted = to_lower(name);
  const auto found = std::lower_bound(names.begin(), names.end(), wanted,
                                      [](std::string_view a, const std::string& b) { return to_lower(a) < b; });
  return found != names.end() && to_lower(*found) == wanted ? *found : std::string_view();
}

Expected<std::string> normal_license(std::string name) {
  std::string suffix;
  if (name.ends_with('+')) {
    name.pop_back();
    suffix = "+";
  }
  if (to_lower(name).starts_with(to_lower(kReference))) {
    const std::string_view rest = std::string_view(name).substr(kReference.size());
    const bool good = !rest.empty() && std::all_of(rest.begin(), rest.end(), [](char c) {
      return is_letter_or_digit(c) || c == '.' || c == '-';
    });
    if (!good) return hooks::base::error(shown(name) + " is no LicenseRef of letters, digits, '.' and '-'");
    return std::string(kReference) + std::string(rest) + suffix;
  }
  const std::string_view known = find_name(spdx_licenses(), name);
  if (known.empty()) {
    return hooks::base::error(shown(name) + " is no license of SPDX's list; a license of your own is LicenseRef-NAME");
  }
  return std::string(known) + suffix;
}

}  // namespace

Expected<std::string> normal_license_expression(std::string_view text) {
  if (text.size() > kMaxLicenseExpression) {
    return hooks::base::error("has more than " + std::to_string(kMaxLicenseExpression) +
                              " bytes; expected an SPDX license expression");
  }
  const auto misplaced = [](const std::string& word) {
    return hooks::base::error(shown(word) + " does not fit there in an SPDX license expression");
  };
  std::string normal;
  std::size_t open = 0;
  // What may come next: a license, an exception, or what joins them.
  enum class Next { license, exception, junction } next = Next::license;
  bool simple = false;  // the last one was a license that may have an exception
  for (const std::string& word : words_of(text)) {
    const std::string lower = to_lower(word);
    const bool junction = lower == "and" || lower == "or";
    if (next == Next::junction) {
      if (word == ")" && open > 0) {
        --open;
        normal += ')';
        simple = false;
      } else if (junction) {
        normal += lower == "and" ? " AND " : " OR ";
        next = Next::license;
      } else if (lower == "with" && simple) {
        normal += " WITH ";
        next = Next::exception;
      } else {
        return misplaced(word);
      }
      continue;
    }
    if (junction || lower == "with" || word == ")" || (word == "(" && next == Next::exception)) return misplaced(word);
    if (word == "(") {
      ++open;
      normal += '(';
      continue;
    }
    if (next == Next::exception) {
      const std::string_view known = find_name(spdx_exceptions(), word);
      if (known.empty()) return hooks::base::error(shown(word) + " is no license exception of SPDX's list");
      normal += known;
      simple = false;
    } else {
      const Expected<std::string> license = normal_license(word);
      if (!license) return license;
      normal += *license;
      simple = true;
    }
    next = Next::junction;
  }
  if (normal.empty()) return hooks::base::error("found no license; expected an SPDX license expression");
  if (next != Next::junction) return hooks::base::error("ends where a license or an exception is expected");
  if (open > 0) return hooks::base::error("lacks a ')'");
  return normal;
}

}  // namespace grapnel::dist
