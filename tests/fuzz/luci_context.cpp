// SPDX-License-Identifier: BSD-3-Clause
// LUCI_CONTEXT: a token that breaks out of no header, times that a clock can hold, or a message.
#include "runner/luci/context.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto context = grapnel::luci::parse_context({reinterpret_cast<const char*>(data), size});
  if (!context) {
    if (context.error().empty()) std::abort();
    return 0;
  }
  if (context->deadline.soft && context->deadline.soft->time_since_epoch().count() < 0) std::abort();
  if (context->deadline.grace.count() < 0) std::abort();
  if (context->result_sink && (context->result_sink->token.find_first_of("\r\n ") != std::string::npos ||
                               context->result_sink->host.empty() || context->result_sink->port.empty())) {
    std::abort();
  }
  return 0;
}
