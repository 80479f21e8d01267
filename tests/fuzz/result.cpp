// SPDX-License-Identifier: BSD-3-Clause
// The result document of a build, as a link in another process reads it: a fault, or a result whose own document reads
// back the same.
#include <grapnel/result.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace {

void require(bool ok) {
  if (!ok) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto result = grapnel::build_result_from_json({reinterpret_cast<const char*>(data), size});
    const auto again = grapnel::build_result_from_json(to_json(result).to_string());
    require(again.assets == result.assets);
    require(again.assets_for_linking == result.assets_for_linking);
    require(again.dependencies == result.dependencies);
  } catch (const std::invalid_argument& error) {
    require(*error.what() != '\0');
  }
  return 0;
}
