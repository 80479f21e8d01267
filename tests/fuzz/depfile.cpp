// SPDX-License-Identifier: BSD-3-Clause
// What compilers write for make: the names hold no more than the text did.
#include "hooks_api/base/depfile.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::size_t bytes = 0;
  for (const std::string& file : hooks::base::depfile_prerequisites({reinterpret_cast<const char*>(data), size})) {
    if (file.empty()) std::abort();
    bytes += file.size();
  }
  if (bytes > size) std::abort();
  return 0;
}
