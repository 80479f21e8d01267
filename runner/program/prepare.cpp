// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/files.hpp"
#include "runner/base/errors.hpp"
#include "runner/program/cmake_project.hpp"
#include "runner/program/commands.hpp"
#include "runner/program/directories.hpp"
#include "runner/program/program.hpp"
#include "runner/program/publish.hpp"
#include "runner/program/step.hpp"
#include "runner/program/tools.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace grapnel::program {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

Prepared ready(std::vector<std::string> arguments, std::vector<fs::path> dependencies) {
  Prepared prepared;
  Command command;
  command.executable = arguments.front();
  command.arguments = std::move(arguments);
  command.dependencies = std::move(dependencies);
  prepared.command = std::move(command);
  return prepared;
}

std::string compiling(const HookSource& source) { return "compiling '" + source.file.string() + "'"; }

asio::awaitable<Prepared> compile_cpp(const HookSource& source, const workspace::Package& package,
                                      const fs::path& directory, const StepContext& context) {
  const Toolchain& toolchain = context.toolchain;
  const Sdk sdk = find_sdk(toolchain.tools, executable_directory());
  const fs::path program = directory / "program";
  const fs::path unfinished = directory / "program.new";
  const fs::path depfile = directory / "program.d";
  Step step;
  step.what = "compile";
  step.arguments =
      cpp_arguments(find_cxx(toolchain.tools, toolchain.environment), sdk, source.file, unfinished, depfile);
  step.working_directory = package.root;
  step.log_directory = directory;
  process::ChildResult child = co_await run_step(step, context);
  if (!succeeded(child)) co_return failed(step, std::move(child), compiling(source));

  publish_renamed(unfinished, program);
  std::vector<fs::path> dependencies = depfile_dependencies(depfile, package.root);
  dependencies.insert(dependencies.end(), {source.file, sdk.library, sdk.flags_file});
  co_return ready({program.string()}, std::move(dependencies));
}

// The kernel and its depfile lie in the hook run's directory, as in Dart's protocol; a kernel that was not written to
// its end is removed, so it is never run.
asio::awaitable<Prepared> compile_dart(const HookSource& source, const fs::path& run_directory,
                                       const fs::path& log_directory, const StepContext& context) {
  const Toolchain& toolchain = context.toolchain;
  if (toolchain.package_config.empty()) {
    throw ProjectError("'" + source.file.string() +
                       "' is a hook in Dart, which needs a package_config.json, and this workspace is a grapnel.toml. "
                       "Write the hook in another form, or name the package_config.json with --workspace.");
  }
  const fs::path dart = find_dart(toolchain.tools, toolchain.environment);
  const fs::path kernel = run_directory / "hook.dill";
  const fs::path depfile = run_directory / "hook.dill.d";
  Step step;
  step.what = "compile";
  step.arguments = dart_compile_arguments(dart, toolchain.package_config, source.file, kernel, depfile);
  step.working_directory = toolchain.workspace_directory;
  step.log_directory = log_directory;
  process::ChildResult child = co_await run_step(step, context);
  if (!succeeded(child)) {
    value_or_throw(hooks::base::remove_path(kernel));
    value_or_throw(hooks::base::remove_path(depfile));
    co_return failed(step, std::move(child), compiling(source));
  }
  std::vector<fs::path> dependencies = depfile_dependencies(depfile, toolchain.workspace_directory);
  dependencies.insert(dependencies.end(), {source.file, toolchain.package_config});
  co_return ready(dart_run_arguments(dart, toolchain.package_config, kernel), std::move(dependencies));
}

}  // namespace

asio::awaitable<Prepared> prepare(const HookSource& source, const workspace::Package& package,
                                  const fs::path& directory, const Toolchain& toolchain, process::Launcher& launcher,
                                  StepObserver& observer, std::stop_token stop) {
  if (source.form == Form::executable) co_return ready({source.file.string()}, {source.file});

  const StepContext context{toolchain, launcher, observer, std::move(stop)};
  const ProgramDirectories directories(toolchain.own_directory, package.name);
  const auto lock = co_await lock_programs(directories.lock(), context);
  if (!lock) co_return canceled();
  // Here a fingerprint will decide whether the program of the last time is still good.
  switch (source.form) {
    case Form::executable:
      break;
    case Form::cpp:
      co_return co_await compile_cpp(source, package, directories.of(source.kind), context);
    case Form::cmake:
      co_return co_await build_cmake_project(package, source.kind, source.file, context);
    case Form::dart:
      co_return co_await compile_dart(source, directory, directories.of(source.kind), context);
  }
  throw std::logic_error("a hook without a form");
}

}  // namespace grapnel::program
