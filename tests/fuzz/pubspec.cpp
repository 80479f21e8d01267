// SPDX-License-Identifier: BSD-3-Clause
// pubspec.yaml: whatever the text, faults or user-defines that JSON can express.
#include "runner/workspace/pubspec.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hooks::protocol::Faults faults;
  const auto defines = grapnel::workspace::read_pubspec({reinterpret_cast<const char*>(data), size}, faults);
  (void)describe(faults);
  if (!faults.empty()) return 0;
  for (const auto& [package, values] : defines) {
    // Throws for what JSON cannot express; within the limits of who reads it.
    if (hooks::Json::parse(hooks::Json(values).to_string()) != hooks::Json(values)) std::abort();
  }
  return 0;
}
