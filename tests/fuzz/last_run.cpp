// SPDX-License-Identifier: BSD-3-Clause
// What `grapnel why` reads: a fault, or a run whose own document reads back the same.
#include "runner/engine/last_run_document.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace grapnel::engine;
  try {
    const LastRun run = last_run_from_json({reinterpret_cast<const char*>(data), size});
    const std::string text = hooks::Json(to_json(run)).to_string();
    if (hooks::Json(to_json(last_run_from_json(text))).to_string() != text) std::abort();
  } catch (const std::invalid_argument& error) {
    if (*error.what() == '\0') std::abort();
  }
  return 0;
}
