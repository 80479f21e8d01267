// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The daemon's workers: one for Python, one for each native backend.
#pragma once

#include "runner/daemon/daemon.hpp"
#include "runner/daemon/log.hpp"
#include "runner/daemon/protocol.hpp"
#include "runner/process/guard.hpp"
#include "runner/process/launcher.hpp"
#include "runner/worker/worker.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace grapnel::hookd {

/// Starts workers, keeps them warm, replaces those that died. On the executor's thread only.
class Workers {
 public:
  /// Borrows all but the executor.
  Workers(boost::asio::any_io_executor executor, const DaemonOptions& options, Log& log);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// The backend of a request is known: starts the worker that will be needed. Faults show when it is called.
  void expect(std::string_view backend);
  /// A living worker for the backend, as far as is known. Throws ProjectError where there is no interpreter,
  /// SystemError for a lack of descriptors. Valid until the next call.
  [[nodiscard]] worker::Worker& worker_for(std::string_view backend);
  /// The request is over. Where the worker must not be used again, or has died, the next one starts.
  [[nodiscard]] boost::asio::awaitable<void> finished(std::string_view backend, bool can_start_again);

  /// Kills all of them: a stop was requested.
  void stop();
  /// Ends all of them in peace; then whatever their hooks have left behind.
  [[nodiscard]] boost::asio::awaitable<void> end();

 private:
  struct Warm {
    std::unique_ptr<worker::Worker> worker;
    unsigned last_used = 0;
  };
  [[nodiscard]] worker::Command command_for(std::string_view backend) const;
  std::unique_ptr<worker::Worker> start(std::string_view backend);
  boost::asio::awaitable<void> drop_oldest();

  boost::asio::any_io_executor executor_;
  const DaemonOptions& options_;
  Log& log_;
  process::SystemLauncher launcher_;
  std::string run_id_;
  std::shared_ptr<process::Guard> guard_;
  std::map<std::string, Warm, std::less<>> warm_;  ///< by native path; "" is Python
  unsigned uses_ = 0;
};

}  // namespace grapnel::hookd
