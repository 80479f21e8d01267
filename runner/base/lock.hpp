// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Locks between runners, Dart's included.
#pragma once

#include "hooks_api/base/files.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace grapnel {

/// An exclusive lock on a file: an OFD record lock, which excludes Dart's fcntl locks, and an entry in a table of this
/// process, as record locks do not exclude its threads. Freed by the destructor and by the end of the process. The
/// file stays; its text names the owner for people (spec: dart-hooks, section 5.6). While it is held, a second line
/// names the owner's run: who finds one there knows that this run died.
class FileLock {
 public:
  /// Takes the lock, or gives nothing where another holds it. Creates the file and its directories. Throws SystemError
  /// where the file cannot be opened or its file system knows no locks. `purpose` goes into the owner's text; `run`
  /// behind it, where it is not empty.
  [[nodiscard]] static std::optional<FileLock> try_acquire(const std::filesystem::path& file,
                                                           const std::string& purpose, const std::string& run = {});

  /// Whether somebody holds the lock now. Creates and changes nothing; a file that cannot be opened is not held.
  [[nodiscard]] static bool is_held(const std::filesystem::path& file);

  /// What the present owner wrote, on one line; empty where nothing can be read.
  [[nodiscard]] static std::string owner_of(const std::filesystem::path& file);

  FileLock(FileLock&&) noexcept;
  FileLock& operator=(FileLock&&) noexcept;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

  /// The run that died while it held the lock before; empty where none did.
  [[nodiscard]] const std::string& dead_run() const noexcept { return dead_run_; }

 private:
  FileLock(hooks::base::Fd fd, std::string key);
  void release() noexcept;
  hooks::base::Fd fd_;
  std::string key_;  ///< device and inode, in the process's table
  std::string dead_run_;
  long long owner_size_ = 0;  ///< of the text's first line; 0: there is no second one
};

}  // namespace grapnel
