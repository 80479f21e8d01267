// SPDX-License-Identifier: BSD-3-Clause
// Files of events: each line is refused with a reason, or reads back the same; what they add up to breaks nothing.
#include "runner/report/event_json.hpp"
#include "runner/report/model.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace grapnel;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  report::ModelBuilder builder;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() == text.size() ? line.size() : line.size() + 1);
    try {
      const Event event = report::event_from_json(line);
      const std::string written = report::event_to_json(event).to_string();
      if (report::event_to_json(report::event_from_json(written)).to_string() != written) std::abort();
      builder.add(report::with_utf8_text(event));
    } catch (const std::invalid_argument& fault) {
      if (*fault.what() == '\0') std::abort();
    }
  }
  for (const std::size_t place : report::critical_path(builder.model())) {
    if (place >= builder.model().hooks.size()) std::abort();
  }
  return 0;
}
