// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Whether a document is valid by itself, as a JSON Schema would judge it (docs/schema): no files are looked at, no
/// configuration is known. The rules that need more are validate.hpp's.
#pragma once

#include "hooks_api/protocol/input.hpp"
#include "hooks_api/protocol/validate.hpp"
#include <hooks/json.hpp>

namespace hooks::protocol {

/// All faults of input.json of a hook of that kind (spec: dart-hooks, sections 2.1 to 2.7), encodings of the code, data
/// and metadata assets in it included. Stricter than reading: null is no substitute for an absent member. Warnings:
/// what readers accept and no writer should write, such as a directory without a separator at its end.
[[nodiscard]] Validation validate_input_document(const Json& document, HookKind kind);

/// The same for output.json (section 3.1). A missing status is success; an unknown one is a warning.
[[nodiscard]] Validation validate_output_document(const Json& document, HookKind kind);

/// Adds errors for the files that the document names and that do not exist or are of another kind (sections 6.2, 6.4,
/// 6.5). REQUIRES: the document has no errors otherwise.
[[nodiscard]] Faults check_input_files(const Json& document, HookKind kind);
[[nodiscard]] Faults check_output_files(const Json& document, HookKind kind);

}  // namespace hooks::protocol
