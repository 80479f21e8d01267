// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cache/file_state.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <limits>

namespace grapnel::cache {

namespace {

constexpr Moment kSecond = 1'000'000'000;
constexpr Moment kCoarse = 2 * kSecond;
constexpr Moment kTick = kSecond / 100;  // the slowest kernel ticks a hundred times a second

Moment moment_of(const timespec& time) noexcept {
  Moment moment = 0;
  const bool fits = !__builtin_mul_overflow(Moment{time.tv_sec}, kSecond, &moment) &&
                    !__builtin_add_overflow(moment, Moment{time.tv_nsec}, &moment);
  if (fits) return moment;
  return time.tv_sec < 0 ? std::numeric_limits<Moment>::min() : std::numeric_limits<Moment>::max();
}

FileState state_of_nothing(int error) noexcept {
  FileState state;
  if (error != ENOENT && error != ENOTDIR) state.kind = FileState::Kind::unreadable;
  return state;
}

// Until when a later touch could leave the same stamp.
Moment end_of_granule(Moment stamp) noexcept {
  const Moment granule = stamp % kSecond == 0 ? kCoarse : kTick;
  const Moment latest = std::numeric_limits<Moment>::max();
  return stamp > latest - granule ? latest : stamp + granule;
}

}  // namespace

Moment file_clock() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return moment_of(now);
}

std::string_view name_of(FileState::Kind kind) noexcept {
  switch (kind) {
    case FileState::Kind::missing:
      return "missing";
    case FileState::Kind::regular:
      return "file";
    case FileState::Kind::directory:
      return "directory";
    case FileState::Kind::other:
      return "no regular file";
    case FileState::Kind::unreadable:
      return "unreadable";
  }
  return "";
}

FileState state_from(const struct stat& status) noexcept {
  FileState state;
  if (S_ISREG(status.st_mode)) {
    state.kind = FileState::Kind::regular;
  } else if (S_ISDIR(status.st_mode)) {
    state.kind = FileState::Kind::directory;
  } else {
    state.kind = FileState::Kind::other;
  }
  state.is_executable = state.kind == FileState::Kind::regular && (status.st_mode & 0111U) != 0;
  state.device = status.st_dev;
  state.inode = status.st_ino;
  state.size = static_cast<std::uint64_t>(status.st_size);
  state.modified = moment_of(status.st_mtim);
  state.changed = moment_of(status.st_ctim);
  return state;
}

FileState state_of(const char* path) noexcept { return state_at(AT_FDCWD, path); }

FileState state_at(int directory, const char* name) noexcept {
  struct stat status {};
  if (::fstatat(directory, name, &status, 0) != 0) return state_of_nothing(errno);
  return state_from(status);
}

FileState state_of_open(int file) noexcept {
  struct stat status {};
  if (::fstat(file, &status) != 0) return state_of_nothing(errno);
  return state_from(status);
}

Change compare(const FileState& recorded, const FileState& now, Moment recorded_at) noexcept {
  using Kind = FileState::Kind;
  if (recorded.kind == Kind::unreadable || now.kind == Kind::unreadable) return Change::undecided;
  if (recorded.kind != now.kind) return Change::certain;
  if (now.kind == Kind::missing) return Change::none;
  if (now.kind == Kind::regular && recorded.size != now.size) return Change::certain;
  if (recorded.is_executable != now.is_executable) return Change::certain;
  if (recorded != now) return Change::undecided;
  // The inode's own stamp cannot be set by hand, but a file system may not keep it well; so both count.
  const Moment settled = std::max(end_of_granule(now.modified), end_of_granule(now.changed));
  return settled < recorded_at ? Change::none : Change::undecided;
}

}  // namespace grapnel::cache
