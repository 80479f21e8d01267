// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/project_file.hpp"

#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace grapnel::dist {

using hooks::base::Fd;
using hooks::base::repeat_on_eintr;
using hooks::base::shown;

OpenFile open_project_file(const std::filesystem::path& file) {
  auto fd = hooks::base::open_file(file, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd) {
    switch (fd.error().error_number) {
      case ENOENT:
      case ELOOP:
      case ENOTDIR:
        throw ProjectError(shown(file.native()) +
                           " is not there, or a link to nothing. Remove the link, exclude it, or make the file.");
      case ENXIO:
        throw ProjectError(shown(file.native()) + " is a socket; only files can be shipped. Exclude it.");
      default:
        throw SystemError(fd.error());
    }
  }
  OpenFile opened{.fd = std::move(*fd)};
  if (::fstat(opened.fd.get(), &opened.status) != 0) {
    throw SystemError("cannot read " + shown(file.native()) + ": " + std::generic_category().message(errno), errno);
  }
  if (!S_ISREG(opened.status.st_mode)) {
    throw ProjectError(shown(file.native()) + " is no regular file; only files can be shipped. Exclude it.");
  }
  return opened;
}

std::size_t read_some(const Fd& fd, char* bytes, std::size_t size, const std::filesystem::path& file) {
  const ssize_t count = repeat_on_eintr([&] { return ::read(fd.get(), bytes, size); });
  if (count < 0) {
    throw SystemError("cannot read " + shown(file.native()) + ": " + std::generic_category().message(errno), errno);
  }
  return static_cast<std::size_t>(count);
}

void refuse_changed(const std::filesystem::path& file) {
  throw SystemError("cannot ship " + shown(file.native()) +
                    ": it changed while it was read. Build again when nothing writes to it.");
}

WholeFile read_whole(const OpenFile& opened, const std::filesystem::path& file) {
  WholeFile whole{.mode = opened.status.st_mode, .time = opened.status.st_mtim.tv_sec};
  // One more byte tells that there is more.
  whole.bytes.resize(static_cast<std::size_t>(opened.status.st_size) + 1);
  std::size_t done = 0;
  while (done < whole.bytes.size()) {
    const std::size_t count = read_some(opened.fd, whole.bytes.data() + done, whole.bytes.size() - done, file);
    if (count == 0) break;
    done += count;
  }
  if (done + 1 != whole.bytes.size()) refuse_changed(file);
  whole.bytes.resize(done);
  hooks::base::Sha256 hash;
  hash.add(whole.bytes);
  whole.sha256 = hash.finish();
  return whole;
}

std::string read_project_file(const std::filesystem::path& file, std::size_t max_bytes) {
  const OpenFile opened = open_project_file(file);
  std::string bytes;
  std::array<char, 16384> chunk{};
  while (const std::size_t count = read_some(opened.fd, chunk.data(), chunk.size(), file)) {
    if (count > max_bytes - bytes.size()) {
      throw ProjectError(shown(file.native()) + " is larger than the " + std::to_string(max_bytes) +
                         " bytes that such a file may have");
    }
    bytes.append(chunk.data(), count);
  }
  return bytes;
}

}  // namespace grapnel::dist
