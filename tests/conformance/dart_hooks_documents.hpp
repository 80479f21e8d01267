// SPDX-License-Identifier: BSD-3-Clause
// Valid documents of the Dart protocol, and ways to spoil them.
#pragma once

#include "hooks_api/protocol/fault.hpp"
#include "hooks_api/protocol/input.hpp"
#include <hooks/json.hpp>

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

namespace tests {

/// Documents with every member that the specification names, valid and without warnings.
hooks::Json full_build_input();
hooks::Json full_link_input();
hooks::Json full_build_output();
hooks::Json full_link_output();

/// The value at a dotted path. REQUIRES: it is there.
hooks::Json& at(hooks::Json& document, std::string_view path);
/// A copy with the member at a dotted path changed or added, or removed.
hooks::Json with(hooks::Json document, std::string_view path, hooks::Json value);
hooks::Json without(hooks::Json document, std::string_view path);
/// A copy with a member more in every object whose members have names of their own (not in user-defines and the like).
hooks::Json with_unknown_members(const hooks::Json& document);

/// What the runner finds in an input before it starts the hook (sections 6.2, 6.4, 6.5).
hooks::protocol::Faults check_input(const hooks::Json& document, hooks::protocol::HookKind kind);

/// One member of a document, as a row of the specification's tables.
struct Member {
  std::string path;
  enum class Type { string, path, integer, boolean, list, object } type;
  bool required;
};
/// "a string", "an integer", …
std::string expected(Member::Type type);
/// Values of every other type than the member's, null included.
std::vector<hooks::Json> values_of_other_types(Member::Type type);

/// A failing expectation shows the faults themselves.
std::string shown(const hooks::protocol::Faults& faults);

MATCHER_P2(FaultAt, path, message, "") {
  *result_listener << "which is " << describe(arg);
  return arg.path == path && arg.message.find(message) != std::string::npos;
}

}  // namespace tests

namespace hooks::protocol {
// What gtest prints of a fault.
void PrintTo(const Fault& fault, std::ostream* out);  // NOLINT(readability-identifier-naming): gtest's name
}  // namespace hooks::protocol
