// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a distribution is built of, and what comes out.
#pragma once

#include "runner/base/environment.hpp"
#include "runner/dist/inclusion.hpp"
#include "runner/dist/metadata.hpp"
#include "runner/dist/selection.hpp"
#include "runner/workspace/build_options.hpp"
#include "runner/workspace/build_project.hpp"
#include <hooks/json.hpp>

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace grapnel::dist {

/// One build of one version of a target. Borrows project and metadata.
struct DistRequest {
  const workspace::BuildProject& project;
  const Metadata& metadata;
  workspace::BuildOptions options;  ///< of the target
  std::string version = "standard";
  hooks::Json::Object build_data{};    ///< after all hooks (spec: hatch-build-hooks, section 3.1)
  std::vector<std::string> exclude{};  ///< patterns of hooks: of what is selected, never of what is forced
  Origin origin{};
  std::filesystem::path directory{};  ///< for the artifact; it is there
  LikeHatch like_hatch{};
  std::stop_token stop{};
  /// An sdist ships these too, where they lie in the root: the sources of hooks.
  std::vector<std::filesystem::path> more_forced{};
  std::filesystem::path python{};            ///< which infer_tag asks; empty: python3 on PATH
  std::optional<Environment> environment{};  ///< absent: this process's
};
using WheelRequest = DistRequest;
using SdistRequest = DistRequest;

/// An artifact.
struct Built {
  std::filesystem::path artifact{};
  std::string tag{};                 ///< of a wheel
  std::vector<ShippedFile> files{};  ///< in the archive's order, without what has no file of its own
};

}  // namespace grapnel::dist
