// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// From a package's `hook/` folder to a command line.
#pragma once

#include "runner/base/environment.hpp"
#include "runner/process/supervise.hpp"
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
  std::filesystem::path file;  ///< the executable, the source, or CMakeLists.txt
  /// The Dart form beside a native one, which wins; said at -v.
  std::optional<std::filesystem::path> ignored_dart;
};

/// Where programs are built and what builds them.
struct Toolchain {
  Tools tools;                           ///< as the caller gave them
  Environment environment;               ///< of hooks, and of every step here
  std::filesystem::path package_config;  ///< what Dart needs; empty in a workspace without Dart
  std::filesystem::path workspace_directory;
  std::filesystem::path own_directory;  ///< programs lie in `programs/<package>/<kind>/` below it
  std::chrono::milliseconds grace_period = std::chrono::seconds(5);
  /// How long to wait for another runner that builds the same package's programs.
  std::chrono::milliseconds lock_timeout = std::chrono::minutes(5);
  /// CMake projects that are configured already: once in a run is enough. Shared by the copies of this toolchain.
  std::shared_ptr<std::set<std::filesystem::path>> configured_projects =
      std::make_shared<std::set<std::filesystem::path>>();
};

/// Sees what the room does: steps for the event stream.
class StepObserver {
 public:
  virtual ~StepObserver() = default;
  virtual void on_step(const std::string& what, const std::string& command) = 0;
};

/// Looks into `<root>/hook/`: the hook of `kind`, or nothing. A directory of that name is no hook; a package without a
/// `hook` folder has none. Throws ProjectError that names both where two native forms claim the same hook, and for a
/// hook file that is not executable or no regular file. A CMake project is configured to learn its targets; where that
/// fails, its log is named in the ProjectError. A stop request ends that, and what is found then means nothing.
[[nodiscard]] boost::asio::awaitable<std::optional<HookSource>> find_hook(const workspace::Package& package,
                                                                          HookKind kind, const Toolchain& toolchain,
                                                                          process::Launcher& launcher,
                                                                          StepObserver& observer, std::stop_token stop);

/// A command line without the hook's own arguments.
struct Command {
  std::filesystem::path executable;
  std::vector<std::string> arguments;  ///< argv, the program's name first; `--config=…` is appended
  /// Files whose change makes the program stale: sources, headers outside the system, package_config.json for Dart.
  std::vector<std::filesystem::path> dependencies;
};

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

/// Builds the program of a hook where it has to be built. `directory` is the hook run's own, where Dart's kernel and
/// depfile lie. Throws ProjectError and SystemError (a tool or the SDK is missing: what was looked for and where).
[[nodiscard]] boost::asio::awaitable<Prepared> prepare(const HookSource& source, const workspace::Package& package,
                                                       const std::filesystem::path& directory,
                                                       const Toolchain& toolchain, process::Launcher& launcher,
                                                       StepObserver& observer, std::stop_token stop);

}  // namespace grapnel::program
