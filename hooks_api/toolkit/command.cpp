// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/toolkit/command.hpp"

#include "hooks_api/base/tool_text.hpp"
#include <hooks/exceptions.hpp>

#include <unistd.h>

#include <cstdio>

namespace hooks::toolkit {

namespace {

std::vector<std::string> current_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  return variables;
}

}  // namespace

std::string describe(const Command& command) {
  std::string text = base::shell_quote(command.executable.native());
  for (const std::string& argument : command.arguments) text += " " + base::shell_quote(argument);
  return text;
}

void run_command(const Command& command, const std::filesystem::path& directory, const std::string& what) {
  end_command(command, what, base::run_tool(begin_command(command, directory)));
}

base::SpawnRequest begin_command(const Command& command, const std::filesystem::path& directory) {
  std::printf("%s\n", describe(command).c_str());
  // A hook that is killed while the tool runs has said what it was doing.
  std::fflush(stdout);

  base::SpawnRequest request;
  request.executable = command.executable;
  request.arguments = command.arguments;
  request.arguments.insert(request.arguments.begin(), command.executable.native());
  request.environment = current_environment();
  request.working_directory = directory;
  return request;
}

void end_command(const Command& command, const std::string& what, const base::Expected<base::ToolResult>& result) {
  const std::string line = describe(command);
  if (!result) throw InfraException(what + ": " + result.error().message + "\n" + line);
  if (result->signal != 0) {
    throw InfraException(what + ": the tool was killed by " + base::signal_name(result->signal) + "\n" + line + "\n" +
                         result->output);
  }
  if (result->exit_code != 0) {
    const std::string message =
        what + ": exit code " + std::to_string(result->exit_code) + "\n" + line + "\n" + result->output;
    if (base::blames_the_system(result->output)) throw InfraException(message);
    throw BuildException(message);
  }
  std::fputs(result->output.c_str(), stderr);
}

}  // namespace hooks::toolkit
