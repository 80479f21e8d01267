// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The command line: what the user asked for. The only place that knows CLI11.
#pragma once

#include "runner/engine/garbage.hpp"
#include "runner/report/reports.hpp"
#include "runner/report/terminal.hpp"
#include "runner/validate/document_kind.hpp"
#include <grapnel/build_target.hpp>
#include <grapnel/hookd_client.hpp>
#include <grapnel/runner.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace grapnel::cli {

/// Exit code for a wrong command line (sysexits' EX_USAGE). Never 2, which means infra.
inline constexpr int kUsageError = 64;

/// Exit codes that the user wants for classes, in place of those of the table.
using ExitCodes = std::map<OutcomeClass, int>;

/// What `build` and `link` have in common.
struct HookCommand {
  /// package_config.json or grapnel.toml, absolute; empty: nearest upwards.
  std::filesystem::path workspace;
  std::string root_package;       ///< empty: the package around the working directory
  std::filesystem::path pubspec;  ///< absolute; empty: the one of a Dart workspace, where it has one
  std::vector<std::string> pass_environment;
  DevDependencies dev_dependencies = DevDependencies::no;
  Tools tools;
  // How to run.
  unsigned jobs = 0;  ///< 0: as many as there are processors
  bool keep_going = false;
  Aggregate aggregate = Aggregate::infra_first;
  unsigned retries = 0;
  std::chrono::milliseconds hook_timeout{0};
  std::chrono::milliseconds silence_timeout{0};
  std::chrono::milliseconds lock_timeout{0};
  bool use_cache = true;
  bool force_all = false;
  std::vector<std::string> force;
  BuildRequest request;  ///< linking_enabled is build's alone
  // Where link hooks run.
  std::filesystem::path recorded_uses;
  std::string compiler;
  std::vector<std::string> entry_points;
  // Results; empty: not wanted.
  std::filesystem::path result;
  std::filesystem::path bundle;
  std::filesystem::path depfile;
  std::filesystem::path depfile_target;  ///< as the user wrote it: make and ninja compare it by its text
  std::filesystem::path native_assets;
  // Reports.
  std::string events;  ///< "-" is standard output; empty: none
  std::vector<report::ReportRequest> reports;
  bool is_github_wanted = true;  ///< inside GitHub Actions
  ExitCodes exit_codes;
  report::TerminalOptions terminal{};  ///< of standard error
};

/// `grapnel build`.
struct BuildCommand : HookCommand {
  bool link = false;  ///< run the link hooks too
};

/// `grapnel link`.
struct LinkCommand : HookCommand {
  std::filesystem::path build_result;
};

/// `grapnel validate`.
struct ValidateCommand {
  std::vector<std::string> files;              ///< as the user named them; "-": standard input
  std::optional<validate::DocumentKind> as{};  ///< absent: each is recognised
  bool json = false;                           ///< the verdicts as one JSON document
  bool check_files = false;                    ///< what the documents name has to exist
};

/// `grapnel why`.
struct WhyCommand {
  std::filesystem::path workspace;  ///< as in HookCommand
  std::string package;              ///< empty: all
  bool json = false;
};

/// `grapnel logs`.
struct LogsCommand {
  std::filesystem::path workspace;  ///< as in HookCommand
  std::string package;              ///< empty: a list of all
};

/// `grapnel plan`.
struct PlanCommand : HookCommand {
  std::vector<std::filesystem::path> changed;  ///< absolute
  bool json = false;
};

/// `grapnel graph`.
struct GraphCommand : HookCommand {
  enum class Format { text, dot, json };
  Format format = Format::text;
};

/// `grapnel clean`.
struct CleanCommand {
  std::filesystem::path workspace;  ///< as in HookCommand
  std::string package;              ///< empty: all
};

/// `grapnel gc`.
struct GcCommand {
  std::filesystem::path workspace;  ///< as in HookCommand
  engine::GarbageLimits limits;
  bool dry_run = false;
};

/// `grapnel report`.
struct ReportCommand {
  std::string from;  ///< a file of events; "-" is standard input
  std::vector<report::ReportRequest> reports;
};

/// `grapnel luciexe`.
struct LuciexeCommand {
  std::filesystem::path output;        ///< absolute; empty: not wanted
  std::vector<std::string> arguments;  ///< flags of `grapnel build`, as they were given
};

/// `grapnel daemon`.
struct DaemonCommand {
  std::filesystem::path source_tree;  ///< as the user named it; empty: the working directory
  HookdProtocol protocol = HookdProtocol::seed;
  std::filesystem::path python;  ///< as the user named it; empty: chosen
  std::chrono::milliseconds hook_timeout{0};
  std::filesystem::path log;  ///< absolute; empty: none
  std::string events;         ///< a file, absolute; empty: none
  std::vector<report::ReportRequest> reports;
};

/// `grapnel target`.
struct TargetCommand {
  enum class Action { build, clean, hooks, dependencies, serve };
  Action action = Action::build;
  TargetOptions options;  ///< but for what sees events and stops
  bool json = false;      ///< one JSON document on standard output
  std::string events;     ///< a file, absolute; empty: none
  std::vector<report::ReportRequest> reports;
  ExitCodes exit_codes;
  report::TerminalOptions terminal{};  ///< of standard error
};

/// The names of the kinds of documents, for messages: "build-input, build-output, … or grapnel-toml".
[[nodiscard]] std::string document_kind_names();

using Command =
    std::variant<BuildCommand, LinkCommand, ValidateCommand, WhyCommand, LogsCommand, PlanCommand, GraphCommand,
                 CleanCommand, GcCommand, ReportCommand, LuciexeCommand, DaemonCommand, TargetCommand>;

/// A command to run, or the exit code of what was said already: help, the version, a usage error.
using Parsed = std::variant<Command, int>;

/// Reads the command line; prints help and version to standard output, errors to standard error.
[[nodiscard]] Parsed parse_command_line(int argc, const char* const* argv);

}  // namespace grapnel::cli
