// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/state_places.hpp"

#include "runner/engine/config_use.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <system_error>
#include <tuple>

namespace grapnel::engine {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kBlock = 512;  // the unit of st_blocks

// Of a file or directory itself; 0 where it is gone.
std::uint64_t bytes_of(const fs::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_blocks) * kBlock : 0;
}

std::uint64_t bytes_below(const fs::path& directory) {
  std::uint64_t bytes = bytes_of(directory);
  std::error_code error;
  fs::recursive_directory_iterator it(directory, fs::directory_options::skip_permission_denied, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) bytes += bytes_of(it->path());
  return bytes;
}

bool is_checksum(const std::string& name) {
  constexpr std::size_t kDigits = 10;
  return name.size() == kDigits && name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

class Search {
 public:
  Search(const workspace::Workspace& workspace, const cache::StateLog& log) : workspace_(workspace), log_(log) {}

  StatePlaces run() {
    const fs::path& state = workspace_.state_directory;
    for_each_directory(state, workspace::is_package_name, [&](const std::string& package) {
      if (package == "shared") return;
      for_each_directory(state / package, is_checksum, [&](const std::string& checksum) {
        add({.kind = StatePlace::Kind::config,
             .package = package,
             .checksum = checksum,
             .path = state / package / checksum});
      });
    });
    add_packages(StatePlace::Kind::shared, state / "shared");
    add_packages(StatePlace::Kind::program, workspace_.own_directory / "programs");
    std::sort(found_.places.begin(), found_.places.end(), [](const StatePlace& left, const StatePlace& right) {
      return std::tie(left.kind, left.package, left.checksum) < std::tie(right.kind, right.package, right.checksum);
    });
    std::sort(found_.links.begin(), found_.links.end());
    return std::move(found_);
  }

 private:
  // Links in the place of a directory that has such a name are noted.
  void for_each_directory(const fs::path& directory, const std::function<bool(const std::string&)>& is_ours,
                          const std::function<void(const std::string&)>& visit) {
    std::error_code error;
    fs::directory_iterator it(directory, error);
    for (; !error && it != fs::directory_iterator(); it.increment(error)) {
      const std::string name = it->path().filename().native();
      if (!is_ours(name)) continue;
      std::error_code gone;
      const fs::file_type type = it->symlink_status(gone).type();
      if (type == fs::file_type::symlink) found_.links.push_back(it->path());
      if (type == fs::file_type::directory) visit(name);
    }
  }

  void add_packages(StatePlace::Kind kind, const fs::path& directory) {
    std::error_code gone;
    if (fs::is_symlink(directory, gone)) {
      found_.links.push_back(directory);
      return;
    }
    for_each_directory(directory, workspace::is_package_name, [&](const std::string& package) {
      add({.kind = kind, .package = package, .path = directory / package});
    });
  }

  void add(StatePlace place) {
    place.is_of_workspace = workspace_.find(place.package) != nullptr;
    place.bytes = bytes_below(place.path);
    // Whoever takes a lock writes its name into it.
    place.last_used =
        std::max(cache::state_of(place.path.c_str()).modified, cache::state_of(place.lock().c_str()).modified);
    if (place.kind == StatePlace::Kind::config && place.is_of_workspace) {
      place.last_used = std::max(place.last_used, noted_use(log_, place.checksum).value_or(0));
    }
    found_.places.push_back(std::move(place));
  }

  const workspace::Workspace& workspace_;
  const cache::StateLog& log_;
  StatePlaces found_;
};

}  // namespace

StatePlaces find_state_places(const workspace::Workspace& workspace, const cache::StateLog& log) {
  return Search(workspace, log).run();
}

}  // namespace grapnel::engine
