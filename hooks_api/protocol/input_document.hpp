// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The members of input.json, for a reader of either way of reading (reader.hpp).
#pragma once

#include "hooks_api/protocol/reader.hpp"
#include <hooks/input.hpp>

namespace hooks::protocol {

/// Faults go to the reader's list; the value is meaningful only where none were added.
[[nodiscard]] BuildInput::Fields read_build_fields(ObjectReader& reader);
[[nodiscard]] LinkInput::Fields read_link_fields(ObjectReader& reader);

}  // namespace hooks::protocol
