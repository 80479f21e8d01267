// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The names that an archive has already, and what wheels and sdists do alike.
#pragma once

#include "runner/dist/request.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace grapnel::dist {

/// Each name once.
class Members {
 public:
  explicit Members(bool may_repeat = false) : may_repeat_(may_repeat) {}

  /// Throws ProjectError that names both where a name comes a second time.
  void add(const std::string& name, const std::string& origin);
  void add(const ShippedFile& file);

 private:
  bool may_repeat_;
  std::map<std::string, std::string, std::less<>> origins_;
};

/// "demo-1.0": the artifact's name, and that of what is in it.
[[nodiscard]] std::string artifact_name(const DistRequest& request);

[[nodiscard]] Environment environment_of(const DistRequest& request);

/// The time of members; absent where each has its file's.
[[nodiscard]] std::optional<std::int64_t> member_time(const DistRequest& request);

/// The option core-metadata-version of the target, or the version that is written without.
[[nodiscard]] std::string metadata_version(const DistRequest& request);

/// Removes the files of a directory whose names end with `ending`; fine where there is no such directory. Throws
/// SystemError.
void remove_artifacts(const std::filesystem::path& directory, std::string_view ending);

}  // namespace grapnel::dist
