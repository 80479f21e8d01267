// SPDX-License-Identifier: BSD-3-Clause
// A file behind the name of a native backend.
#include "runner/worker/native_kind.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using grapnel::worker::NativeKind;
  const int fd = ::memfd_create("backend", MFD_CLOEXEC);
  if (fd < 0 || ::write(fd, data, size) != static_cast<ssize_t>(size)) std::abort();
  const NativeKind kind = grapnel::worker::native_kind("/proc/self/fd/" + std::to_string(fd));
  ::close(fd);
  const bool is_known =
      kind == NativeKind::library || kind == NativeKind::executable || kind == NativeKind::not_executable;
  if (!is_known) std::abort();
  return 0;
}
