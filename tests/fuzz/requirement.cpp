// SPDX-License-Identifier: BSD-3-Clause
// A requirement, a version and version specifiers. What was read is one line, and its normal form stays as it is.
#include "runner/dist/requirement.hpp"

#include "runner/dist/python_version.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using grapnel::dist::parse_python_version;
using grapnel::dist::parse_requirement;
using grapnel::dist::parse_specifiers;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto requirement = parse_requirement(text)) {
    const std::string normal = requirement->to_string();
    require(std::find(normal.begin(), normal.end(), '\n') == normal.end());
    const auto again = parse_requirement(normal);
    require(again && again->to_string() == normal);
    require(parse_requirement(requirement->to_string_for_extra("x")).has_value());
  }
  const auto version = parse_python_version(text);
  if (version) {
    const auto again = parse_python_version(version->to_string());
    require(again && *again == *version && again->to_string() == version->to_string());
  }
  if (const auto specifiers = parse_specifiers(text)) {
    const auto again = parse_specifiers(specifiers->to_string());
    require(again && again->to_string() == specifiers->to_string());
    if (version && version->local.empty()) static_cast<void>(specifiers->allows(*version));
  }
  return 0;
}
