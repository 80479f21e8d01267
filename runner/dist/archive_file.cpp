// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/archive_file.hpp"

#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

namespace grapnel::dist {

using hooks::base::repeat_on_eintr;
using hooks::base::shown;

ArchiveFile::ArchiveFile(std::filesystem::path file) : file_(std::move(file)) {
  static std::atomic<unsigned> counter{0};
  while (true) {
    temporary_ = file_.parent_path() / (".tmp-" + std::to_string(::getpid()) + "-dist-" + std::to_string(counter++));
    auto fd = hooks::base::open_file(temporary_, O_RDWR | O_CREAT | O_EXCL);
    if (fd) {
      fd_ = std::move(*fd);
      return;
    }
    // Left behind by a process of the same number that died.
    if (fd.error().error_number != EEXIST) refuse(fd.error().error_number);
  }
}

ArchiveFile::~ArchiveFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

int ArchiveFile::append(std::string_view bytes) noexcept {
  const auto written = hooks::base::write_all(fd_.get(), bytes, temporary_);
  return written ? 0 : written.error().error_number;
}

int ArchiveFile::overwrite(std::string_view bytes, std::uint64_t offset) noexcept {
  while (!bytes.empty()) {
    const ssize_t count =
        repeat_on_eintr([&] { return ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    if (count < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return 0;
}

void ArchiveFile::finish() {
  // A network file system may tell only now that the disk is full.
  if (::close(fd_.release()) != 0 && errno != EINTR) refuse(errno);
  if (std::rename(temporary_.c_str(), file_.c_str()) != 0) refuse(errno);
  temporary_.clear();
}

void ArchiveFile::refuse(int error_number) const {
  std::string message =
      "cannot write " + shown(file_.native()) + ": " + std::generic_category().message(error_number) + ".";
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      message += " Free some space there, or build into another directory.";
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      message += " Make the directory writable, or build into another one.";
      break;
    default:
      break;
  }
  throw SystemError(std::move(message), error_number);
}

}  // namespace grapnel::dist
