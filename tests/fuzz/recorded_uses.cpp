// SPDX-License-Identifier: BSD-3-Clause
// Recorded uses: whatever the document, a fault or a part for each package, which can be read and filtered again.
#include "runner/engine/recorded_uses.hpp"

#include "hooks_api/base/json.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto uses = grapnel::engine::RecordedUses({reinterpret_cast<const char*>(data), size}, "uses.json: ");
    for (const char* package : {"a", "b", "nobody"}) {
      const hooks::Json part = uses.for_package(package);
      const auto again = grapnel::engine::RecordedUses(part.to_string(), "part.json: ");
      if (again.for_package(package) != part) std::abort();
    }
  } catch (const std::exception& error) {
    if (*error.what() == '\0') std::abort();
  }
  return 0;
}
