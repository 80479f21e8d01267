// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// One output stream of a child: from the pipe into a file.
#pragma once

#include "hooks_api/base/error.hpp"
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/tail.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace grapnel::process {

/// A pipe whose bytes go unchanged into a file, the last of them into memory too. Lives on by itself while somebody
/// holds the other end: shared by the supervising coroutine and the handler that waits for the pipe.
/// On the executor's thread only.
class Capture : public std::enable_shared_from_this<Capture> {
 public:
  using Listener = std::function<void(std::string_view)>;

  /// Makes an empty file, whatever is there; an empty path is none, and then only the tail is kept. `listener`, which
  /// may be empty, is told all bytes until finish(). Throws SystemError.
  Capture(const boost::asio::any_io_executor& executor, const std::filesystem::path& file, Listener listener);

  /// For the child. Never non-blocking: that would be so for all who share it.
  [[nodiscard]] int write_end() const noexcept { return write_end_.get(); }
  /// When the file was made, by the clock of its file system.
  [[nodiscard]] std::chrono::system_clock::time_point created() const;

  /// Begins to read; the child has its end.
  void start();
  /// The process has ended: reads what is in the pipe now. What others write from now on is read, so that they are not
  /// held up, and dropped.
  void finish();
  /// After finish(): whether somebody still holds the other end.
  [[nodiscard]] bool is_held() const { return pipe_.is_open(); }
  /// After finish(): the last kTailBytes.
  [[nodiscard]] std::string take_tail();

  /// The last bytes so far; valid until the loop goes on.
  [[nodiscard]] std::string_view tail() { return tail_.view(); }
  /// When the last byte came, as far as it was read; nothing where none did.
  [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> last_read() const noexcept { return last_read_; }
  /// Whether there is something to be read.
  [[nodiscard]] bool has_unread() noexcept;
  /// Puts a text of our own at the file's end. Not part of the tail.
  void add_note(std::string_view text);
  /// The first failure to write the file. Reading goes on regardless.
  [[nodiscard]] const std::optional<hooks::base::Error>& error() const noexcept { return error_; }

 private:
  enum class Read { something, nothing_now, end };
  void wait();
  Read read_once(std::size_t at_most);
  void keep(std::string_view bytes);
  void write(std::string_view bytes);

  std::filesystem::path path_;
  hooks::base::Fd file_;
  boost::asio::posix::stream_descriptor pipe_;
  hooks::base::Fd write_end_;
  hooks::base::Tail tail_;
  Listener listener_;
  bool finished_ = false;
  std::optional<hooks::base::Error> error_;
  std::optional<std::chrono::steady_clock::time_point> last_read_;
};

}  // namespace grapnel::process
