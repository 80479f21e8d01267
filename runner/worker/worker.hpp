// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A warm process that runs hooks when it is told to: its life, and the calls to it.
#pragma once

#include "hooks_api/base/error.hpp"
#include "hooks_api/pep517/channel.hpp"
#include "runner/base/environment.hpp"
#include "runner/process/guard.hpp"
#include <grapnel/outcome.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace grapnel::worker {

/// What starts a worker. The two paths of the channel come behind `arguments`, then `more_arguments`.
struct Command {
  std::string name;                    ///< for messages: "the Python interpreter '/usr/bin/python3'"
  std::filesystem::path executable;    ///< with a slash
  std::vector<std::string> arguments;  ///< argv, the program's name first
  std::vector<std::string> more_arguments{};
  std::string preamble{};  ///< bytes that it reads before the first call; at most 32 KiB
};

/// Around workers.
struct Surroundings {
  Environment environment;
  std::filesystem::path working_directory;
  std::string run_id;  ///< see process::new_run_id(); each worker carries a token of it
  std::chrono::milliseconds grace_period{2000};
  std::shared_ptr<process::Guard> guard{};  ///< may be null
};

/// The worker ended, or was ended, before it had answered.
struct Death {
  enum class Cause {
    itself,      ///< a signal, an exit
    time_limit,  ///< of the call
    stop,        ///< the caller's request
    start,       ///< it never became a worker: it did not start, ended at once, or said nothing for a minute
    rubbish,     ///< it said what the channel does not know
  };
  Cause cause = Cause::itself;
  ProcessEnd end{};
  bool out_of_memory = false;
  std::string last_words{};   ///< what it printed before its first call, the end of it; or the fault in what it said
  std::string hang_report{};  ///< where the cause is time_limit
  bool was_taken = true;      ///< the worker had begun to read the call; else another one can have it
};

/// What a call comes to.
using CallResult = std::variant<hooks::pep517::Answer, Death>;

/// One worker. Calls are made one after another. On the executor's thread only.
class Worker {
 public:
  /// Starts it. A worker that cannot be started is found dead by the first call. Throws SystemError where there are no
  /// descriptors for its channel.
  Worker(const boost::asio::any_io_executor& executor, Command command, const Surroundings& surroundings);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  /// Where end() was not called, the worker and its group are killed.
  ~Worker();

  /// Runs a hook; fills in the nonce. After a Death, the worker is of no more use. `time_limit` of 0: none.
  [[nodiscard]] boost::asio::awaitable<CallResult> call(hooks::pep517::Call call, std::chrono::milliseconds time_limit);

  /// A stop was requested: ends the worker and its group, by SIGTERM and after the grace period by SIGKILL. A call
  /// comes to a Death.
  void stop();

  /// Whether its process has ended, as far as is known.
  [[nodiscard]] bool has_ended() const noexcept;
  /// Whether the last call has changed the limits of its process, which are the next one's too: then it should end.
  [[nodiscard]] bool is_spoiled() const noexcept;
  [[nodiscard]] const std::string& name() const noexcept;
  /// "3.11.2", once it has said so.
  [[nodiscard]] const std::string& version() const noexcept;

  /// No more calls: it ends by itself within the grace period, which runs what hooks left to be done at exit; then it
  /// is killed with its group.
  [[nodiscard]] boost::asio::awaitable<void> end();

 private:
  class Life;
  std::shared_ptr<Life> life_;
};

}  // namespace grapnel::worker
