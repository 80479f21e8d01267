// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/conversation.hpp"

#include "runner/base/errors.hpp"
#include "runner/process/watch.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

namespace grapnel::hookd {

namespace asio = boost::asio;

namespace {

bool is_socket(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

// What the loop says may be old: it tells whoever waits now of what it saw before, and then the descriptor would block.
bool is_ready_now(int fd, short events) {
  pollfd state{fd, events, 0};
  return ::poll(&state, 1, 0) == 1;
}

}  // namespace

Conversation::Watch::Watch(const asio::any_io_executor& executor, int fd, unsigned events) : epoll(executor) {
  hooks::base::Fd own(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  event.events = events;
  if (own && ::epoll_ctl(own.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    if (errno == EPERM) {
      is_always_ready = true;  // no file is ever waited for
      return;
    }
    const bool is_input = (events & EPOLLIN) != 0;
    throw SystemError(hooks::base::system_error(is_input ? "the daemon cannot read its standard input"
                                                         : "the daemon cannot write its standard output",
                                                errno)
                          .value());
  }
  process::watch(epoll, std::move(own), "cannot watch the daemon's client");
}

asio::awaitable<bool> Conversation::Watch::wait() {
  if (is_always_ready) co_return true;
  boost::system::error_code failure;
  auto token = asio::redirect_error(asio::use_awaitable, failure);
  co_await epoll.async_wait(asio::posix::descriptor_base::wait_read, token);
  co_return !failure;
}

Conversation::Conversation(const asio::any_io_executor& executor, int input, int output, std::function<void()> on_gone)
    : input_(input),
      output_(output),
      is_socket_(is_socket(output)),
      readable_(executor, input, EPOLLIN),
      writable_(executor, output, EPOLLOUT),
      gone_(executor, output, 0),  // EPOLLERR and EPOLLHUP are always told
      on_gone_(std::move(on_gone)) {
  watch_reader();
}

void Conversation::watch_reader() {
  if (gone_.is_always_ready) return;
  gone_.epoll.async_wait(asio::posix::descriptor_base::wait_read, [this](const boost::system::error_code& failure) {
    if (!failure && !stopped_) on_gone_();
  });
}

asio::awaitable<std::string> Conversation::read() {
  std::string bytes;
  while (!stopped_) {
    const bool is_ready = co_await readable_.wait();
    if (!is_ready) break;
    if (!is_ready_now(input_, POLLIN)) continue;
    bytes.resize(64U << 10U);
    const auto count = ::read(input_, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.resize(static_cast<std::size_t>(count));
      co_return bytes;
    }
    if (errno != EINTR && errno != EAGAIN) {
      throw SystemError(hooks::base::system_error("the daemon cannot read its standard input", errno).value());
    }
  }
  bytes.clear();
  co_return bytes;
}

asio::awaitable<bool> Conversation::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (stopped_) co_return false;
    // Mostly a client reads, and then the loop need not be asked.
    if (!is_ready_now(output_, POLLOUT)) {
      const bool is_ready = co_await writable_.wait();
      if (!is_ready) co_return false;
      continue;
    }
    // A pipe that is ready takes so much at once without blocking; so does a terminal, and a socket is asked not to.
    const std::size_t size = std::min<std::size_t>(bytes.size(), PIPE_BUF);
    const auto count = is_socket_ ? ::send(output_, bytes.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL)
                                  : ::write(output_, bytes.data(), size);
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EPIPE || errno == ECONNRESET) {
      co_return false;
    } else if (errno != EINTR && errno != EAGAIN) {
      throw SystemError(hooks::base::system_error("the daemon cannot write its standard output", errno).value());
    }
  }
  co_return true;
}

void Conversation::stop() {
  stopped_ = true;
  for (Watch* const watch : {&readable_, &writable_, &gone_}) {
    boost::system::error_code ignored;
    if (watch->epoll.is_open()) watch->epoll.cancel(ignored);
  }
}

}  // namespace grapnel::hookd
