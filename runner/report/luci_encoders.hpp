// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A Build in the three forms that LUCI's tools read (spec: ci-reporting, section 1.2). Each is a pure function. Text
/// has to be UTF-8.
#pragma once

#include "runner/report/luci_build.hpp"

#include <string>
#include <string_view>

namespace grapnel::report::luci {

/// proto3 JSON with the names of the .proto file, two spaces a level, a newline at the end.
[[nodiscard]] std::string to_json(const Build& build);
/// The protobuf text format.
[[nodiscard]] std::string to_textpb(const Build& build);
/// The binary form.
[[nodiscard]] std::string to_pb(const Build& build);

/// The form that the extension of `path` names: .json, .textpb or .pb. Throws std::invalid_argument for any other.
[[nodiscard]] std::string encode_for(const Build& build, std::string_view path);
/// Throws as encode_for() would.
void check_extension(std::string_view path);

/// RFC 3339 in UTC with 0, 3, 6 or 9 digits of a second: "2026-11-22T10:00:00.500Z".
[[nodiscard]] std::string rfc3339(Time time);

}  // namespace grapnel::report::luci
