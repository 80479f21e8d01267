// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A process that lives as long as a target is built and answers requests: hooks that keep something in memory, and the
/// host of Python hooks (spec: hatch-build-hooks, section 6.2). The lines are in hooks_api/build_target.
#pragma once

#include "runner/base/environment.hpp"
#include <grapnel/outcome.hpp>
#include <hooks/json.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace grapnel::target {

class Loop;

/// What to start. `--session=3` is appended to the arguments.
struct SessionCommand {
  std::string name{};  ///< for messages: "hook 'codegen'"
  std::filesystem::path executable{};
  std::vector<std::string> arguments{};  ///< argv, the program's name first
  Environment environment{};
  std::filesystem::path working_directory{};
  std::filesystem::path stdout_file{};  ///< made anew; what it prints
  std::filesystem::path stderr_file{};
};

/// How a session came to its end before it answered.
struct SessionEnd {
  enum class Cause {
    itself,      ///< the process ended
    not_ready,   ///< it is no session: it ended, or said something else, before {"ready": 1}
    rubbish,     ///< it wrote something else to its channel; it was ended
    time_limit,  ///< it did not answer in time; it was ended
    stop,        ///< a stop was requested
  };
  Cause cause = Cause::itself;
  ProcessEnd end{};
  std::string detail{};  ///< of rubbish and not_ready: what was found instead
  bool out_of_memory = false;
  std::string hang_report{};
};

/// The process. Made on first use by its owner; ended by close() or, where that is not called, killed by the
/// destructor. Not thread safe.
class Session {
 public:
  /// Starts it. Never throws for what the process does: the first call tells.
  Session(Loop& loop, SessionCommand command);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  /// The `result` of the answer, or its `error` as it came (see Answer), or how the process ended.
  struct Answer {
    hooks::Json::Object result{};
    std::optional<hooks::Json::Object> error{};  ///< present instead of a result
  };
  using CallResult = std::variant<Answer, SessionEnd>;
  [[nodiscard]] CallResult call(std::string_view method, hooks::Json params, std::chrono::milliseconds time_limit);

  /// Asks it to end, and waits for that as long as the loop's grace period; then it is killed.
  void close();

  /// What it has printed to standard error since the last call of this function, at most the last 64 KiB.
  [[nodiscard]] std::string new_stderr();
  [[nodiscard]] std::string new_stdout();

 private:
  class Life;
  Loop* loop_;
  std::shared_ptr<Life> life_;
};

}  // namespace grapnel::target
