// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/user_defines.hpp"

#include "runner/workspace/pubspec.hpp"

#include <system_error>

namespace grapnel::engine {

RunDefines::RunDefines(const std::optional<UserDefines>& requested, const std::filesystem::path& pubspec,
                       const workspace::Settings& settings) {
  // The weakest first.
  if (!pubspec.empty()) {
    add(pubspec, workspace::load_pubspec(pubspec));
    files_.push_back(pubspec);
  }
  if (settings.user_defines) add(settings.file, *settings.user_defines);
  if (requested) {
    add(requested->base_path, requested->packages);
    std::error_code error;
    if (std::filesystem::is_regular_file(requested->base_path, error)) files_.push_back(requested->base_path);
  }
}

void RunDefines::warn_about_unknown_packages(const workspace::Workspace& workspace, EventStream& events) const {
  for (const auto& [package, defines] : packages_) {
    if (workspace.find(package) == nullptr) {
      events.warning(package, "there are user-defines for this package, but no package of that name");
    }
  }
}

void RunDefines::add(const std::filesystem::path& base_path, const workspace::DefinesByPackage& packages) {
  given_ = true;
  for (const auto& [package, values] : packages) {
    auto [own, fresh] = packages_.try_emplace(package);
    if (fresh) own->second.base_path = base_path;
    for (const hooks::Json::Member& member : values) own->second.defines[member.key] = member.value;
  }
}

void RunDefines::add_to(hooks::protocol::InputFields& input, const std::string& package) const {
  input.has_user_defines = given_;
  if (const auto* own = find(package)) input.user_defines = *own;
}

const hooks::protocol::InputFields::Defines* RunDefines::find(const std::string& package) const {
  const auto own = packages_.find(package);
  return own != packages_.end() ? &own->second : nullptr;
}

}  // namespace grapnel::engine
