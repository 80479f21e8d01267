// SPDX-License-Identifier: BSD-3-Clause
#include "runner/program/cmake_project.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/spawn.hpp"
#include "hooks_api/base/tool_text.hpp"
#include "runner/base/errors.hpp"
#include "runner/base/shell.hpp"
#include "runner/program/cmake_inputs.hpp"
#include "runner/program/cmake_reply.hpp"
#include "runner/program/commands.hpp"
#include "runner/program/directories.hpp"
#include "runner/program/publish.hpp"
#include "runner/program/run_tools.hpp"
#include "runner/program/tools.hpp"

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace grapnel::program {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxCommandBytes = std::size_t{1} << 20U;
constexpr std::size_t kMaxAnswerBytes = std::size_t{64} << 20U;
constexpr std::size_t kMessageLines = 20;

/// The SDK, if there is one: a project that does not use it is none of our business.
const Sdk* sdk_if_any(const Toolchain& toolchain) {
  try {
    return &sdk_of(toolchain);
  } catch (const SystemError&) {
    if (!toolchain.tools.sdk.empty()) throw;
    return nullptr;
  }
}

std::vector<std::string> configure_arguments(const workspace::Package& package, const Toolchain& toolchain) {
  const Sdk* sdk = sdk_if_any(toolchain);
  const fs::path cxx = toolchain.tools.cxx.empty() ? fs::path() : cxx_of(toolchain);
  return cmake_configure_arguments(cmake_of(toolchain), package.root / "hook",
                                   ProgramDirectories(toolchain.own_directory, package.name).cmake(),
                                   cmake_generator_of(toolchain).name, sdk != nullptr ? sdk->prefix : fs::path(), cxx);
}

class Project {
 public:
  Project(const workspace::Package& package, fs::path file, const StepContext& context)
      : package_(package),
        file_(std::move(file)),
        context_(context),
        directories_(context.toolchain.own_directory, package.name) {}

  /// Configures the project in its build directory, which is made anew where it was configured in another way, or where
  /// the last time did not succeed. False after a stop request.
  asio::awaitable<bool> configure() {
    Step step;
    step.what = "configure";
    step.arguments = configure_arguments(package_, context_.toolchain);
    step.working_directory = package_.root;
    step.log_directory = directories_.configure();

    const std::string command = command_line(step.arguments);
    const auto last = hooks::base::read_file(directories_.cmake_command(), kMaxCommandBytes);
    if (!last || *last != command) value_or_throw(hooks::base::remove_path(directories_.cmake()));
    value_or_throw(hooks::base::remove_path(directories_.cmake_command()));
    ask_cmake(directories_.cmake());
    const process::ChildResult child = co_await run_step(step, context_);
    if (child.stopped == process::Stopped::by_request) co_return false;
    if (!succeeded(child)) refuse(step, child);
    value_or_throw(hooks::base::publish_file(directories_.cmake_command(), command));
    co_return true;
  }

  /// The target of a hook, or nothing. Throws ProjectError where it is no executable.
  [[nodiscard]] std::optional<CMakeTarget> target(HookKind kind) const {
    auto target = find_cmake_target(directories_.cmake(), std::string(name_of(kind)));
    if (target && target->type != "EXECUTABLE") {
      throw ProjectError("package '" + package_.name + "': the target '" + std::string(name_of(kind)) + "' of '" +
                         file_.string() + "' is of type " + target->type +
                         "; a hook is an executable. Use add_executable, or give the target another name.");
    }
    return target;
  }

  /// Whether the build directory is there, configured as it would be now. CMake itself sees changed files when it
  /// builds.
  [[nodiscard]] bool is_configured() const {
    std::error_code ignored;
    const auto last = hooks::base::read_file(directories_.cmake_command(), kMaxCommandBytes);
    return last && *last == project_identity(package_, context_.toolchain) &&
           fs::is_regular_file(directories_.cmake() / "CMakeCache.txt", ignored);
  }

  asio::awaitable<Prepared> build(HookKind kind) {
    Step step;
    step.what = "compile";
    step.arguments =
        cmake_build_arguments(cmake_of(context_.toolchain), directories_.cmake(), std::string(name_of(kind)));
    step.working_directory = package_.root;
    step.log_directory = directories_.of(kind);
    process::ChildResult child = co_await run_step(step, context_);
    const auto built = succeeded(child) ? target(kind) : std::nullopt;
    if (!built) co_return failed(step, std::move(child), "building '" + file_.string() + "'");
    // The linker may write the artifact in place; what is run is a copy that nobody writes.
    publish_copy(built->artifact, directories_.program(kind));
    auto read = co_await files_read(*built);
    if (!read) co_return canceled();
    std::vector<fs::path> files = configured_from();
    files.insert(files.end(), built->sources.begin(), built->sources.end());
    files.insert(files.end(), read->begin(), read->end());
    Prepared prepared;
    prepared.command.emplace().dependencies = std::move(files);
    co_return prepared;
  }

  /// All that decided how it is configured.
  [[nodiscard]] std::vector<fs::path> configured_from() const {
    std::vector<fs::path> files = project_tools(context_.toolchain, file_);
    const CMakeConfiguration configuration = read_cmake_configuration(directories_.cmake());
    files.insert(files.end(), configuration.files.begin(), configuration.files.end());
    files.insert(files.end(), configuration.compilers.begin(), configuration.compilers.end());
    const std::vector<fs::path> globs = glob_directories(directories_.cmake());
    files.insert(files.end(), globs.begin(), globs.end());
    return files;
  }

 private:
  /// What the build tool knows that the target was made from, and compilers without being told. Nothing after a stop
  /// request.
  asio::awaitable<std::optional<std::vector<fs::path>>> files_read(CMakeTarget built) {
    const fs::path build = directories_.cmake();
    std::vector<fs::path> files;
    if (const CMakeGenerator& generator = cmake_generator_of(context_.toolchain); generator.name == "Ninja") {
      const std::vector<std::string> ninja{generator.tool.string(), "-C", build.string(), "-t"};
      // Variables: g++ 12 destroys a list that is made in a co_await expression twice.
      std::vector<std::string> what_for{"inputs", built.name};
      std::vector<std::string> what_read{"deps"};
      const auto inputs = co_await ask(ninja, std::move(what_for));
      const auto headers = co_await ask(ninja, std::move(what_read));
      if (!inputs || !headers) co_return std::nullopt;
      files = ninja_inputs(*inputs);
      const std::vector<fs::path> read = ninja_headers(*headers, build, built.object_directories);
      files.insert(files.end(), read.begin(), read.end());
    } else {
      files = make_inputs(built.object_directories);
    }
    co_return sources_among(std::move(files), build, read_cmake_configuration(build).system_directories);
  }

  /// What the build tool answers to a question; it cannot fail after it has built the target. Nothing after a stop
  /// request.
  asio::awaitable<std::optional<std::string>> ask(std::vector<std::string> tool, std::vector<std::string> question) {
    value_or_throw(hooks::base::create_directories(directories_.configure()));
    tool.insert(tool.end(), question.begin(), question.end());
    process::ChildRequest request = child_request(std::move(tool), package_.root, context_);
    request.stdout_file = directories_.configure() / "answer.txt";
    request.stderr_file = directories_.configure() / "answer.stderr.txt";
    const std::string command = command_line(request.arguments);
    const fs::path answer = request.stdout_file;
    const process::ChildResult child =
        co_await process::supervise(std::move(request), context_.launcher, context_.stop);
    if (child.stopped == process::Stopped::by_request) co_return std::nullopt;
    if (!succeeded(child) || child.capture_error) {
      throw SystemError("package '" + package_.name + "': '" + command + "' did not answer: " + describe(child.end) +
                        ". Remove '" + directories_.cmake().string() + "' and run again.");
    }
    co_return value_or_throw(hooks::base::read_file(answer, kMaxAnswerBytes));
  }

  [[noreturn]] void refuse(const Step& step, const process::ChildResult& child) const {
    const Environment& environment = context_.toolchain.environment;
    const bool is_late = child.stopped == process::Stopped::by_time_limit;
    const std::string what =
        "package '" + package_.name + "': CMake cannot configure '" + file_.string() +
        "': " + (is_late ? "it did not end within the time limit of a hook (--hook-timeout)" : describe(child.end)) +
        ". Its messages are in '" + step.log().string() + "'; '" + step.run_sh().string() +
        "' repeats it. They end with:\n" +
        Redactor(environment, context_.toolchain.policy)
            .redact(hooks::base::last_lines(child.stderr_tail, kMessageLines));
    if (const auto* end = std::get_if<NotStarted>(&child.end)) throw SystemError(what, end->error_number);
    if (is_late) throw SystemError(what, ETIMEDOUT);
    if (!std::holds_alternative<Exited>(child.end)) throw SystemError(what);
    // CMake says at length that it found no compiler; that is not the project's fault.
    (void)find_cxx(context_.toolchain.tools, environment);
    throw ProjectError(what);
  }

  const workspace::Package& package_;
  fs::path file_;
  const StepContext& context_;
  ProgramDirectories directories_;
};

}  // namespace

std::string project_identity(const workspace::Package& package, const Toolchain& toolchain) {
  return command_line(configure_arguments(package, toolchain));
}

std::vector<fs::path> project_tools(const Toolchain& toolchain, const fs::path& file) {
  std::vector<fs::path> files{file, cmake_of(toolchain), cmake_generator_of(toolchain).tool};
  if (!toolchain.tools.cxx.empty()) files.push_back(cxx_of(toolchain));
  return files;
}

asio::awaitable<std::optional<ConfiguredProject>> configure_cmake_project(const workspace::Package& package,
                                                                          HookKind kind, const fs::path& file,
                                                                          const StepContext& context) {
  const auto lock = co_await lock_programs(package, context.toolchain, context.observer, context.stop);
  if (!lock) co_return std::nullopt;
  Project project(package, file, context);
  std::set<fs::path>& configured = context.toolchain.memory->configured_projects;
  if (!configured.contains(file)) {
    if (!co_await project.configure()) co_return std::nullopt;
    configured.insert(file);
  }
  ConfiguredProject found;
  found.has_hook = project.target(kind).has_value();
  found.looked_at = project.configured_from();
  found.looked_at.push_back(ProgramDirectories(context.toolchain.own_directory, package.name).cmake_command());
  co_return found;
}

asio::awaitable<Prepared> build_cmake_project(const workspace::Package& package, HookKind kind, const fs::path& file,
                                              const StepContext& context) {
  Project project(package, file, context);
  // Another runner may have failed to configure it since the hook was found.
  if (!project.is_configured() && !co_await project.configure()) co_return canceled();
  co_return co_await project.build(kind);
}

}  // namespace grapnel::program
