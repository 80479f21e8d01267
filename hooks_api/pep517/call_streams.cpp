// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/pep517/call_streams.hpp"

#include "hooks_api/base/files.hpp"

#include <fcntl.h>
#include <stdio_ext.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

namespace hooks::pep517 {

namespace {

using base::Expected;

constexpr const char* kNothing = "/dev/null";

// Opens `path` as descriptor `number`, which a child inherits; whatever was there is closed.
Expected<void> open_as(int number, const std::string& path, int flags) {
  auto opened = base::open_file(path, flags);
  // The number itself is free as soon as it is closed.
  if (!opened && opened.error().error_number == EMFILE) {
    ::close(number);
    opened = base::open_file(path, flags);
  }
  if (!opened) return tl::unexpected<base::Error>(std::move(opened.error()));
  if (opened->get() == number) {
    // Had been closed, so that the number was free.
    ::fcntl(opened->release(), F_SETFD, 0);
    return {};
  }
  if (base::repeat_on_eintr([&] { return ::dup2(opened->get(), number); }) < 0) {
    return base::system_error("cannot open '" + path + "' as descriptor " + std::to_string(number), errno);
  }
  return {};
}

Expected<void> open_both(const std::string& stdout_file, const std::string& stderr_file) {
  // In this order: each that has to be closed first is then the lowest free number.
  if (auto done = open_as(STDIN_FILENO, kNothing, O_RDONLY); !done) return done;
  if (auto done = open_as(STDOUT_FILENO, stdout_file, O_WRONLY | O_APPEND); !done) return done;
  return open_as(STDERR_FILENO, stderr_file, O_WRONLY | O_APPEND);
}

// A hook may keep what it opened, but not all there is: the channel needs a descriptor, and so does each program that
// the next call starts.
void free_descriptors() {
  const auto one = base::open_file(kNothing, O_RDONLY);
  if (!one && one.error().error_number == EMFILE) ::close_range(STDERR_FILENO + 1, ~0U, 0);
}

}  // namespace

CallStreams::CallStreams(const std::string& stdout_file, const std::string& stderr_file)
    : opened_(open_both(stdout_file, stderr_file)) {
  for (FILE* stream : {stdin, stdout, stderr}) std::clearerr(stream);
}

CallStreams::~CallStreams() {
  // What cannot be written is dropped by that, too.
  std::fflush(stdout);
  std::fflush(stderr);
  __fpurge(stdin);
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // Where even this fails there is nothing left to try; the next call opens them anew.
    static_cast<void>(open_as(number, kNothing, O_RDWR));
  }
  free_descriptors();
}

}  // namespace hooks::pep517
