// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What is built: an sdist, a wheel, or what a program makes (spec: hatch-build-hooks, section 6.1).
#pragma once

#include "runner/target/build_data.hpp"
#include "runner/target/staged_hook.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace grapnel::target {

/// How building a version ended.
struct Built {
  StageEnd end{};
  std::filesystem::path artifact{};  ///< absolute
};

/// One target of a project.
class Target {
 public:
  virtual ~Target();

  [[nodiscard]] virtual const std::string& name() const noexcept = 0;
  /// All versions that it can build, in its order.
  [[nodiscard]] virtual std::vector<std::string> versions() const = 0;
  /// Those that it builds where nobody says which; empty: all.
  [[nodiscard]] virtual std::vector<std::string> default_versions() const = 0;
  /// The fields of build data that it recognises beside the common ones, and what they are at first.
  [[nodiscard]] virtual std::vector<DataField> fields() const = 0;
  [[nodiscard]] virtual hooks::Json::Object default_build_data() const = 0;
  /// Judges the project and the options before any hook is made. Throws ProjectError.
  virtual void check() const = 0;
  virtual StageEnd clean(const std::filesystem::path& directory, const std::vector<std::string>& versions) = 0;
  /// `data` gets what finalize is to see of it.
  virtual Built build(const std::string& version, const std::filesystem::path& directory, BuildData& data) = 0;

 protected:
  Target() = default;
  Target(const Target&) = default;
  Target& operator=(const Target&) = default;
};

}  // namespace grapnel::target
