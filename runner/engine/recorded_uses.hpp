// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What the application's compiler recorded about the uses of packages (spec: dart-hooks, section 2.8).
#pragma once

#include <hooks/json.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace grapnel::engine {

/// A recording, read once and filtered for each package. Immutable.
class RecordedUses {
 public:
  /// Throws ProjectError where the file cannot be read or is no such document.
  explicit RecordedUses(const std::filesystem::path& file);
  /// The same for its text; `where` stands before what is wrong.
  RecordedUses(std::string_view text, const std::string& where);

  /// The document with the definitions of `package` alone, and the uses of those; indices are renumbered.
  /// Definitions that a constant refers to stay too, so that every index still means something.
  [[nodiscard]] hooks::Json for_package(const std::string& package) const;

 private:
  hooks::Json::Object document_;
};

}  // namespace grapnel::engine
