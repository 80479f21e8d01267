// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/files.hpp"
#include "runner/base/errors.hpp"
#include "runner/program/cmake_project.hpp"
#include "runner/program/commands.hpp"
#include "runner/program/directories.hpp"
#include "runner/program/program.hpp"
#include "runner/program/publish.hpp"
#include "runner/program/run_tools.hpp"
#include "runner/program/step.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace grapnel::program {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

Prepared ready(Recipe recipe, const std::vector<fs::path>& read) {
  Prepared prepared;
  Command command = std::move(recipe.command);
  std::vector<fs::path>& files = command.dependencies;
  files = std::move(recipe.inputs);
  files.insert(files.end(), read.begin(), read.end());
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  prepared.command = std::move(command);
  return prepared;
}

/// Runs the step that makes `output`, and puts that into its place.
asio::awaitable<Prepared> compile(Step step, fs::path output, Recipe recipe, const HookSource& source,
                                  const StepContext& context) {
  step.what = "compile";
  value_or_throw(hooks::base::remove_path(depfile_of(output)));
  process::ChildResult child = co_await run_step(step, context);
  if (!succeeded(child)) {
    value_or_throw(hooks::base::remove_path(unfinished(output)));
    co_return failed(step, std::move(child), "compiling '" + source.file + "'");
  }
  publish_renamed(unfinished(output), output);
  co_return ready(std::move(recipe), depfile_dependencies(depfile_of(output), step.working_directory));
}

}  // namespace

asio::awaitable<Prepared> build_program(const HookSource& source, const workspace::Package& package,
                                        const Toolchain& toolchain, process::Launcher& launcher, StepObserver& observer,
                                        std::stop_token stop) {
  if (source.form != Form::executable && stop.stop_requested()) co_return canceled();
  Recipe recipe = recipe_for(source, package, toolchain);
  const StepContext context{toolchain, launcher, observer, std::move(stop)};
  const ProgramDirectories directories(toolchain.own_directory, package.name);
  Step step;
  step.log_directory = directories.of(source.kind);
  switch (source.form) {
    case Form::executable:
      co_return ready(std::move(recipe), {});
    case Form::cpp: {
      fs::path program = directories.program(source.kind);
      step.arguments = cpp_arguments(cxx_of(toolchain), sdk_of(toolchain), source.file, program);
      step.working_directory = package.root;
      co_return co_await compile(std::move(step), std::move(program), std::move(recipe), source, context);
    }
    case Form::cmake: {
      Prepared built = co_await build_cmake_project(package, source.kind, source.file, context);
      if (built.failure) co_return built;
      co_return ready(std::move(recipe), built.command->dependencies);
    }
    case Form::dart: {
      fs::path kernel = directories.kernel(source.kind);
      step.arguments = dart_compile_arguments(dart_of(toolchain), toolchain.package_config, source.file, kernel);
      step.working_directory = toolchain.workspace_directory;
      co_return co_await compile(std::move(step), std::move(kernel), std::move(recipe), source, context);
    }
  }
  throw std::logic_error("a hook without a form");
}

}  // namespace grapnel::program
