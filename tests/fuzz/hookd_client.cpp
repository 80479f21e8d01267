// SPDX-License-Identifier: BSD-3-Clause
// What a hookd says to our client: the first byte chooses the dialect, the rest are its lines.
#include "runner/daemon/exchange.hpp"
#include "runner/daemon/lines.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace grapnel::hookd;  // NOLINT(google-build-using-namespace)
  if (size == 0) return 0;
  const std::string_view output(reinterpret_cast<const char*>(data + 1), size - 1);
  const bool is_later = (data[0] & 1U) != 0;
  grapnel::HookdCall call{.build_backend = "b", .hook_name = "build_wheel", .config_settings = "{}"};
  if (is_later) call.backend_path = {"one", "two"};
  Exchange exchange(call, is_later ? grapnel::HookdProtocol::later : grapnel::HookdProtocol::seed, "/tree");
  LineReader lines(1U << 12U);
  lines.feed(output);
  std::string sent;
  while (!exchange.is_done()) {
    const auto line = lines.next();
    if (!line || line->is_too_long) break;
    const auto message = to_message(line->text);
    if (!message || !exchange.take(*message).empty()) break;
    sent += exchange.to_send();
  }
  if (!sent.empty() && sent.back() != '\n') std::abort();
  // Each name is answered once: run, the backend, two paths and their end, the hook, four arguments.
  if (std::count(sent.begin(), sent.end(), '\n') > 10) std::abort();
  const grapnel::HookdResult& result = exchange.result();
  if (result.ok && !result.error_kind.empty()) std::abort();
  if (exchange.is_done() && !result.ok && result.error_kind.empty()) std::abort();
  return 0;
}
