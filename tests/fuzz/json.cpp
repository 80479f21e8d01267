// SPDX-License-Identifier: BSD-3-Clause
// JSON text: whatever it is, an error with a place in the text, or a value whose text reads back as the same value.
#include "hooks_api/base/json.hpp"

#include "hooks_api/base/utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using hooks::Json;

void require(bool ok) {
  if (!ok) std::abort();
}

void check(std::string_view text, const hooks::base::JsonLimits& limits) {
  const auto value = hooks::base::parse_json(text, limits);
  if (!value) {
    const auto& error = value.error();
    require(!error.message.empty() && hooks::base::is_utf8(error.message));
    require(error.line >= 1 && error.column >= 1);
    require(error.line <= 1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')));
    require(error.column <= text.size() + 1);
    (void)error.describe();
    return;
  }
  const std::string compact = value->to_string();
  const auto again = hooks::base::parse_json(compact);
  require(again.has_value() && *again == *value && again->to_string() == compact);
  const auto pretty = hooks::base::parse_json(hooks::base::to_pretty_json(*value));
  require(pretty.has_value() && *pretty == *value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text, {});
  check(text, {.bytes = 1000, .depth = 3, .string_bytes = 5});
  return 0;
}
