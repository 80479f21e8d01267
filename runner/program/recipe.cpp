// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/errors.hpp"
#include "runner/base/shell.hpp"
#include "runner/program/cmake_project.hpp"
#include "runner/program/commands.hpp"
#include "runner/program/directories.hpp"
#include "runner/program/program.hpp"
#include "runner/program/run_tools.hpp"

#include <stdexcept>
#include <utility>

namespace grapnel::program {

namespace fs = std::filesystem;

namespace {

Command command_of(std::vector<std::string> arguments) {
  Command command;
  command.executable = arguments.front();
  command.arguments = std::move(arguments);
  return command;
}

Recipe dart_recipe(const HookSource& source, const ProgramDirectories& directories, const Toolchain& toolchain) {
  if (toolchain.package_config.empty()) {
    throw ProjectError("'" + source.file +
                       "' is a hook in Dart, which needs a package_config.json, and this workspace is a grapnel.toml. "
                       "Write the hook in another form, or name the package_config.json with --workspace.");
  }
  const fs::path& dart = dart_of(toolchain);
  const fs::path kernel = directories.kernel(source.kind);
  return {command_line(dart_compile_arguments(dart, toolchain.package_config, source.file, kernel)),
          {source.file, dart, toolchain.package_config},
          command_of(dart_run_arguments(dart, toolchain.package_config, kernel))};
}

}  // namespace

Recipe recipe_for(const HookSource& source, const workspace::Package& package, const Toolchain& toolchain) {
  const ProgramDirectories directories(toolchain.own_directory, package.name);
  const fs::path program = directories.program(source.kind);
  switch (source.form) {
    case Form::executable:
      return {"", {source.file}, command_of({source.file})};
    case Form::cpp: {
      const Sdk& sdk = sdk_of(toolchain);
      const fs::path& cxx = cxx_of(toolchain);
      return {command_line(cpp_arguments(cxx, sdk, source.file, program)),
              {source.file, cxx, sdk.library, sdk.flags_file},
              command_of({program.string()})};
    }
    case Form::cmake:
      return {project_identity(package, toolchain) + "\n" +
                  command_line(cmake_build_arguments(cmake_of(toolchain), directories.cmake(),
                                                     std::string(name_of(source.kind)))),
              project_tools(toolchain, source.file), command_of({program.string()})};
    case Form::dart:
      return dart_recipe(source, directories, toolchain);
  }
  throw std::logic_error("a hook without a form");
}

}  // namespace grapnel::program
