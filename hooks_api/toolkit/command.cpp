// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/toolkit/command.hpp"

#include "hooks_api/base/spawn.hpp"
#include <hooks/exceptions.hpp>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace hooks::toolkit {

namespace {

std::string shell_quoted(const std::string& word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=/.,:@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

// What compilers and linkers print, with exit code 1, where the fault is not in what they were given.
bool is_fault_of_the_system(std::string_view output) {
  constexpr std::string_view kPhrases[] = {
      "No space left on device",            // of any tool
      "Disk quota exceeded",                // of any tool
      "Killed signal terminated program",   // GCC, of its compiler proper
      "terminated with signal 9",           // GCC, of its linker
      "unable to execute command: Killed",  // Clang, of either
  };
  return std::any_of(std::begin(kPhrases), std::end(kPhrases),
                     [output](std::string_view phrase) { return output.find(phrase) != std::string_view::npos; });
}

std::string signal_text(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(signal);
}

std::vector<std::string> current_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  return variables;
}

}  // namespace

std::string describe(const Command& command) {
  std::string text = shell_quoted(command.executable.native());
  for (const std::string& argument : command.arguments) text += " " + shell_quoted(argument);
  return text;
}

void run_command(const Command& command, const std::filesystem::path& directory, const std::string& what) {
  const std::string line = describe(command);
  std::printf("%s\n", line.c_str());
  // A hook that is killed while the tool runs has said what it was doing.
  std::fflush(stdout);

  base::SpawnRequest request;
  request.executable = command.executable;
  request.arguments = command.arguments;
  request.arguments.insert(request.arguments.begin(), command.executable.native());
  request.environment = current_environment();
  request.working_directory = directory;
  const auto result = base::run_tool(std::move(request));
  if (!result) throw InfraException(what + ": " + result.error().message + "\n" + line);
  if (result->signal != 0) {
    throw InfraException(what + ": the tool was killed by " + signal_text(result->signal) + "\n" + line + "\n" +
                         result->output);
  }
  if (result->exit_code != 0) {
    const std::string message =
        what + ": exit code " + std::to_string(result->exit_code) + "\n" + line + "\n" + result->output;
    if (is_fault_of_the_system(result->output)) throw InfraException(message);
    throw BuildException(message);
  }
  std::fputs(result->output.c_str(), stderr);
}

}  // namespace hooks::toolkit
