// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The daemon's side of a worker's channel, for tests of workers.
#pragma once

#include "hooks_api/base/files.hpp"
#include "hooks_api/pep517/channel.hpp"
#include "tests/support/temporary_directory.hpp"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

/// A worker as a child process. Killed and reaped at the latest by the destructor. Its own standard error goes to
/// `directory`/worker.err.
class ChannelWorker {
 public:
  /// `command` is argv without the two paths.
  ChannelWorker(std::vector<std::string> command, const TemporaryDirectory& directory);
  ChannelWorker(const ChannelWorker&) = delete;
  ChannelWorker& operator=(const ChannelWorker&) = delete;
  ~ChannelWorker();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// A call of `hook` with files of its own in `directory`, a nonce of its own, and `arguments`.
  [[nodiscard]] hooks::pep517::Call call_of(std::string hook, std::vector<hooks::pep517::CallArgument> arguments);
  void send(std::string_view bytes) const;
  /// The next answer; nothing where the worker ended without one.
  [[nodiscard]] std::optional<hooks::pep517::Answer> read_answer();
  /// send() and read_answer(). The first one reads READY before.
  [[nodiscard]] std::optional<hooks::pep517::Answer> run(const hooks::pep517::Call& call);
  /// Whether an answer is there that nobody asked for.
  [[nodiscard]] bool has_more_answers() const;
  /// No call will come any more.
  void end_calls() { write_calls_.reset(); }
  /// Waits for its end; the status of waitpid().
  int wait();

 private:
  const TemporaryDirectory& directory_;
  hooks::base::Fd read_calls_;
  hooks::base::Fd write_calls_;
  hooks::base::Fd read_answers_;
  hooks::base::Fd write_answers_;
  hooks::base::Fd process_;
  hooks::pep517::FrameReader frames_;
  pid_t pid_ = -1;
  bool is_ready_ = false;
  int calls_ = 0;
};

inline hooks::pep517::CallArgument none_argument() { return {}; }
inline hooks::pep517::CallArgument text_argument(std::string value) {
  return {hooks::pep517::CallArgument::Kind::text, std::move(value)};
}
inline hooks::pep517::CallArgument json_argument(std::string value) {
  return {hooks::pep517::CallArgument::Kind::json, std::move(value)};
}

}  // namespace tests
