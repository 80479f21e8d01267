// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The client's side of one exchange as a pure state machine: messages in, lines to send out.
#pragma once

#include "runner/daemon/client_messages.hpp"
#include <grapnel/hookd_client.hpp>

#include <cstddef>
#include <set>
#include <string>

namespace grapnel::hookd {

/// Runs one hook, from the hookd's EXPECT action to the READY behind the result. Not thread safe.
class Exchange {
 public:
  /// All DEBUG messages together; later ones are dropped.
  static constexpr std::size_t kMostDebugBytes = 1U << 20U;

  /// Throws std::invalid_argument for a call that cannot be written as lines. `source_tree` is absolute.
  Exchange(HookdCall call, HookdProtocol protocol, const std::filesystem::path& source_tree);

  /// Takes a message; empty, or why a hookd must not say that here. Then the exchange is over.
  [[nodiscard]] std::string take(const Message& message);
  /// What is to be written now: the answers to all that was expected. May be empty.
  [[nodiscard]] std::string to_send();
  /// The hookd is ready for the next call.
  [[nodiscard]] bool is_done() const noexcept { return is_done_; }
  /// It said FATAL, and will end; TRACEBACK may follow. "KIND: MESSAGE", else empty.
  [[nodiscard]] const std::string& fatal() const noexcept { return fatal_; }

  /// As far as it is known; without standard_output and standard_error.
  [[nodiscard]] HookdResult& result() noexcept { return result_; }
  /// The announced files; may be empty.
  [[nodiscard]] const std::string& stdout_file() const noexcept { return stdout_file_; }
  [[nodiscard]] const std::string& stderr_file() const noexcept { return stderr_file_; }

 private:
  [[nodiscard]] std::string answer(const std::string& name);

  HookdCall call_;
  HookdProtocol protocol_;
  std::set<std::string> answered_;
  std::string to_send_;
  std::string fatal_;
  std::string stdout_file_;
  std::string stderr_file_;
  std::size_t debug_bytes_ = 0;
  bool has_outcome_ = false;
  bool is_done_ = false;
  HookdResult result_;
};

}  // namespace grapnel::hookd
