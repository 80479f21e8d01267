// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Answers of hooks that say `once-per = "input"`: the same input has the same answer, whatever target it is for (spec:
/// hatch-build-hooks, section 6.3, caching).
#pragma once

#include "hooks_api/build_target/stage_document.hpp"
#include "runner/target/surroundings.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace grapnel::target {

/// One question: what the hook is made from, its config, the project, the environment that says how to build. Target,
/// version, build data and all directories are no part of it. The root of the project is "${root}" in question and
/// answer, so that a project and its unpacked sdist share what is known.
///
/// Answers are in `grapnel/hooks` of XDG_CACHE_HOME, or of `.cache` of HOME; without both in the project. Damage is an
/// unknown answer.
class OncePerInput {
 public:
  /// An empty identity is never known.
  OncePerInput(const Surroundings& surroundings, const std::string& identity,
               const hooks::build_target::StageInput& input);

  /// The answer, where every file that the hook declared is as it was, and every output is there.
  [[nodiscard]] std::optional<hooks::build_target::StageOutput> find() const;
  /// Throws nothing: what cannot be kept is asked again.
  void remember(const hooks::build_target::StageOutput& output) const noexcept;

 private:
  std::filesystem::path root_;
  std::filesystem::path file_;  ///< empty: nothing is kept
};

}  // namespace grapnel::target
