// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/capture.hpp"

#include "runner/base/errors.hpp"
#include "runner/process/supervise.hpp"
#include "runner/process/watch.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace grapnel::process {

namespace {

/// As much as a pipe holds.
constexpr std::size_t kChunk = 64U << 10U;
/// After so many chunks others have their turn.
constexpr int kChunksInTurn = 16;

hooks::base::Fd create_anew(const std::filesystem::path& file) {
  if (file.empty()) return {};
  // An empty one may stay, and mostly it is: replacing a file costs more than all the rest that a quiet hook needs.
  auto present = hooks::base::open_file(file, O_WRONLY | O_NOFOLLOW | O_NONBLOCK);
  struct stat status {};
  if (present && ::fstat(present->get(), &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0 &&
      status.st_nlink == 1 && ::futimens(present->get(), nullptr) == 0) {
    return std::move(*present);
  }
  if (present || present.error().error_number != ENOENT) value_or_throw(hooks::base::remove_path(file));
  return value_or_throw(hooks::base::open_file(file, O_WRONLY | O_CREAT | O_EXCL));
}

}  // namespace

Capture::Capture(const boost::asio::any_io_executor& executor, const std::filesystem::path& file, Listener listener)
    : path_(file), file_(create_anew(file)), pipe_(executor), tail_(kTailBytes), listener_(std::move(listener)) {
  const std::string what = file.empty() ? "no pipe for a child's output" : "no pipe for '" + file.native() + "'";
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw SystemError(hooks::base::system_error(what, errno).value());
  hooks::base::Fd read_end(ends[0]);
  write_end_ = hooks::base::Fd(ends[1]);
  if (::fcntl(read_end.get(), F_SETFL, O_NONBLOCK) != 0)
    throw SystemError(hooks::base::system_error(what, errno).value());
  watch(pipe_, std::move(read_end), what);
}

std::chrono::system_clock::time_point Capture::created() const {
  if (!file_) return std::chrono::system_clock::now();
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) {
    throw SystemError(hooks::base::system_error("cannot read the time of '" + path_.native() + "'", errno).value());
  }
  return std::chrono::system_clock::time_point(std::chrono::seconds(status.st_mtim.tv_sec) +
                                               std::chrono::nanoseconds(status.st_mtim.tv_nsec));
}

void Capture::start() {
  write_end_.reset();
  wait();
}

void Capture::wait() {
  pipe_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                   [self = shared_from_this()](const boost::system::error_code& failure) {
                     if (failure || !self->pipe_.is_open()) return;
                     for (int chunk = 0; chunk < kChunksInTurn; ++chunk) {
                       const Read read = self->read_once(kChunk);
                       if (read == Read::end) return;
                       if (read == Read::nothing_now) break;
                     }
                     self->wait();
                   });
}

Capture::Read Capture::read_once(std::size_t at_most) {
  std::array<char, kChunk> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read into below
  const auto size = std::min(at_most, buffer.size());
  const auto count = hooks::base::repeat_on_eintr([&] { return ::read(pipe_.native_handle(), buffer.data(), size); });
  if (count > 0) {
    keep({buffer.data(), static_cast<std::size_t>(count)});
    return Read::something;
  }
  if (count < 0 && errno == EAGAIN) return Read::nothing_now;
  if (count < 0)
    error_ = hooks::base::system_error("cannot read what belongs into '" + path_.native() + "'", errno).value();
  pipe_.close();
  return Read::end;
}

void Capture::keep(std::string_view bytes) {
  if (finished_) return;
  tail_.append(bytes);
  last_read_ = std::chrono::steady_clock::now();
  write(bytes);
  if (listener_) listener_(bytes);
}

void Capture::add_note(std::string_view text) {
  if (!finished_) write(text);
}

void Capture::write(std::string_view bytes) {
  if (error_ || !file_) return;
  if (const auto written = hooks::base::write_all(file_.get(), bytes, path_); !written) error_ = written.error();
}

bool Capture::has_unread() noexcept {
  int available = 0;
  return pipe_.is_open() && ::ioctl(pipe_.native_handle(), FIONREAD, &available) == 0 && available > 0;
}

void Capture::finish() {
  int available = 0;
  if (pipe_.is_open() && ::ioctl(pipe_.native_handle(), FIONREAD, &available) == 0) {
    auto rest = static_cast<std::size_t>(available);
    while (rest > 0 && pipe_.is_open()) {
      const auto step = std::min(rest, kChunk);
      if (read_once(step) != Read::something) break;
      rest -= step;
    }
  }
  // Without a writer there is an end, and reading up to it is bounded.
  pollfd state{pipe_.is_open() ? pipe_.native_handle() : -1, POLLIN, 0};
  if (::poll(&state, 1, 0) == 1 && (state.revents & POLLHUP) != 0) {
    while (read_once(kChunk) == Read::something) {
    }
  }
  finished_ = true;
  listener_ = nullptr;
  file_.reset();
}

std::string Capture::take_tail() { return tail_.take(); }

}  // namespace grapnel::process
