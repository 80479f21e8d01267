// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/announced_file.hpp"

#include "hooks_api/base/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace grapnel::hookd {

namespace base = hooks::base;

std::string take_announced_file(const std::filesystem::path& file) {
  // O_NONBLOCK is for a FIFO.
  const auto fd = base::open_file(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (!fd) return {};
  struct stat status {};
  if (::fstat(fd->get(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_uid != ::geteuid()) return {};
  const auto size = static_cast<std::size_t>(status.st_size);
  std::string text(std::min(size, kMostPrinted), '\0');
  std::size_t read = 0;
  while (read < text.size()) {
    const auto at = static_cast<off_t>(size - text.size() + read);
    const ssize_t count =
        base::repeat_on_eintr([&] { return ::pread(fd->get(), text.data() + read, text.size() - read, at); });
    if (count <= 0) break;  // somebody cut it meanwhile
    read += static_cast<std::size_t>(count);
  }
  text.resize(read);
  ::unlink(file.c_str());
  return text;
}

}  // namespace grapnel::hookd
