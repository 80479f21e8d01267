// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/patient_writer.hpp"

#include "hooks_api/base/jobserver.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

namespace grapnel {

namespace {

using Clock = std::chrono::steady_clock;

bool has_a_reader(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && (S_ISFIFO(status.st_mode) || (S_ISCHR(status.st_mode) && ::isatty(fd) == 1));
}

}  // namespace

PatientWriter::PatientWriter(int fd, std::stop_token stop) : fd_(fd), stop_(std::move(stop)) {
  if (!has_a_reader(fd)) return;
  if (auto own = hooks::base::own_description(fd, O_WRONLY | O_NONBLOCK | O_NOCTTY)) own_ = std::move(*own);
}

hooks::base::Expected<void> PatientWriter::write(std::string_view bytes, const std::filesystem::path& what) {
  if (!own_) return hooks::base::write_all(fd_, bytes, what);
  constexpr auto kPatience = std::chrono::seconds(1);
  constexpr int kLookMilliseconds = 50;
  std::optional<Clock::time_point> end;
  while (!bytes.empty()) {
    const ssize_t count = hooks::base::repeat_on_eintr([&] { return ::write(own_.get(), bytes.data(), bytes.size()); });
    if (count > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
      continue;
    }
    if (count < 0 && errno != EAGAIN) return hooks::base::system_error("cannot write '" + what.string() + "'", errno);
    if (stop_.stop_requested() && !end) end = Clock::now() + kPatience;
    if (end && Clock::now() >= *end) {
      return hooks::base::system_error("nobody reads '" + what.string() + "'", ETIMEDOUT);
    }
    pollfd writable{own_.get(), POLLOUT, 0};
    (void)::poll(&writable, 1, kLookMilliseconds);
  }
  return {};
}

}  // namespace grapnel
