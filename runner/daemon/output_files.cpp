// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/output_files.hpp"

#include "hooks_api/base/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace grapnel::hookd {

namespace {

hooks::base::Expected<std::filesystem::path> make_file(const std::filesystem::path& directory, const char* ending) {
  std::string name = (directory / "grapnel-XXXXXX").native() + ending;
  const hooks::base::Fd file(::mkostemps(name.data(), static_cast<int>(std::string_view(ending).size()), O_CLOEXEC));
  if (!file) {
    return hooks::base::system_error("cannot make a file for what the hook prints in '" + directory.native() + "'",
                                     errno);
  }
  return std::filesystem::path(std::move(name));
}

}  // namespace

hooks::base::Expected<OutputFiles> make_output_files(const std::filesystem::path& directory) {
  auto output = make_file(directory, ".out");
  if (!output) return tl::unexpected(output.error());
  auto error = make_file(directory, ".err");
  if (!error) {
    (void)hooks::base::remove_path(*output);
    return tl::unexpected(error.error());
  }
  return OutputFiles{*std::move(output), *std::move(error)};
}

std::string tail_of_file(const std::filesystem::path& file, std::size_t bytes) {
  // Whatever stands there by now: a FIFO must not hold us up.
  const auto opened = hooks::base::open_file(file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  struct stat status {};
  if (!opened || ::fstat(opened->get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  const auto size = static_cast<std::size_t>(status.st_size);
  std::string text(std::min(size, bytes), '\0');
  const auto count = hooks::base::repeat_on_eintr(
      [&] { return ::pread(opened->get(), text.data(), text.size(), static_cast<off_t>(size - text.size())); });
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

}  // namespace grapnel::hookd
