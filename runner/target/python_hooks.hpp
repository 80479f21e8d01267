// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Hatch's own build hooks, run in a Python process that lives as long as a target is built (spec: hatch-build-hooks,
/// section 6.6). The methods of the channel are those of Host in python_host.py.
#pragma once

#include "runner/base/environment.hpp"
#include "runner/target/session.hpp"
#include <grapnel/outcome.hpp>
#include <hooks/json.hpp>

#include <tl/expected.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::target {

/// What `-c` gets, and its argument: python_start.py and python_host.py.
extern const std::string_view kPythonStart;
extern const std::string_view kPythonHost;

/// Why a call of the host failed. `outcome.reason` is complete for a person but for the name of the hook.
struct HostFailure {
  Outcome outcome{};
  int exit_code = 1;  ///< of the command: N of an abort(code=N) from 1 to 125, else what the outcome says
  std::optional<std::int64_t> abort_code{};  ///< of abort() and sys.exit(), as it was given
  std::string type{};                        ///< of the exception: "ValueError"; empty for other failures
  std::string traceback{};
  bool is_unknown_hook = false;     ///< no plugin has that name
  bool is_import = false;           ///< a module is missing while the hook is constructed
  std::string key{};                ///< of build data that JSON cannot hold: "custom.list[1]"
  std::optional<ProcessEnd> end{};  ///< where the process is gone
  std::string hang_report{};
};

template <typename T>
using HostResult = tl::expected<T, HostFailure>;

/// What a call changed besides build data.
struct HostChanges {
  hooks::Json::Object environment{};  ///< variables that changed since the call before; null for removed ones
  hooks::Json::Object metadata{};     ///< of scripts, gui_scripts, entry_points, dependencies, optional_dependencies
  std::optional<hooks::Json::Object> target_config{};  ///< all of it but `hooks`, where it changed
};

/// After initialize and finalize.
struct HostStage {
  hooks::Json::Object build_data{};  ///< all of it, as it is now
  HostChanges changes{};
};

/// The process for the Python hooks of one target. Starts with the first call. After its death every call fails with
/// that. Not thread safe.
class PythonHost {
 public:
  struct Options {
    std::filesystem::path python{};  ///< as the user named it; empty: see worker::find_python()
    Environment environment{};       ///< all of it goes to the hooks
    std::filesystem::path root{};    ///< absolute
    std::string target{};
    std::filesystem::path directory{};  ///< empty where only dependencies are asked
    std::int64_t verbosity = 0;
    hooks::Json build{};    ///< the build table in force; null: that of pyproject.toml and hatch.toml
    hooks::Json project{};  ///< the table `project`, where pyproject.toml has none; null: there is none
    std::filesystem::path stdout_file{};
    std::filesystem::path stderr_file{};
    std::chrono::milliseconds time_limit{};  ///< of each call; 0: none
  };
  /// What the hooks get.
  struct Opened {
    std::string hatchling{};  ///< version; empty where the stand-in for its interface is used
    std::string reason{};     ///< why hatchling cannot be imported
    /// For the log, a sentence: which hatchling, or that there is none.
    std::string note{};
  };

  PythonHost(Loop& loop, Options options);

  /// Starts the process where it does not run. The other calls do that, too.
  HostResult<Opened> open();
  /// Constructs a hook, which lives as long as the host. The others need this.
  HostResult<HostChanges> load(std::string_view hook, const hooks::Json::Object& config, std::int64_t index);
  HostResult<std::vector<std::string>> dependencies(std::string_view hook);
  HostResult<HostChanges> clean(std::string_view hook, const std::vector<std::string>& versions);
  /// New build data for a version, one object for all hooks and stages of it.
  HostResult<void> begin(std::string_view version, const hooks::Json::Object& build_data);
  HostResult<HostStage> initialize(std::string_view hook, std::string_view version,
                                   const hooks::Json::Object& build_data);
  HostResult<HostStage> finalize(std::string_view hook, std::string_view version, const hooks::Json::Object& build_data,
                                 const std::filesystem::path& artifact_path);
  /// Of the calls that follow; 0: none.
  void set_time_limit(std::chrono::milliseconds limit) { options_.time_limit = limit; }
  /// What other hooks have set; null removes. Given to the process with its next call.
  void set_environment(std::string_view name, hooks::Json value);

  /// Lets it end in peace: what hooks have asked to be called at the end is called. Nothing where it never started.
  void close();

  /// What was printed since the last call of these: see Session.
  [[nodiscard]] std::string new_stderr();
  [[nodiscard]] std::string new_stdout();

 private:
  using Answered = HostResult<hooks::Json::Object>;
  Answered start();
  Answered call(std::string_view method, hooks::Json::Object params);
  Answered call_hook(std::string_view method, std::string_view hook, hooks::Json::Object params);
  HostResult<HostStage> stage(std::string_view method, std::string_view hook, std::string_view version,
                              const hooks::Json::Object& build_data, hooks::Json::Object more);

  Loop* loop_;
  Options options_;
  std::string interpreter_;  ///< for messages
  std::unique_ptr<Session> session_;
  std::optional<Opened> opened_;
  std::optional<HostFailure> death_;
  hooks::Json::Object environment_;  ///< for the next call
};

/// What an error of the host means. Pure.
[[nodiscard]] HostFailure failure_of(const hooks::Json::Object& error);
/// What the end of the process means. `interpreter`: its path; `words`: what it has said last.
[[nodiscard]] HostFailure failure_of(const SessionEnd& end, const std::string& interpreter, std::string_view words,
                                     std::chrono::milliseconds time_limit);

}  // namespace grapnel::target
