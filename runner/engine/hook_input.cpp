// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/hook_input.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/input.hpp"
#include "hooks_api/protocol/validate.hpp"
#include "runner/base/errors.hpp"

#include <stdexcept>
#include <string>

namespace grapnel::engine {

namespace base = hooks::base;
namespace protocol = hooks::protocol;

hooks::HookConfig check_input(const hooks::Json& document, const HookId& hook) {
  const auto checked = [&](const auto& input) -> hooks::HookConfig {
    const protocol::Faults faults = input ? protocol::validate_input(**input) : input.error();
    if (!faults.empty()) {
      throw std::logic_error("the input of the " + std::string(name_of(hook.kind)) + " hook of package '" +
                             hook.package + "' is not valid:\n" + describe(faults));
    }
    return (*input)->config();
  };
  if (hook.kind == HookKind::build) return checked(protocol::read_build_input(document));
  return checked(protocol::read_link_input(document));
}

void write_input(const hooks::Json& document, const std::optional<hooks::Json>& recorded_uses,
                 const HookDirectories& directories) {
  // What says that the last run is good goes first: whoever stops here leaves nothing that could be believed. Dart's
  // record too, which knows nothing of this run.
  value_or_throw(base::remove_path(directories.dart_record));
  value_or_throw(base::remove_path(directories.output));
  value_or_throw(base::remove_path(directories.failed_output));
  if (recorded_uses) {
    value_or_throw(base::publish_if_different(directories.recorded_uses, base::to_pretty_json(*recorded_uses)));
  }
  value_or_throw(base::publish_if_different(directories.input, base::to_pretty_json(document)));
}

}  // namespace grapnel::engine
