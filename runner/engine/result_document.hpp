// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Whether a result document (include/grapnel/result.hpp) is valid by itself.
#pragma once

#include "hooks_api/protocol/fault.hpp"
#include <hooks/json.hpp>

namespace grapnel::engine {

/// All faults, as docs/schema/result.schema.json judges: of a build or of a link, ours or Dart's (spec: dart-hooks,
/// section 4.5). Null is no substitute for an absent member.
[[nodiscard]] hooks::protocol::Validation validate_result_document(const hooks::Json& document);

/// Errors for files of assets that do not exist. REQUIRES: the document has no errors otherwise.
[[nodiscard]] hooks::protocol::Faults check_result_files(const hooks::Json& document);

}  // namespace grapnel::engine
