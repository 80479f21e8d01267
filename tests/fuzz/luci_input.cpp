// SPDX-License-Identifier: BSD-3-Clause
// The Build that a luciexe is given: an error in UTF-8, or values that can be written again.
#include "runner/report/luci_input.hpp"

#include "hooks_api/base/utf8.hpp"
#include "runner/report/luci_encoders.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace grapnel::report::luci;
  const auto build = read_input_build({reinterpret_cast<const char*>(data), size});
  if (!build) {
    if (build.error().empty() || !hooks::base::is_utf8(build.error())) std::abort();
    return 0;
  }
  // What is written is read as the same: the output's properties stand where the input's did but for their number.
  Build again{.identity = build->identity, .properties = build->properties};
  const auto read = read_input_build(to_pb(again));
  if (!read || read->identity.id != build->identity.id || read->identity.start_time != build->identity.start_time)
    std::abort();
  if (!hooks::base::is_utf8(to_json(again)) || !hooks::base::is_utf8(to_textpb(again))) std::abort();
  return 0;
}
