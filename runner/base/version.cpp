// SPDX-License-Identifier: BSD-3-Clause
#include "grapnel/version.hpp"

#include "hooks_api/base/project_version.hpp"

namespace grapnel {

std::string_view version() noexcept { return kVersion; }

}  // namespace grapnel
