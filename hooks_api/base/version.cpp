// SPDX-License-Identifier: BSD-3-Clause
#include "hooks/version.hpp"

#include "hooks_api/base/project_version.hpp"

namespace hooks {

std::string_view version() noexcept { return grapnel::kVersion; }

}  // namespace hooks
