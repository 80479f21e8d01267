// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Streams to LogDog's butler, the local service that keeps logs (spec: ci-reporting, section 1.3).
#pragma once

#include "hooks_api/base/files.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace grapnel::luci {

/// Sends on a thread of its own, so that a butler that is slow, refuses or goes away delays nobody. What it does not
/// take in time is dropped, in bounds: of a log at most 256 KiB wait, of datagrams the last one.
///
/// Thread safety: all functions may be called from any thread.
class Butler {
 public:
  enum class Type { text, binary, datagram };
  using Id = std::size_t;

  /// `server` is LOGDOG_STREAM_SERVER_PATH: `unix:PATH`, or `null`, which takes everything and keeps nothing. `space`
  /// is LOGDOG_NAMESPACE, may be empty. Throws std::invalid_argument for another server, SystemError where there is no
  /// descriptor left.
  Butler(std::string_view server, std::string space);
  /// finish() without waiting.
  ~Butler();
  Butler(const Butler&) = delete;
  Butler& operator=(const Butler&) = delete;

  /// A stream of its own connection; `name` is within the namespace. Nothing where the butler refuses, or has too many
  /// streams still to take: problem() says why.
  [[nodiscard]] std::optional<Id> open(const std::string& name, Type type, const std::string& content_type);
  /// Adds to a stream of text or bytes.
  void write(Id stream, std::string_view bytes);
  /// One datagram, in the place of one that waits and was not begun.
  void send(Id stream, std::string_view datagram);
  /// The stream ends behind what was written.
  void close(Id stream);

  /// Closes all streams and waits until the butler has all of them; but not longer than `limit`, and no longer at all
  /// once it has gone away. Nothing can be opened afterwards. Gives whether it took everything.
  bool finish(std::chrono::milliseconds limit);

  /// The first thing that went wrong, for a person; empty where all is well. Dropped bytes of logs are none.
  [[nodiscard]] std::string problem() const;

 private:
  struct Stream {
    hooks::base::Fd fd{};
    std::string name{};
    Type type = Type::text;
    bool is_connected = false;
    bool is_closing = false;
    std::string pending{};  // what is being sent; of datagrams the one that was begun
    std::size_t sent = 0;   // of pending
    std::optional<std::string> next{};
    std::size_t dropped = 0;

    [[nodiscard]] bool has_work() const { return sent < pending.size() || next.has_value(); }
  };

  [[nodiscard]] bool connect(Stream& stream);
  void fail(const Stream& stream, const std::string& why);
  void work();
  bool send_some(Stream& stream);
  void wake() const;

  std::string path_;  // empty: null
  std::string space_;
  hooks::base::Fd wake_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Id, Stream> streams_;
  Id next_id_ = 0;
  bool is_finishing_ = false;
  bool is_stopped_ = false;
  bool took_everything_ = true;
  std::string problem_;
  std::thread thread_;
};

/// `text` as one segment of a stream's name: letters, digits and `:_.-`, at most 80 bytes, with a digest where anything
/// had to go.
[[nodiscard]] std::string stream_segment(std::string_view text);

}  // namespace grapnel::luci
