// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A hookd's process: lines to it, lines from it, its end.
#pragma once

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/tail.hpp"
#include "runner/daemon/lines.hpp"
#include <grapnel/hookd_client.hpp>

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace grapnel::hookd {

/// Longest line of a hookd that is taken, in bytes.
inline constexpr std::size_t kLongestHookdLine = 64U << 20U;

/// Nothing: for ever.
using Deadline = std::optional<std::chrono::steady_clock::time_point>;
[[nodiscard]] Deadline after(std::chrono::milliseconds time);

/// Leads a process group of its own, which is killed with it. Changes nothing of the caller's: no handler, no thread;
/// a SIGPIPE never reaches it. Not thread safe.
class HookdProcess {
 public:
  /// Starts it. Throws HookdError.
  explicit HookdProcess(const HookdOptions& options);
  HookdProcess(const HookdProcess&) = delete;
  HookdProcess& operator=(const HookdProcess&) = delete;
  /// kill()
  ~HookdProcess();

  /// What became of waiting for a line.
  enum class Heard { line, end, timeout, stop };
  /// To be written while next_line() and wait_for_end() wait; a hookd that does not read blocks nobody.
  void send(std::string_view bytes) { to_write_ += bytes; }
  /// Waits for a line, and gives it in line(). end: the process ended or closed its standard output, and there is no
  /// further line. stop: `stop_fd` became readable (-1: none).
  [[nodiscard]] Heard next_line(const Deadline& deadline, int stop_fd);
  [[nodiscard]] const Line& line() const noexcept { return line_; }

  /// Closes its standard input once all is written, and waits for its end; what it says is dropped. False where it
  /// lives on at the deadline.
  [[nodiscard]] bool wait_for_end(const Deadline& deadline);
  /// Ends what still runs of its group, and reaps it; no call may follow, but for the two below.
  void kill();
  /// After kill(): "ended with exit code 3", "was killed by SIGSEGV"; "did not end and was killed".
  [[nodiscard]] const std::string& end() const noexcept { return end_; }
  /// After kill(): it ended by itself, with exit code 0.
  [[nodiscard]] bool ended_well() const noexcept { return ended_well_; }
  /// The last 64 KiB that it printed on its standard error.
  [[nodiscard]] std::string standard_error() { return std::string(stderr_tail_.view()); }

 private:
  [[nodiscard]] Heard wait(const Deadline& deadline, int stop_fd);
  void read_output();
  void read_error();
  void write_input();

  pid_t pid_ = -1;
  hooks::base::Fd process_;
  hooks::base::Fd input_;
  hooks::base::Fd output_;
  hooks::base::Fd error_;
  std::string to_write_;
  std::size_t written_ = 0;  // of to_write_
  LineReader lines_{kLongestHookdLine};
  Line line_;
  hooks::base::Tail stderr_tail_{64U << 10U};
  std::string end_;
  bool ended_well_ = false;
};

}  // namespace grapnel::hookd
