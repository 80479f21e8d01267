// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Runs the hooks of an application's packages: what an SDK toolchain embeds.
#pragma once

#include <grapnel/events.hpp>
#include <grapnel/result.hpp>
#include <hooks/config.hpp>
#include <hooks/json.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace grapnel {

/// Whether the run package's dev dependencies count. Other packages' never do.
enum class DevDependencies { no, yes };

/// Programs that the runner itself calls. Empty: looked for, when first needed.
struct Tools {
  std::filesystem::path dart;   ///< for hooks in Dart; else `dart` on PATH
  std::filesystem::path cxx;    ///< for hooks in C++; else c++, g++ or clang++ on PATH
  std::filesystem::path cmake;  ///< for hooks that are CMake projects; else `cmake` on PATH
  std::filesystem::path sdk;    ///< prefix with include/hooks; else beside the executable, else in its build tree
};

struct Preview;       // <grapnel/preview.hpp>
struct PackageGraph;  // the same

/// What holds for all runs of a Runner.
struct RunnerOptions {
  /// The workspace: package_config.json, with package_graph.json beside it, or a grapnel.toml.
  std::filesystem::path package_config;
  std::string root_package;  ///< the run package: root of the plan
  DevDependencies dev_dependencies = DevDependencies::no;
  Tools tools{};
  /// NAME=VALUE for hooks and their compilers, used as it is. Absent: this process's, filtered by the
  /// allow-list (spec: dart-hooks, section 1.4) and by what the workspace and `pass_environment` add to it.
  std::optional<std::vector<std::string>> environment{};
  /// Names of more variables of this process that are let through; a '*' at the end of one stands for any rest. Means
  /// nothing beside `environment`.
  std::vector<std::string> pass_environment{};
  /// pubspec.yaml with user-defines (spec: dart-hooks, section 4.4). Read where there are hooks to run. Empty: none.
  std::filesystem::path pubspec{};
  /// How many hooks may run at once; 0: as many as there are processors. Under a GNU make jobserver (MAKEFLAGS in this
  /// process's environment) each also needs one of its tokens.
  unsigned jobs = 0;
  /// After a failure, go on with what does not depend on it. Else what runs ends, and nothing more is started.
  bool keep_going = false;
  Aggregate aggregate = Aggregate::infra_first;
  /// How often a hook is tried again after an infra failure, where the classification table allows it.
  unsigned retries = 0;
  /// Before the first retry; doubles each time, and varies by half of it up and down.
  std::chrono::milliseconds retry_delay = std::chrono::seconds(1);
  /// A hook that runs longer than this is ended, and so is each step that builds its program; 0: any time is fine.
  std::chrono::milliseconds hook_timeout{0};
  /// A hook that prints nothing for this long is ended; 0: silence is fine.
  std::chrono::milliseconds silence_timeout{0};
  /// Without: every hook runs, and nothing is kept for the next run.
  bool use_cache = true;
  bool force_all = false;            ///< every hook runs, whatever is known
  std::vector<std::string> force{};  ///< packages whose hooks run
  /// A stop request here, beside the one that build() and link() take, ends hooks at once, without their grace period.
  std::stop_token kill{};
  /// A stop request at or after it means that the time of the run was over (row 22 of the classification table), an
  /// earlier one that somebody canceled it. The runner itself stops nothing then.
  std::optional<std::chrono::system_clock::time_point> deadline{};
  /// How long to wait for another runner that holds a package's lock.
  std::chrono::milliseconds lock_timeout = std::chrono::minutes(5);
  /// How long a hook may take to end after SIGTERM, before SIGKILL.
  std::chrono::milliseconds grace_period = std::chrono::seconds(5);
  EventSink* events = nullptr;  ///< borrowed; outlives the Runner
};

/// What the application's author sets for packages; each hook sees its own package's (spec: dart-hooks, section 2.4).
struct UserDefines {
  /// The file that they were written in; relative paths in them count from its directory. It need not exist; where it
  /// does, it is a dependency of the result. Absolute.
  std::filesystem::path base_path;
  std::map<std::string, hooks::Json::Object, std::less<>> packages{};  ///< by package name
};

/// What to build for.
struct BuildRequest {
  std::vector<std::string> asset_types{"code_assets/code", "data_assets/data"};
  bool linking_enabled = false;             ///< link() will be called with the result
  std::optional<hooks::CodeConfig> code{};  ///< REQUIRED where code assets are asked for
  /// More entries of `config.extensions`.
  hooks::Json::Object extensions{};
  std::optional<UserDefines> user_defines{};
};

/// What to link for.
struct LinkRequest {
  std::vector<std::string> asset_types{"code_assets/code", "data_assets/data"};
  std::optional<hooks::CodeConfig> code{};
  hooks::Json::Object extensions{};
  std::optional<UserDefines> user_defines{};
  /// The application's recorded uses; each link hook is given its package's part (spec: dart-hooks, section 2.8).
  std::filesystem::path recorded_uses{};
  std::string compiler{};  ///< that made the recording; part of the config
  std::vector<std::string> entry_points{};
};

/// Runs hooks. build() and link() may be called any number of times, one at a time.
///
/// Changes nothing process-wide: no signal handler, working directory, environment, umask or standard stream. Starts
/// child processes; a caller must not reap children that it did not start.
///
/// Errors: none are thrown for what hooks, packages or the system do: they are the result's outcome. A request that
/// breaks a contract (an empty root package, code assets without `code`) throws std::invalid_argument.
class Runner {
 public:
  explicit Runner(RunnerOptions options);
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  /// Runs the build hooks that are not up to date, dependencies first, several at once. After a stop request the
  /// running hook is ended and the outcome is `canceled`.
  [[nodiscard]] BuildResult build(const BuildRequest& request, std::stop_token stop = {});

  /// Runs the link hooks, the application's first, with what `build_result` routed to them.
  [[nodiscard]] LinkResult link(const LinkRequest& request, const BuildResult& build_result, std::stop_token stop = {});

  /// What build() would do now. Starts nothing, writes nothing and waits for nobody, so what it says may be different
  /// by the time of a run. Files and directories of `changed` (absolute) count as changed, with all below them. Events:
  /// messages alone. Include <grapnel/preview.hpp>.
  [[nodiscard]] Preview preview(const BuildRequest& request, const std::vector<std::filesystem::path>& changed = {});

  /// The packages of the run package's plan that have hooks, and those between them. Starts and writes nothing. Include
  /// <grapnel/preview.hpp>.
  [[nodiscard]] PackageGraph graph();

 private:
  template <typename Result, typename Foresee, typename Start>
  Result run(HookKind kind, std::stop_token stop, Foresee foresee, Start start);

  RunnerOptions options_;
};

/// The workspace around `directory`: the nearest `.dart_tool/package_config.json` or `grapnel.toml` with packages,
/// upwards; in one directory grapnel.toml. Empty where there is none.
[[nodiscard]] std::filesystem::path find_package_config(const std::filesystem::path& directory);

/// The name of the package of `package_config` (or grapnel.toml) whose root is `directory` or the closest one around
/// it. Throws std::invalid_argument with the reason where there is none or the file is not valid, std::system_error
/// where it cannot be read.
[[nodiscard]] std::string package_around(const std::filesystem::path& package_config,
                                         const std::filesystem::path& directory);

}  // namespace grapnel
