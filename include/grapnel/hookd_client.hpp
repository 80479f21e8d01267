// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Runs the PEP 517 hooks of Python packages through a hookd: `grapnel daemon`, or any other that speaks its lines
/// (seed "uv/scripts/hookd"; spec: hookd).
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

namespace grapnel {

/// Which of the two dialects a hookd speaks (spec: hookd, "Two dialects").
enum class HookdProtocol { seed = 1, later = 2 };

/// How to start a hookd.
struct HookdOptions {
  /// argv. The first is searched for on PATH where it has no slash; else it counts from the caller's working directory.
  std::vector<std::string> command{};
  std::filesystem::path source_tree{};  ///< the working directory of the hookd: the project's; empty: the caller's
  HookdProtocol protocol = HookdProtocol::seed;
  std::vector<std::string> environment{};  ///< NAME=VALUE; empty: the caller's
  /// For one exchange, and for the first READY; 0: none. A hookd that takes longer is killed.
  std::chrono::milliseconds timeout{0};
};

/// One hook to run.
struct HookdCall {
  std::string build_backend{};  ///< "hatchling.build", "native:./backend.so"; empty: setuptools' legacy backend
  std::vector<std::string> backend_path{};     ///< directories of the source tree; only in HookdProtocol::later
  std::string hook_name{};                     ///< "build_wheel"
  std::filesystem::path directory{};           ///< for the result; counts from the source tree; empty: that tree
  std::string config_settings{};               ///< one JSON document without newlines; empty: none
  std::filesystem::path metadata_directory{};  ///< for build_wheel and build_editable; empty: none
};

/// What became of it.
struct HookdResult {
  bool ok = false;
  std::string data{};             ///< of a success: the file name, or a list as Python writes it
  std::string error_kind{};       ///< "HookRuntimeError", … ; empty for a success
  std::string error_message{};    ///< as the hookd wrote it, newlines restored
  std::string traceback{};        ///< may be empty
  std::string standard_output{};  ///< what the hook printed: the last 1 MiB. The hookd's files are removed
  std::string standard_error{};
  std::vector<std::string> debug{};  ///< the hookd's DEBUG messages, up to 1 MiB of them
};

/// The hookd cannot be started, ended, took too long, or said what the protocol does not know. what() is complete for a
/// person, and says what the hookd printed on its standard error. The hookd is gone then, and so is the client's use.
class HookdError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The items of a list as Python writes it, which is how a hookd answers get_requires_…: "['a', \"b'c\"]". Throws
/// std::invalid_argument for anything else.
[[nodiscard]] std::vector<std::string> python_list(const std::string& text);

/// A running hookd. Calls are made one after another. Not thread safe, but for stop requests.
class HookdClient {
 public:
  /// Starts it and waits until it is ready. Throws HookdError.
  explicit HookdClient(HookdOptions options);
  HookdClient(HookdClient&&) noexcept;
  HookdClient& operator=(HookdClient&&) noexcept;
  /// Ends it: shutdown(), or by SIGKILL where that fails.
  ~HookdClient();

  /// Runs one hook. An error of the hook is a result. Throws HookdError, and std::invalid_argument for a call that
  /// cannot be written as lines (a newline or NUL in a value, a backend path outside of the source tree or in the
  /// protocol that has none); the hookd is as good as before then. A stop request ends the hookd and throws HookdError.
  [[nodiscard]] HookdResult run(const HookdCall& call, std::stop_token stop = {});

  /// Ends the hookd in peace; no call may follow. Throws HookdError where it does not end within 10 s, or not with exit
  /// code 0.
  void shutdown();

 private:
  struct Process;
  std::unique_ptr<Process> process_;
};

}  // namespace grapnel
