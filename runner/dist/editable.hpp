// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Editable wheels (PEP 660): a path file that names the directories of the sources.
#pragma once

#include "runner/dist/request.hpp"

#include <string>
#include <vector>

namespace grapnel::dist {

/// "_demo.pth".
[[nodiscard]] std::string path_file_name(const Metadata& metadata);

/// The option dev-mode-dirs: absolute, sorted.
[[nodiscard]] std::vector<std::string> dev_mode_dirs(const DistRequest& request);

/// What is in the path file: the directories of dev-mode-dirs, or those of the selected packages and modules. Throws
/// ProjectError where `sources` moves a package to another name, which a path cannot do.
[[nodiscard]] std::string path_file_text(const DistRequest& request, const Selection& selection);

/// Throws ProjectError where dev-mode-exact is on and would be used: it needs a program inside the wheel.
void refuse_exact_mode(const DistRequest& request);

}  // namespace grapnel::dist
