// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What stat says about a file, and what two such answers prove. compare() is pure: nothing is read here but stat data.
#pragma once

#include <cstdint>
#include <string_view>

struct stat;

namespace grapnel::cache {

/// A moment: nanoseconds since 1970, by the clock that the kernel stamps files with.
using Moment = std::int64_t;

/// That clock, now. It moves in ticks of some milliseconds, as time stamps do.
[[nodiscard]] Moment file_clock() noexcept;

/// Stat data, links followed.
struct FileState {
  enum class Kind : std::uint8_t {
    missing,
    regular,
    directory,
    other,       ///< a device, a socket, a FIFO
    unreadable,  ///< the system refuses to say; nothing is ever proven by it
  };
  Kind kind = Kind::missing;
  bool is_executable = false;  ///< for anybody
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  Moment modified = 0;
  Moment changed = 0;
  friend bool operator==(const FileState&, const FileState&) = default;
};

/// "file", "directory", "missing", …
[[nodiscard]] std::string_view name_of(FileState::Kind kind) noexcept;

/// Stat data as the system gives it. A stamp that no Moment can hold (of the year 2400, as some file systems can) is
/// the farthest one.
[[nodiscard]] FileState state_from(const struct stat& status) noexcept;
/// Asks the system. `path` is absolute, or counts from the working directory.
[[nodiscard]] FileState state_of(const char* path) noexcept;
/// The same relative to an open directory.
[[nodiscard]] FileState state_at(int directory, const char* name) noexcept;
/// Of an open file.
[[nodiscard]] FileState state_of_open(int file) noexcept;

/// What stat data proves about content.
enum class Change {
  none,       ///< the content is what it was
  undecided,  ///< only the content can tell
  certain,    ///< the content, or what the path is, is another
};

/// Compares what was recorded, `recorded_at` some moment, with what is there now. A file that had been touched within
/// the granularity of its file system's time stamps before `recorded_at` is undecided, since it may have been touched
/// again unseen; so are stamps that lie in the future then. The granularity is taken for two seconds where a stamp has
/// no fraction of a second (FAT, old protocols), and for one tick of the clock otherwise.
[[nodiscard]] Change compare(const FileState& recorded, const FileState& now, Moment recorded_at) noexcept;

}  // namespace grapnel::cache
