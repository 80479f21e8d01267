// SPDX-License-Identifier: BSD-3-Clause
// What people see: the flags, the environment and grapnel.toml, put together (docs/console.md).
#include "runner/cli/hook_flags.hpp"
#include "runner/report/console.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace grapnel::cli {

void add_terminal_flags(CLI::App& app, HookFlags& flags) {
  const std::string group = "What is shown";
  CLI::Option* verbose =
      app.add_flag("-v,--verbose", flags.verbose, "say what is started, and why; -vv: also all that hooks print")
          ->group(group);
  app.add_flag("-q,--quiet", flags.quiet, "say only what failed")->excludes(verbose)->group(group);
  app.add_option("--console", flags.console,
                 "auto (fancy on a terminal), fancy (what runs, below the lines that stay), plain (lines for the start "
                 "and the end of each hook) or none (only failures and warnings)")
      ->check(CLI::IsMember({"auto", "fancy", "plain", "none"}))
      ->group(group);
  app.add_option("--color", flags.color, "auto (on a terminal), always or never; NO_COLOR and CLICOLOR_FORCE count")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->group(group);
}

namespace {

// Some CI systems give their jobs a terminal, and read along.
bool is_ci() {
  constexpr std::array kVariables{"CI", "GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION", "BUILDKITE", "LUCI_CONTEXT"};
  return std::any_of(kVariables.begin(), kVariables.end(), [](const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr && *value != '\0';
  });
}

}  // namespace

report::TerminalOptions terminal_options(const HookFlags& flags) {
  const bool is_terminal = ::isatty(STDERR_FILENO) == 1;
  const report::ConsoleWishes wishes{.console_flag = flags.console,
                                     .color_flag = flags.color,
                                     .variable = [](const char* name) -> std::optional<std::string> {
                                       const char* const value = std::getenv(name);
                                       if (value == nullptr) return std::nullopt;
                                       return value;
                                     },
                                     .console_setting = flags.console_settings.mode,
                                     .color_setting = flags.console_settings.color,
                                     .is_terminal = is_terminal};
  const auto verbosity = flags.quiet          ? report::Verbosity::quiet
                         : flags.verbose == 0 ? report::Verbosity::normal
                         : flags.verbose == 1 ? report::Verbosity::verbose
                                              : report::Verbosity::streaming;
  return {.verbosity = verbosity, .look = report::choose_look(wishes), .is_log = !is_terminal || is_ci()};
}

}  // namespace grapnel::cli
