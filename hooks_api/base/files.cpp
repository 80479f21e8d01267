// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/files.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <system_error>
#include <utility>

namespace hooks::base {

namespace {

std::string quoted(const std::filesystem::path& path) { return "'" + path.native() + "'"; }

/// What stands where a regular file was expected.
const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

/// A new file beside `path`. Its name does not grow with the name of `path`, which may be as long as names can be.
Expected<Fd> create_beside(const std::filesystem::path& path, std::filesystem::path& temporary) {
  static std::atomic<unsigned> counter{0};
  while (true) {
    const std::string name = ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
    temporary = path.parent_path() / name;
    auto fd = open_file(temporary, O_WRONLY | O_CREAT | O_EXCL);
    // Left behind by a process of the same number that died.
    if (fd || fd.error().error_number != EEXIST) return fd;
  }
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

int Fd::release() noexcept { return std::exchange(fd_, -1); }

void Fd::reset() noexcept {
  // Linux frees the number even where close() says EINTR; a second close could hit another thread's file.
  if (fd_ >= 0) ::close(release());
}

Expected<Fd> open_file(const std::filesystem::path& path, int flags, unsigned mode) {
  const int fd = repeat_on_eintr([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); });
  if (fd < 0) return system_error("cannot open " + quoted(path), errno);
  return Fd(fd);
}

Expected<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  // O_NONBLOCK: opening a FIFO must not wait for its writer.
  auto fd = open_file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd) {
    if (fd.error().error_number == ENXIO) return error("cannot read " + quoted(path) + ": it is not a regular file");
    return tl::unexpected<Error>(std::move(fd.error()));
  }
  struct stat status {};
  if (::fstat(fd->get(), &status) != 0) return system_error("cannot read " + quoted(path), errno);
  if (!S_ISREG(status.st_mode)) {
    return error("cannot read " + quoted(path) + ": it is " + kind_of(status.st_mode) + ", not a regular file");
  }
  const auto too_large = [&] {
    return error("cannot read " + quoted(path) + ": it is larger than " + std::to_string(max_bytes) + " bytes");
  };
  const auto expected_size = static_cast<std::size_t>(status.st_size);
  if (expected_size > max_bytes) return too_large();

  // The size is a hint: files of /proc say 0, and a file may grow while it is read. One byte more finds the end.
  std::string bytes(expected_size + 1, '\0');
  std::size_t filled = 0;
  while (true) {
    const ssize_t count = repeat_on_eintr([&] { return ::read(fd->get(), &bytes[filled], bytes.size() - filled); });
    if (count < 0) return system_error("cannot read " + quoted(path), errno);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
    if (filled > max_bytes) return too_large();
    if (filled == bytes.size()) bytes.resize(bytes.size() + std::max<std::size_t>(bytes.size(), 4096));
  }
  bytes.resize(filled);
  return bytes;
}

Expected<void> write_all(int fd, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t count = repeat_on_eintr([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (count < 0 && errno == EAGAIN) {  // somebody made the pipe non-blocking
      pollfd writable{fd, POLLOUT, 0};
      repeat_on_eintr([&] { return ::poll(&writable, 1, -1); });
      continue;
    }
    if (count < 0) return system_error("cannot write " + quoted(path), errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Expected<void> publish_file(const std::filesystem::path& path, std::string_view bytes) {
  std::filesystem::path temporary;
  auto fd = create_beside(path, temporary);
  if (!fd) return system_error("cannot write " + quoted(path), fd.error().error_number);
  auto written = write_all(fd->get(), bytes, path);
  // A network file system may tell only now that the disk is full.
  if (::close(fd->release()) != 0 && errno != EINTR && written) {
    written = system_error("cannot write " + quoted(path), errno);
  }
  if (written && std::rename(temporary.c_str(), path.c_str()) != 0) {
    written = system_error("cannot replace " + quoted(path), errno);
  }
  if (!written) ::unlink(temporary.c_str());
  return written;
}

Expected<void> publish_if_different(const std::filesystem::path& path, std::string_view bytes) {
  const auto present = read_file(path, bytes.size());
  if (present && *present == bytes) return {};
  if (present || present.error().error_number != ENOENT) return publish_file(path, bytes);
  const auto fd = open_file(path, O_WRONLY | O_CREAT | O_EXCL);
  if (!fd) return publish_file(path, bytes);  // a symbolic link to nothing is replaced
  auto written = write_all(fd->get(), bytes, path);
  if (!written) ::unlink(path.c_str());
  return written;
}

Expected<void> create_directories(const std::filesystem::path& path) {
  std::error_code failure;
  std::filesystem::create_directories(path, failure);
  if (failure) return system_error("cannot create directory " + quoted(path), failure.value());
  return {};
}

Expected<void> remove_path(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  std::error_code failure;
  std::filesystem::remove_all(path, failure);
  if (failure) return system_error("cannot remove " + quoted(path), failure.value());
  return {};
}

std::string directory_text(const std::filesystem::path& path) {
  std::string text = path.native();
  if (!text.empty() && text.back() != '/') text += '/';
  return text;
}

}  // namespace hooks::base
