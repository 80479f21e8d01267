// SPDX-License-Identifier: BSD-3-Clause
#include "runner/program/cmake_project.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/spawn.hpp"
#include "hooks_api/base/tool_text.hpp"
#include "runner/base/errors.hpp"
#include "runner/base/shell.hpp"
#include "runner/program/cmake_reply.hpp"
#include "runner/program/commands.hpp"
#include "runner/program/directories.hpp"
#include "runner/program/publish.hpp"
#include "runner/program/tools.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace grapnel::program {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxCommandBytes = std::size_t{1} << 20U;
constexpr std::size_t kMessageLines = 20;

/// The SDK, if there is one: a project that does not use it is none of our business.
fs::path sdk_prefix(const Tools& tools) {
  try {
    return find_sdk(tools, executable_directory()).prefix;
  } catch (const SystemError&) {
    if (!tools.sdk.empty()) throw;
    return {};
  }
}

class Project {
 public:
  Project(const workspace::Package& package, fs::path file, const StepContext& context)
      : package_(package),
        file_(std::move(file)),
        context_(context),
        directories_(context.toolchain.own_directory, package.name),
        cmake_(find_cmake(context.toolchain.tools, context.toolchain.environment)) {}

  /// Configures the project in its build directory, which is made anew where it was configured in another way, or where
  /// the last time did not succeed. False after a stop request.
  asio::awaitable<bool> configure() {
    const Toolchain& toolchain = context_.toolchain;
    const std::string generator = find_cmake_generator(toolchain.environment);
    const fs::path cxx = toolchain.tools.cxx.empty() ? fs::path() : find_cxx(toolchain.tools, toolchain.environment);
    Step step;
    step.what = "configure";
    step.arguments = cmake_configure_arguments(cmake_, file_.parent_path(), directories_.cmake(), generator,
                                               sdk_prefix(toolchain.tools), cxx);
    step.working_directory = package_.root;
    step.log_directory = directories_.configure();

    const std::string command = command_line(step.arguments);
    const auto last = hooks::base::read_file(directories_.cmake_command(), kMaxCommandBytes);
    if (!last || *last != command) value_or_throw(hooks::base::remove_path(directories_.cmake()));
    value_or_throw(hooks::base::remove_path(directories_.cmake_command()));
    ask_cmake(directories_.cmake());
    const process::ChildResult child = co_await run_step(step, context_);
    if (child.stop_requested) co_return false;
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

  /// Whether the build directory is there, configured.
  [[nodiscard]] bool is_configured() const {
    return hooks::base::read_file(directories_.cmake_command(), kMaxCommandBytes).has_value();
  }

  asio::awaitable<Prepared> build(HookKind kind) {
    Step step;
    step.what = "compile";
    step.arguments = cmake_build_arguments(cmake_, directories_.cmake(), std::string(name_of(kind)));
    step.working_directory = package_.root;
    step.log_directory = directories_.of(kind);
    process::ChildResult child = co_await run_step(step, context_);
    const auto built = succeeded(child) ? target(kind) : std::nullopt;
    if (!built) co_return failed(step, std::move(child), "building '" + file_.string() + "'");
    // The linker may write the artifact in place; what is run is a copy that nobody writes.
    const fs::path program = directories_.of(kind) / "program";
    publish_copy(built->artifact, program);
    Command command;
    command.executable = program;
    command.arguments = {program.string()};
    command.dependencies = built->cmake_files;
    command.dependencies.insert(command.dependencies.end(), built->sources.begin(), built->sources.end());
    Prepared prepared;
    prepared.command = std::move(command);
    co_return prepared;
  }

 private:
  [[noreturn]] void refuse(const Step& step, const process::ChildResult& child) const {
    const Environment& environment = context_.toolchain.environment;
    const std::string what = "package '" + package_.name + "': CMake cannot configure '" + file_.string() +
                             "': " + describe(child.end) + ". Its messages are in '" + step.log().string() + "'; '" +
                             step.run_sh().string() + "' repeats it. They end with:\n" +
                             Redactor(environment).redact(hooks::base::last_lines(child.stderr_tail, kMessageLines));
    if (const auto* end = std::get_if<NotStarted>(&child.end)) throw SystemError(what, end->error_number);
    if (!std::holds_alternative<Exited>(child.end)) throw SystemError(what);
    // CMake says at length that it found no compiler; that is not the project's fault.
    (void)find_cxx(context_.toolchain.tools, environment);
    throw ProjectError(what);
  }

  const workspace::Package& package_;
  fs::path file_;
  const StepContext& context_;
  ProgramDirectories directories_;
  fs::path cmake_;
};

}  // namespace

asio::awaitable<bool> cmake_project_has_hook(const workspace::Package& package, HookKind kind, const fs::path& project,
                                             const StepContext& context) {
  const ProgramDirectories directories(context.toolchain.own_directory, package.name);
  const auto lock = co_await lock_programs(directories.lock(), context);
  if (!lock) co_return false;
  Project cmake(package, project, context);
  if (!context.toolchain.configured_projects->contains(project)) {
    if (!co_await cmake.configure()) co_return false;
    context.toolchain.configured_projects->insert(project);
  }
  co_return cmake.target(kind).has_value();
}

asio::awaitable<Prepared> build_cmake_project(const workspace::Package& package, HookKind kind, const fs::path& project,
                                              const StepContext& context) {
  Project cmake(package, project, context);
  // Another runner may have failed to configure it since the hook was found.
  if (!cmake.is_configured() && !co_await cmake.configure()) co_return canceled();
  co_return co_await cmake.build(kind);
}

}  // namespace grapnel::program
