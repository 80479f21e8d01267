// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Files: read with limits, publish atomically; descriptors that close themselves.
#pragma once

#include "hooks_api/base/error.hpp"

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace hooks::base {

/// Owns a file descriptor. Moves, never copies. Thread safety: as an int.
class Fd {
 public:
  Fd() noexcept = default;
  explicit Fd(int fd) noexcept : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }
  /// Gives the descriptor away.
  [[nodiscard]] int release() noexcept;
  /// Closes it.
  void reset() noexcept;

 private:
  int fd_ = -1;
};

/// Repeats a system call for as long as a signal interrupts it.
template <typename Call>
auto repeat_on_eintr(Call call) {
  auto result = call();
  while (result == -1 && errno == EINTR) result = call();
  return result;
}

/// Opens with O_CLOEXEC, repeating after EINTR. The error names the path.
[[nodiscard]] Expected<Fd> open_file(const std::filesystem::path& path, int flags, unsigned mode = 0666);

/// The contents of a regular file of at most `max_bytes`. A directory, FIFO, device or larger file is an
/// error that says which, at once: a FIFO does not block. error_number is ENOENT exactly where there is no file.
[[nodiscard]] Expected<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes);

/// Writes all of `bytes` to `fd`, repeating after EINTR and short writes. `path` is for the message.
[[nodiscard]] Expected<void> write_all(int fd, std::string_view bytes, const std::filesystem::path& path);

/// Replaces `path` by a file with `bytes`: a temporary file beside it, then rename. A reader sees the old or the new
/// contents. On an error the temporary file is removed and the old contents stay. No fsync.
[[nodiscard]] Expected<void> publish_file(const std::filesystem::path& path, std::string_view bytes);

/// publish_file() where the file does not hold `bytes` already: replacing may write to the disk at once (ext4). Where
/// there is no file it is written in its place: who dies meanwhile leaves a part, which the next call replaces.
[[nodiscard]] Expected<void> publish_if_different(const std::filesystem::path& path, std::string_view bytes);

/// Creates a directory and its parents; fine where it is there already.
[[nodiscard]] Expected<void> create_directories(const std::filesystem::path& path);

/// Removes a file; fine where there is none. A directory in its place is removed with its contents.
[[nodiscard]] Expected<void> remove_path(const std::filesystem::path& path);

/// `path` with a separator at its end: how documents write a directory.
[[nodiscard]] std::string directory_text(const std::filesystem::path& path);

}  // namespace hooks::base
