// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// From a package's `hook/` folder to a command line.
#pragma once

#include "runner/base/environment.hpp"
#include "runner/base/lock.hpp"
#include "runner/process/supervise.hpp"
#include "runner/program/tools.hpp"
#include "runner/workspace/workspace.hpp"
#include <grapnel/events.hpp>
#include <grapnel/outcome.hpp>
#include <grapnel/runner.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace grapnel::program {

/// The forms that a hook can have.
enum class Form {
  executable,  ///< `hook/build`, an executable file
  cpp,         ///< `hook/build.cpp`, compiled with the SDK
  cmake,       ///< `hook/CMakeLists.txt` with a target `build`; it owns the .cpp files beside it
  dart,        ///< `hook/build.dart`, compiled to kernel
};
/// "an executable", "C++", "CMake", "Dart".
[[nodiscard]] std::string_view name_of(Form form) noexcept;

/// One hook as it was found.
struct HookSource {
  HookKind kind;
  Form form;
  /// The path of the executable, the source, or CMakeLists.txt; a string, as there is one for each package of a run.
  std::string file;
  /// The Dart form beside a native one, which wins; said at -v.
  std::optional<std::filesystem::path> ignored_dart;
};

/// What a run need not look for twice.
struct RunMemory {
  FoundTools tools{};
  std::set<std::filesystem::path> configured_projects{};  ///< CMake projects
};

/// Where programs are built and what builds them. Copies share the memory: make a toolchain for each run, and use it on
/// one thread.
struct Toolchain {
  Tools tools;                           ///< as the caller gave them
  Environment environment;               ///< of hooks, and of every step here
  EnvironmentPolicy policy{};            ///< whose values of it no file and no text may show
  std::filesystem::path package_config;  ///< what Dart needs; empty in a workspace without Dart
  std::filesystem::path workspace_directory;
  std::filesystem::path own_directory;  ///< programs lie in `programs/<package>/<kind>/` below it
  std::chrono::milliseconds grace_period = std::chrono::seconds(5);
  std::chrono::milliseconds time_limit{};  ///< a step that runs longer is ended; 0: none
  /// How long to wait for another runner that builds the same package's programs.
  std::chrono::milliseconds lock_timeout = std::chrono::minutes(5);
  std::shared_ptr<RunMemory> memory = std::make_shared<RunMemory>();
};

/// Sees what the room does: steps for the event stream.
class StepObserver {
 public:
  virtual ~StepObserver() = default;
  virtual void on_step(const std::string& what, const std::string& command) = 0;
  /// A sentence that says which runner it waits for, once a lock has not come for a second.
  virtual void on_wait(const std::string& /*sentence*/) {}
  /// Gives the child of a step what only the caller has.
  virtual void equip(process::ChildRequest& /*child*/) {}
  /// A child could not be started for lack of something (an errno); it is tried again.
  /// Whether something else runs whose end may help, so that it is worth to wait on.
  virtual bool on_shortage(int /*lack*/) { return false; }
};

/// What find_hook() found, and what it looked at: as long as that is unchanged, it would find the same.
struct Found {
  std::optional<HookSource> source;  ///< or nothing
  /// Files and directories, these with a separator at their end: the package's `hook` folder, which need not exist; for
  /// a CMake project also its CMake files, the tools, and a file of its build directory, without which it would have to
  /// be configured anew.
  std::vector<std::filesystem::path> looked_at{};
  /// Empty but for a CMake project; then what project_identity() said.
  std::string identity{};
};

/// Looks into `<root>/hook/`: the hook of `kind`, or nothing. A directory of that name is no hook; a package without a
/// `hook` folder has none. Throws ProjectError that names both where two native forms claim the same hook, and for a
/// hook file that is not executable or no regular file. A CMake project is configured to learn its targets; where that
/// fails, its log is named in the ProjectError, or in a SystemError where it took longer than the time limit. A stop
/// request ends that, and what is found then means nothing.
[[nodiscard]] boost::asio::awaitable<Found> find_hook(const workspace::Package& package, HookKind kind,
                                                      const Toolchain& toolchain, process::Launcher& launcher,
                                                      StepObserver& observer, std::stop_token stop);

/// How the CMake project in a package's `hook` folder is configured: the command line, which names the tools. Starts
/// nothing. Throws SystemError for a missing tool.
[[nodiscard]] std::string project_identity(const workspace::Package& package, const Toolchain& toolchain);

/// A command line without the hook's own arguments.
struct Command {
  std::filesystem::path executable;
  std::vector<std::string> arguments;  ///< argv, the program's name first; `--config=…` is appended
  /// All files that were read to build it and whose change makes it stale: a recipe's inputs, headers outside the
  /// system, CMake files. Sorted, each once.
  std::vector<std::filesystem::path> dependencies{};
};

/// How a program comes to be: all that decides it but the contents of files.
struct Recipe {
  /// The command lines and the like; another identity is another program. Empty for an executable, which is what it is.
  std::string identity;
  /// Files that are known before it is built: the source, the tools, the SDK's archive and flags, package_config.json.
  std::vector<std::filesystem::path> inputs;
  Command command;  ///< runs the program when it is there; without dependencies
};

/// The recipe of a hook's program, the same for all configs. Cheap: starts nothing, and looks at no file twice in a
/// run. Throws ProjectError and SystemError (a tool or the SDK is missing: what was looked for and where).
[[nodiscard]] Recipe recipe_for(const HookSource& source, const workspace::Package& package,
                                const Toolchain& toolchain);

/// Waits for the lock on a package's programs. Nothing after a stop request. Throws SystemError (ETIMEDOUT) after the
/// toolchain's waiting time, with the owner.
[[nodiscard]] boost::asio::awaitable<std::optional<FileLock>> lock_programs(const workspace::Package& package,
                                                                            const Toolchain& toolchain,
                                                                            StepObserver& observer,
                                                                            std::stop_token stop);

/// A step of building a program that did not succeed.
struct BuildFailure {
  process::ChildResult child;
  std::filesystem::path log;     ///< what the step said: standard error, or standard output where that is empty
  std::filesystem::path run_sh;  ///< repeats it
  std::string what;              ///< "compiling /p/hook/build.cpp"
};

struct Prepared {
  std::optional<Command> command;       ///< or
  std::optional<BuildFailure> failure;  ///< exactly one is there
};

/// Builds the program of a hook; an executable is there already. REQUIRES: but for an executable, the lock on the
/// package's programs is held. The program is put into its place when it is complete. After a stop request it is a
/// failure with that. Throws ProjectError and SystemError as recipe_for().
[[nodiscard]] boost::asio::awaitable<Prepared> build_program(const HookSource& source,
                                                             const workspace::Package& package,
                                                             const Toolchain& toolchain, process::Launcher& launcher,
                                                             StepObserver& observer, std::stop_token stop);

}  // namespace grapnel::program
