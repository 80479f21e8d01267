// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/shell.hpp"

#include <algorithm>
#include <cstddef>

namespace grapnel {

namespace {

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// The shell variable that provides the value of a secret: `name`, as far as a shell can have such a variable.
std::string shell_variable(std::string_view name) {
  std::string variable;
  for (const char c : name) variable += is_letter_or_digit(c) ? c : '_';
  if (variable.empty() || (variable.front() >= '0' && variable.front() <= '9')) variable.insert(0, 1, '_');
  return variable;
}

}  // namespace

std::string command_line(const std::vector<std::string>& arguments) {
  std::string line;
  for (const auto& argument : arguments) {
    if (!line.empty()) line += ' ';
    line += shell_quote(argument);
  }
  return line;
}

std::string repeat_script(const std::filesystem::path& executable, const std::vector<std::string>& arguments,
                          const Environment& environment, const std::filesystem::path& working_directory,
                          const EnvironmentPolicy& policy, const std::vector<std::filesystem::path>& needed) {
  constexpr std::string_view kNextWord = " \\\n  ";
  std::string secrets;
  std::string command = "exec env -i --";
  for (const auto& variable : environment) {
    const auto equals = std::min(variable.find('='), variable.size());
    const auto name = variable.substr(0, equals);
    const auto value = variable.substr(std::min(equals + 1, variable.size()));
    command += kNextWord;
    if (!value.empty() && policy.hides(name, value)) {
      const auto source = shell_variable(name);
      command += shell_quote(name + "=") + "\"${" + source + ":?}\"";
      secrets += " " + source;
    } else {
      command += shell_quote(variable);
    }
  }
  command += kNextWord;
  // env would take a path with a '=' for one more variable.
  if (executable.native().find('=') != std::string::npos) command += "nice -n 0 ";
  command += shell_quote(executable.native());
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    command += kNextWord;
    command += shell_quote(arguments[i]);
  }

  std::string script = "#!/bin/sh\n# Repeats this step.\n";
  if (!secrets.empty()) script += "# Secrets are not written here. Set these variables first:" + secrets + "\n";
  if (!working_directory.empty()) script += "cd -- " + shell_quote(working_directory.native()) + " || exit\n";
  for (const auto& directory : needed) script += "mkdir -p -- " + shell_quote(directory.native()) + " || exit\n";
  return script + command + " </dev/null\n";
}

}  // namespace grapnel
