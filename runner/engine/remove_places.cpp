// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/remove_places.hpp"

#include "hooks_api/base/files.hpp"
#include "runner/base/errors.hpp"
#include "runner/base/lock.hpp"
#include "runner/cache/log_users.hpp"
#include "runner/engine/config_use.hpp"
#include "runner/engine/latest_link.hpp"
#include <grapnel/events.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

namespace grapnel::engine {

namespace {

namespace fs = std::filesystem;

bool is_link(const fs::path& path) {
  std::error_code gone;
  return fs::is_symlink(path, gone);
}

bool is_directory_itself(const fs::path& path) {
  std::error_code gone;
  return fs::symlink_status(path, gone).type() == fs::file_type::directory;
}

// A directory without the right to write in it keeps what is in it.
void make_removable(const fs::path& tree) {
  std::error_code error;
  fs::permissions(tree, fs::perms::owner_all, fs::perm_options::add | fs::perm_options::nofollow, error);
  fs::recursive_directory_iterator it(tree, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (!is_directory_itself(it->path())) continue;
    std::error_code refused;
    fs::permissions(it->path(), fs::perms::owner_all, fs::perm_options::add, refused);
  }
}

std::error_code remove_tree(const fs::path& tree) {
  std::error_code error;
  fs::remove_all(tree, error);
  if (error != std::errc::permission_denied) return error;
  make_removable(tree);
  fs::remove_all(tree, error);
  return error;
}

class Remover {
 public:
  Remover(const workspace::Workspace& workspace, cache::StateLog& log, const RemovalOptions& options)
      : workspace_(workspace),
        log_(log),
        options_(options),
        records_(workspace.own_directory / "records"),
        trash_(workspace.own_directory / "trash") {}

  Removal run(std::span<const StatePlace> places) {
    if (options_.dry_run) {
      for (const StatePlace& place : places) try_dry(place);
      return std::move(result_);
    }
    if (places.empty() && !is_directory_itself(trash_)) return {};
    const auto lock = FileLock::try_acquire(workspace_.own_directory / "removal.lock", options_.purpose);
    if (!lock) {
      throw SystemError("something else is removing state of this workspace; wait for it. Its owner: " +
                            FileLock::owner_of(workspace_.own_directory / "removal.lock"),
                        EAGAIN);
    }
    empty_trash();  // of one that was killed
    value_or_throw(hooks::base::create_directories(trash_));
    constexpr std::size_t kBatch = 100;  // each holds a descriptor or two
    while (!places.empty()) {
      const std::size_t count = std::min(kBatch, places.size());
      remove_batch(places.first(count));
      places = places.subspan(count);
    }
    empty_trash();
    try {
      log_.compact();
    } catch (const SystemError&) {
      // The log stays as long as it is.
    }
    return std::move(result_);
  }

 private:
  void keep(const StatePlace& place, std::string why, bool is_in_use) {
    result_.kept.push_back({place.path, std::move(why), is_in_use});
  }

  [[nodiscard]] fs::path package_lock(const StatePlace& place) const {
    return workspace_.state_directory / "shared" / place.package / ".lock";
  }

  // A run of which only its open log is known.
  [[nodiscard]] bool is_kept_for_a_run(const StatePlace& place, const std::vector<pid_t>& runs) {
    if (runs.empty() || (options_.may_be_used && !options_.may_be_used(place))) return false;
    keep(place, "a run is going on in this workspace (pid " + std::to_string(runs.front()) + ")", true);
    return true;
  }

  void keep_locked(const StatePlace& place, const fs::path& lock) {
    const std::string owner = FileLock::owner_of(lock);
    keep(place, "in use" + (owner.empty() ? "" : ": " + owner), true);
  }

  void try_dry(const StatePlace& place) {
    if (is_kept_for_a_run(place, cache::users_of_log(records_))) return;
    for (const fs::path& lock : {place.lock(), package_lock(place)}) {
      if (place.kind == StatePlace::Kind::program && lock != place.lock()) continue;
      if (FileLock::is_held(lock)) {
        keep_locked(place, lock);
        return;
      }
    }
    result_.removed.push_back(place);
  }

  // Takes the lock into `held`, where it is not there already. False, and it is said, where that is not possible.
  bool take(const StatePlace& place, const fs::path& lock) {
    if (held_.contains(lock)) return true;
    if (is_link(lock)) {
      keep(place, "its lock is a symbolic link, which is not followed", false);
      return false;
    }
    try {
      if (auto taken = FileLock::try_acquire(lock, options_.purpose)) {
        held_.emplace(lock, std::move(*taken));
        return true;
      }
      keep_locked(place, lock);
    } catch (const SystemError& error) {
      keep(place, error.what(), false);
    }
    return false;
  }

  // In the order of a run: the package's, then its own.
  bool lock(const StatePlace& place) {
    if (!is_directory_itself(place.path)) return false;  // gone meanwhile
    const bool has_package_lock = place.kind != StatePlace::Kind::program &&
                                  is_directory_itself(package_lock(place).parent_path()) &&
                                  !is_link(package_lock(place).parent_path().parent_path());
    return (!has_package_lock || take(place, package_lock(place))) && take(place, place.lock());
  }

  void forget(const StatePlace& place) {
    const auto forget_key = [&](cache::EntryType type, const std::string& key) {
      if (log_.find(type, key)) log_.append(type, key, "");
    };
    for (const HookKind kind : {HookKind::build, HookKind::link}) {
      if (place.kind == StatePlace::Kind::config) {
        forget_key(cache::EntryType::hook, cache::log_key({place.package, name_of(kind), place.checksum}));
      } else if (place.kind == StatePlace::Kind::program) {
        forget_key(cache::EntryType::program, cache::log_key({place.package, name_of(kind)}));
        forget_key(cache::EntryType::folder, cache::log_key({place.package, name_of(kind)}));
      }
    }
  }

  bool forget_or_keep(const StatePlace& place) {
    try {
      forget(place);
      return true;
    } catch (const SystemError& error) {
      keep(place, error.what(), false);
      return false;
    }
  }

  void remove_batch(std::span<const StatePlace> batch) {
    std::vector<const StatePlace*> locked;
    const std::vector<pid_t> runs = cache::users_of_log(records_);
    for (const StatePlace& place : batch) {
      if (!is_kept_for_a_run(place, runs) && lock(place)) locked.push_back(&place);
    }
    log_.refresh();
    std::erase_if(locked, [&](const StatePlace* place) { return !forget_or_keep(*place); });
    // A run that read the log before its records went has it open now, and has noted what it uses; or it notes that
    // later, and then sees that the records have gone.
    const std::vector<pid_t> late_runs = cache::users_of_log(records_);
    log_.refresh();
    for (const StatePlace* place : locked) {
      StatePlace now = *place;
      if (now.kind == StatePlace::Kind::config) {
        now.last_used = std::max(now.last_used, noted_use(log_, now.checksum).value_or(0));
      }
      if (!is_kept_for_a_run(now, late_runs)) put_aside(*place);
    }
    held_.clear();
  }

  void put_aside(const StatePlace& place) {
    const fs::path aside = trash_ / std::to_string(count_++);
    if (::rename(place.path.c_str(), aside.c_str()) != 0) {
      keep(place, "cannot move it to '" + aside.string() + "': " + std::generic_category().message(errno), false);
      return;
    }
    if (place.kind == StatePlace::Kind::config) {
      remove_dangling_latest_links(place.path.parent_path());
      // Only where nothing is left in it.
      ::rmdir(place.path.parent_path().c_str());
    }
    result_.removed.push_back(place);
  }

  void empty_trash() {
    if (is_link(trash_)) {
      throw SystemError("'" + trash_.string() + "' is a symbolic link, which is not followed; remove it");
    }
    if (const std::error_code error = remove_tree(trash_)) {
      result_.kept.push_back({trash_, "cannot remove it: " + error.message(), false});
    }
  }

  const workspace::Workspace& workspace_;
  cache::StateLog& log_;
  const RemovalOptions& options_;
  fs::path records_;
  fs::path trash_;
  std::map<fs::path, FileLock> held_;
  std::size_t count_ = 0;
  Removal result_;
};

}  // namespace

Removal remove_places(const workspace::Workspace& workspace, cache::StateLog& log,
                      const std::vector<StatePlace>& places, const RemovalOptions& options) {
  return Remover(workspace, log, options).run(places);
}

}  // namespace grapnel::engine
