// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The flags of the commands that run hooks, or would: from CLI11 to a HookCommand. Seen by command_line.cpp alone.
#pragma once

#include "runner/cli/command_line.hpp"
#include "runner/workspace/settings.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grapnel::cli {

/// What the flags say, before it is made into a request.
struct HookFlags {
  std::string workspace;
  std::string root_package;
  bool dev_dependencies = false;
  std::string target_os = hooks::os::current().name();
  std::string target_arch = hooks::architecture::current().name();
  std::string link_mode_preference = "dynamic";
  std::vector<std::string> asset_types{"code", "data"};
  bool linking_enabled = false;
  bool link = false;
  std::string cc;
  std::string ar;
  std::string ld;
  std::string sanitizer;
  std::int64_t android_api = 30;
  std::string ios_sdk = "iphoneos";
  std::int64_t ios_version = 17;
  std::int64_t macos_version = 13;
  std::string recorded_uses;
  std::string compiler;
  std::vector<std::string> entry_points;
  std::vector<std::string> extensions;
  std::vector<std::string> defines;
  std::string user_defines;
  std::string pubspec;
  std::vector<std::string> pass_environment;
  std::string dart;
  std::string cxx;
  std::string sdk;
  std::string result;
  std::string bundle;
  std::string depfile;
  std::string native_assets;
  std::string build_result;
  int verbose = 0;
  bool quiet = false;
  std::optional<std::string> console{};
  std::optional<std::string> color{};
  workspace::ConsoleSettings console_settings{};  ///< of grapnel.toml
  unsigned jobs = 0;
  bool keep_going = false;
  std::string aggregate = "infra-first";
  unsigned retries = 0;
  double hook_timeout = 0;
  double silence_timeout = 0;
  double lock_timeout = 300;
  std::vector<std::string> force;
  bool no_cache = false;
  std::string events;
  std::vector<std::string> reports;
  bool no_github = false;
  std::vector<std::string> exit_codes;
};

/// --workspace alone.
void add_workspace_flag(CLI::App& app, std::string& workspace);
/// Where the packages are.
void add_where_flags(CLI::App& app, HookFlags& flags);
/// Tools that run hooks.
void add_tool_flags(CLI::App& app, HookFlags& flags);
/// All of them.
void add_hook_flags(CLI::App& app, HookFlags& flags);
/// "github, html, …", for help texts.
[[nodiscard]] std::string report_kinds();
/// --report alone.
CLI::Option* add_report_flag(CLI::App& app, std::vector<std::string>& reports);
/// --report, --events and --exit-code.
void add_report_flags(CLI::App& app, HookFlags& flags);

/// -v, -q, --console and --color.
void add_terminal_flags(CLI::App& app, HookFlags& flags);
/// What they and the environment make of standard error.
[[nodiscard]] report::TerminalOptions terminal_options(const HookFlags& flags);

/// Takes the workspace's defaults for the flags that were not given to `app`. A file that cannot be read or is wrong
/// has none here: the run reads it again and says why.
void use_defaults(const CLI::App& app, HookFlags& flags);

/// Fills in the command that the flags of `app` stand for. Throws CLI::ValidationError.
void fill(HookCommand& command, const CLI::App& app, const HookFlags& flags);

/// --hook-timeout, in seconds.
CLI::Option* add_hook_timeout_flag(CLI::App& app, double& seconds, const std::string& what);
/// Rounded up.
[[nodiscard]] std::chrono::milliseconds in_milliseconds(double seconds);

/// KIND=PATH. Throws CLI::ValidationError.
[[nodiscard]] std::vector<report::ReportRequest> report_requests(const std::vector<std::string>& texts);

/// CLASS=N. Throws CLI::ValidationError.
[[nodiscard]] ExitCodes exit_codes_of(const std::vector<std::string>& texts);

/// A tool that a flag names: a path, or a name on PATH; empty stays empty. Throws CLI::ValidationError.
[[nodiscard]] std::filesystem::path tool_of(const std::string& text, const char* flag);

/// As a path from the root; empty stays empty.
[[nodiscard]] std::filesystem::path absolute(const std::string& text);

}  // namespace grapnel::cli
