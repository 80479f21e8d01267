// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Reads the `config` object of input.json (spec: dart-hooks, sections 2.2 and 2.3).
#pragma once

#include "hooks_api/protocol/input.hpp"
#include "hooks_api/protocol/reader.hpp"
#include <hooks/config.hpp>

namespace hooks::protocol {

/// Faults go to the reader's list; the value is meaningful only where none were added.
[[nodiscard]] HookConfig read_config(ObjectReader& reader, HookKind kind);

}  // namespace hooks::protocol
