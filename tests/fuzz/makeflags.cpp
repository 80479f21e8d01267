// SPDX-License-Identifier: BSD-3-Clause
// MAKEFLAGS comes from whoever started us.
#include "hooks_api/base/jobserver.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto address = hooks::base::jobserver_address(text);
  if (!address) return 0;
  // Either both descriptors, or a named pipe, or nothing that could be opened; never made up.
  if ((address->read_fd < 0) != (address->write_fd < 0)) std::abort();
  if (address->read_fd >= 0 && !address->fifo.empty()) std::abort();
  if (text.find("--jobserver-") == std::string_view::npos) std::abort();
  // The same in front of variables as without them.
  if (hooks::base::jobserver_address(std::string(text) + " -- A=--jobserver-auth=8,9") != address) {
    if (text.empty() || text.back() != '\\') std::abort();
  }
  return 0;
}
