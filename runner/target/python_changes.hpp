// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What hooks in Python changed behind the build data: metadata.core and target_config, which hatchling would build
/// from (spec: hatch-build-hooks, sections 2 and 6.6).
#pragma once

#include "runner/dist/metadata.hpp"
#include "runner/target/surroundings.hpp"
#include "runner/workspace/build_project.hpp"

#include <optional>

namespace grapnel::target {

/// The project and its metadata with the changes; the originals where there are none. Borrows them. Throws ProjectError
/// for changes that are no metadata.
class PythonChanges {
 public:
  PythonChanges(const Surroundings& surroundings, const dist::Metadata& metadata);

  [[nodiscard]] const workspace::BuildProject& project() const noexcept { return project_ ? *project_ : *original_; }
  [[nodiscard]] const dist::Metadata& metadata() const noexcept { return metadata_ ? *metadata_ : *original_metadata_; }

 private:
  const workspace::BuildProject* original_;
  const dist::Metadata* original_metadata_;
  std::optional<workspace::BuildProject> project_;
  std::optional<dist::Metadata> metadata_;
};

}  // namespace grapnel::target
