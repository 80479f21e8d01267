// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/members.hpp"

#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"
#include "runner/dist/archive.hpp"

#include <unistd.h>

#include <algorithm>
#include <system_error>

namespace grapnel::dist {

using hooks::base::shown;

void Members::add(const std::string& name, const std::string& origin) {
  const auto [place, is_new] = origins_.emplace(name, origin);
  if (is_new || may_repeat_) return;
  throw ProjectError("two files would be shipped as " + shown(name) + ": from " + place->second + ", and from " +
                     origin + ". Give one of them another target, or exclude it.");
}

void Members::add(const ShippedFile& file) {
  add(file.distribution_path, file.origin.empty() ? "the project's " + shown(file.relative_path) : file.origin);
}

std::string artifact_name(const DistRequest& request) {
  const Metadata& metadata = request.metadata;
  const bool is_strict = request.options.boolean("strict-naming", true);
  return (is_strict ? metadata.file_name : written_file_name(metadata.name)) + "-" + metadata.version;
}

Environment environment_of(const DistRequest& request) {
  if (request.environment) return *request.environment;
  Environment all;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) all.emplace_back(*variable);
  std::sort(all.begin(), all.end());
  return all;
}

std::optional<std::int64_t> member_time(const DistRequest& request) {
  if (!request.options.boolean("reproducible", true)) return std::nullopt;
  return source_date(value_of(environment_of(request), "SOURCE_DATE_EPOCH"));
}

std::string metadata_version(const DistRequest& request) {
  const auto option = request.options.find_own("core-metadata-version");
  if (!option) return std::string(kCoreMetadataVersion);
  std::string version = workspace::string_of(*option);
  if (!is_core_metadata_version(version)) {
    workspace::refuse(*option, "found " + shown(version) + "; expected 1.2, 2.1, 2.2, 2.3 or 2.4");
  }
  return version;
}

void remove_artifacts(const std::filesystem::path& directory, std::string_view ending) {
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  if (error == std::errc::no_such_file_or_directory) return;
  for (const std::filesystem::directory_iterator end; !error && entry != end; entry.increment(error)) {
    if (!entry->path().native().ends_with(ending)) continue;
    std::error_code ignored;
    if (entry->symlink_status(ignored).type() == std::filesystem::file_type::directory) continue;
    std::filesystem::remove(entry->path(), error);
    if (error) break;
  }
  if (error) {
    throw SystemError("cannot clean " + shown(directory.native()) + ": " + error.message() + ".", error.value());
  }
}

}  // namespace grapnel::dist
