// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The files of an artifact, for hooks.
#pragma once

#include "runner/dist/selection.hpp"
#include <hooks/json.hpp>

#include <vector>

namespace grapnel::target {

/// A list of {"path", "relative_path", "distribution_path"}.
[[nodiscard]] inline hooks::Json files_to_json(const std::vector<dist::ShippedFile>& files) {
  hooks::Json::Array list;
  list.reserve(files.size());
  for (const dist::ShippedFile& file : files) {
    list.emplace_back(hooks::Json::Object{{"path", file.path.native()},
                                          {"relative_path", file.relative_path},
                                          {"distribution_path", file.distribution_path}});
  }
  return list;
}

}  // namespace grapnel::target
