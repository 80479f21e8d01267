// SPDX-License-Identifier: BSD-3-Clause
// The beginning of a library: whatever the bytes, nothing or a header within its bounds.
#include "hooks_api/protocol/library_header.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool ok) {
  if (!ok) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto header = hooks::protocol::read_library_header(bytes);
  if (!header) return 0;
  require(!header->slices.empty() && (header->fat || header->slices.size() == 1));
  const auto fits = [&](const std::string& name) {
    return name.size() <= std::min(size, hooks::protocol::kMostNameBytes);
  };
  for (const auto& slice : header->slices) {
    require(fits(slice.own_name));
    require(std::all_of(slice.needed.begin(), slice.needed.end(), fits) && slice.needed.size() <= 1024);
    require(std::all_of(slice.run_paths.begin(), slice.run_paths.end(), fits));
  }
  return 0;
}
