// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/latest_link.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>

namespace grapnel::engine {

namespace fs = std::filesystem;

namespace {

std::string link_name(HookKind kind) { return "latest-" + std::string(name_of(kind)); }

}  // namespace

fs::path latest_link(const fs::path& state_directory, const HookId& hook) {
  return state_directory / hook.package / link_name(hook.kind);
}

void update_latest_link(const HookDirectories& directories, HookKind kind) noexcept {
  try {
    // Relative: a workspace may be moved.
    const std::string target = directories.build.filename().string();
    const std::string link = directories.build.parent_path() / link_name(kind);
    std::array<char, 64> now{};
    const ssize_t length = ::readlink(link.c_str(), now.data(), now.size());
    if (length >= 0 && std::string_view(now.data(), static_cast<std::size_t>(length)) == target) return;
    const std::string temporary = link + ".new";
    ::unlink(temporary.c_str());
    if (::symlink(target.c_str(), temporary.c_str()) == 0 && std::rename(temporary.c_str(), link.c_str()) != 0) {
      ::unlink(temporary.c_str());
    }
  } catch (const std::exception&) {
    // No memory: the run will say so itself.
  }
}

void remove_dangling_latest_links(const fs::path& package_directory) noexcept {
  try {
    for (const HookKind kind : {HookKind::build, HookKind::link}) {
      const fs::path link = package_directory / link_name(kind);
      std::error_code error;
      const bool is_link = fs::is_symlink(link, error);
      if (is_link && !fs::exists(link, error)) ::unlink(link.c_str());
    }
  } catch (const std::exception&) {
    // They stay.
  }
}

}  // namespace grapnel::engine
