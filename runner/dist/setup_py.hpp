// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A setup.py for installers that know no pyproject.toml: the option support-legacy of sdists.
#pragma once

#include "runner/dist/metadata.hpp"
#include "runner/dist/selection.hpp"

#include <string>
#include <vector>

namespace grapnel::dist {

/// Its text. `files`: of the sdist; their relative paths tell the packages.
[[nodiscard]] std::string setup_py(const Metadata& metadata, const std::vector<ShippedFile>& files,
                                   const std::vector<std::string>& more_dependencies);

}  // namespace grapnel::dist
