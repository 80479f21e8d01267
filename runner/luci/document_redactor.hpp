// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What must not leave the machine in a hook's documents.
#pragma once

#include "runner/base/environment.hpp"

#include <filesystem>

namespace grapnel::luci {

/// Redacts the secrets of this process's environment, as they are and as they stand in JSON. What is a secret is said
/// by their names and by the settings of `workspace`; settings that cannot be read add nothing: the run says why.
/// The whole environment, not what hooks see of it: a flag may have brought a value into an input.json.
[[nodiscard]] Redactor document_redactor(const std::filesystem::path& workspace);

}  // namespace grapnel::luci
