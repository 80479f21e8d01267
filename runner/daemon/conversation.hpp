// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The two descriptors that the daemon talks over. Heavy: for few sources.
#pragma once

#include "hooks_api/base/files.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace grapnel::hookd {

/// Reads from and writes to a client that may be slow, silent or gone. The descriptors stay as they are: their
/// descriptions are shared with others, and one that does not block would not block for them either. They may be pipes,
/// sockets, terminals or files. On the executor's thread only.
class Conversation {
 public:
  /// Borrows both descriptors. REQUIRES: SIGPIPE is ignored, where `output` is a pipe. `on_gone` is called once nobody
  /// can read any more what is written. Throws SystemError.
  Conversation(const boost::asio::any_io_executor& executor, int input, int output, std::function<void()> on_gone);
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  /// Some bytes; none at the end of the input, or where stop() was called. Throws SystemError.
  [[nodiscard]] boost::asio::awaitable<std::string> read();
  /// All of `bytes`, or false: nobody can read them, or stop() was called. Throws SystemError for a full disk and the
  /// like.
  [[nodiscard]] boost::asio::awaitable<bool> write(std::string_view bytes);
  /// Nobody is waited for any longer.
  void stop();

 private:
  /// Descriptors that are watched through an epoll of our own, which is what the executor sees.
  struct Watch {
    Watch(const boost::asio::any_io_executor& executor, int fd, unsigned events);
    [[nodiscard]] boost::asio::awaitable<bool> wait();  ///< false after stop()
    boost::asio::posix::stream_descriptor epoll;
    bool is_always_ready = false;  ///< a file
  };
  void watch_reader();

  int input_;
  int output_;
  bool is_socket_;  ///< of output_
  Watch readable_;
  Watch writable_;
  Watch gone_;
  std::function<void()> on_gone_;
  bool stopped_ = false;
};

}  // namespace grapnel::hookd
