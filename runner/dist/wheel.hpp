// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Builds wheels, as hatchling 1.32 does (spec: hatch-build-hooks, section 3; reference: docs/build-targets.md).
#pragma once

#include "runner/dist/request.hpp"
#include <hooks/json.hpp>

#include <filesystem>

namespace grapnel::dist {

/// Build data before any hook.
[[nodiscard]] hooks::Json::Object wheel_build_data();

/// Builds NAME-VERSION-TAG.whl of the version "standard" or "editable"; one of that name is replaced. Throws
/// ProjectError for options and build data with faults, whoever wrote them; SystemError; BuildStopped. Nothing is left
/// of an artifact that was not completed.
[[nodiscard]] Built build_wheel(const WheelRequest& request);

/// Removes every wheel of a directory.
void clean_wheels(const std::filesystem::path& directory);

}  // namespace grapnel::dist
