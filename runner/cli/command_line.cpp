// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cli/command_line.hpp"

#include "hooks_api/base/utf8.hpp"
#include "runner/base/working_directory.hpp"
#include "runner/cli/daemon_flags.hpp"
#include "runner/cli/hook_flags.hpp"
#include "runner/cli/luciexe_arguments.hpp"
#include "runner/cli/target_flags.hpp"
#include <grapnel/version.hpp>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <limits>
#include <utility>

namespace grapnel::cli {

namespace {

constexpr const char* kExitCodes =
    "Exit code: 0 success, 1 build failure, 2 infra failure, 255 uncategorized, 64 wrong command line; a canceled run "
    "ends by "
    "the signal that canceled it.";

struct ValidateFlags {
  std::vector<std::string> files;
  std::string as;
  bool json = false;
  bool check_files = false;
};

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  names.reserve(validate::kDocumentKinds.size());
  for (const validate::DocumentKind kind : validate::kDocumentKinds) names.emplace_back(name_of(kind));
  return names;
}

CLI::App* add_validate(CLI::App& app, ValidateFlags& flags) {
  CLI::App* validate = app.add_subcommand("validate", "says all that is wrong with documents, each by itself");
  validate
      ->add_option("FILE", flags.files,
                   "input.json, output.json, a result, a package file or grapnel.toml; -: standard input")
      ->required();
  validate->add_option("--as", flags.as, "what the documents are; default: each is recognised")
      ->check(CLI::IsMember(kind_names()));
  validate->add_flag("--json", flags.json, "one JSON document on standard output");
  validate->add_flag("--check-files", flags.check_files, "the files that a document names have to exist");
  validate->footer(
      "Example: grapnel validate --as build-output output.json\n"
      "Exit code: 0 without errors, whatever is warned of; 1 with errors; 2 a FILE cannot be read; 64 wrong command "
      "line.");
  return validate;
}

ValidateCommand command_of(const ValidateFlags& flags) {
  return {.files = flags.files,
          .as = validate::document_kind(flags.as),
          .json = flags.json,
          .check_files = flags.check_files};
}

// The flags of the commands that only tell something, or remove something.
struct OtherFlags {
  std::string workspace;
  std::string package;
  bool json = false;
  std::vector<std::string> changed;
  std::string format = "text";
  std::optional<std::string> max_age;
  std::optional<std::string> max_size;
  bool dry_run = false;
  std::string from;
  std::vector<std::string> reports;
  std::string output;
};

// A number with a unit: "30d", "1.5h" is none. Nothing where it is none, or where the product is too large.
std::optional<std::uint64_t> measured(const std::string& text, const std::vector<std::pair<char, std::uint64_t>>& units,
                                      std::uint64_t limit) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc()) return std::nullopt;
  const auto unit = std::find_if(units.begin(), units.end(), [&, rest = rest](const auto& one) {
    return one.first == '\0' ? rest == end : rest + 1 == end && *rest == one.first;
  });
  if (unit == units.end() || number > limit / unit->second) return std::nullopt;
  return number * unit->second;
}

engine::GarbageLimits limits_of(const OtherFlags& flags) {
  engine::GarbageLimits limits;
  constexpr std::uint64_t kMinute = 60;
  constexpr std::uint64_t kHour = 60 * kMinute;
  constexpr std::uint64_t kDay = 24 * kHour;
  constexpr std::uint64_t kCentury = 36'500 * kDay;
  constexpr std::uint64_t kKilo = 1024;
  if (flags.max_age) {
    const auto age =
        measured(*flags.max_age, {{'s', 1}, {'m', kMinute}, {'h', kHour}, {'d', kDay}, {'w', 7 * kDay}}, kCentury);
    if (!age) {
      throw CLI::ValidationError("--max-age", "found '" + *flags.max_age + "'; expected a number and s, m, h, d or w");
    }
    limits.max_age = std::chrono::seconds(*age);
  }
  if (flags.max_size) {
    limits.max_size = measured(*flags.max_size,
                               {{'\0', 1},
                                {'K', kKilo},
                                {'M', kKilo * kKilo},
                                {'G', kKilo * kKilo * kKilo},
                                {'T', kKilo * kKilo * kKilo * kKilo}},
                               std::numeric_limits<std::uint64_t>::max());
    if (!limits.max_size) {
      throw CLI::ValidationError(
          "--max-size", "found '" + *flags.max_size + "'; expected a number of bytes, or one and K, M, G or T");
    }
  }
  return limits;
}

// For the commands that need no more of the project than where it is.
std::filesystem::path workspace_of(const OtherFlags& flags) {
  if (!flags.workspace.empty()) return absolute(flags.workspace);
  return find_package_config(working_directory());
}

void add_why(CLI::App& app, OtherFlags& flags) {
  CLI::App* why = app.add_subcommand("why", "says why the hooks of the last run ran");
  why->add_option("PACKAGE", flags.package, "only this package");
  why->add_flag("--json", flags.json, "one JSON document on standard output");
  add_workspace_flag(*why, flags.workspace);
  why->footer(
      "Example: grapnel why sqlite3\nExit code: 0, also where nothing is known; 1 there is no such package; 2 what is "
      "known cannot be read; 64 wrong command line.");
}

void add_logs(CLI::App& app, OtherFlags& flags) {
  CLI::App* logs = app.add_subcommand("logs", "shows what hooks printed when they ran last");
  logs->add_option("PACKAGE", flags.package, "the package whose hooks; default: a list of the last run's logs");
  add_workspace_flag(*logs, flags.workspace);
  logs->footer(
      "Example: grapnel logs sqlite3\nExit code: 0, also where nothing ran yet; 1 there is no such package; 2 a log "
      "cannot be read; 64 wrong command line.");
}

void add_plan(CLI::App& app, bool is_named, HookFlags& flags, OtherFlags& others) {
  CLI::App* plan = app.add_subcommand("plan", "says what a build would run, and why; starts and writes nothing");
  plan->add_option("--changed", others.changed,
                   "a file or directory that counts as changed, with all below it; may be repeated")
      ->expected(1, -1);
  plan->add_flag("--json", others.json, "one JSON document on standard output");
  if (is_named) add_hook_flags(*plan, flags);
  plan->add_flag("--linking-enabled,!--no-linking-enabled", flags.linking_enabled,
                 "as for a build with --link or --linking-enabled");
  plan->footer(
      "The flags are those of 'grapnel build'; results are not written.\nExample: grapnel plan --changed "
      "src/sqlite3.c\nExit code: 0, whatever would run; otherwise that of a build that cannot begin.");
}

void add_graph(CLI::App& app, HookFlags& flags, OtherFlags& others) {
  CLI::App* graph = app.add_subcommand("graph", "shows the packages with hooks, and those between them");
  graph->add_option("--format", others.format, "text, dot (for Graphviz) or json")
      ->capture_default_str()
      ->check(CLI::IsMember({"text", "dot", "json"}));
  add_where_flags(*graph, flags);
  add_tool_flags(*graph, flags);
  graph->footer(
      "Example: grapnel graph --format dot | dot -Tsvg -o hooks.svg\nExit code: 0, or that of a build that cannot "
      "begin.");
}

void add_clean(CLI::App& app, OtherFlags& flags) {
  CLI::App* clean = app.add_subcommand("clean", "removes what hooks and their programs left");
  clean->add_option("PACKAGE", flags.package, "only of this package");
  add_workspace_flag(*clean, flags.workspace);
  clean->footer(
      "Example: grapnel clean sqlite3\nExit code: 0 all of it is gone; 1 there is no such package; 2 something was "
      "left, as it is in use or cannot be removed; 64 wrong command line.");
}

void add_gc(CLI::App& app, OtherFlags& flags) {
  CLI::App* gc = app.add_subcommand("gc", "removes what is no longer used, never what a run uses");
  gc->add_option("--max-age", flags.max_age,
                 "remove configs that were not used for longer: a number and s, m, h, d or w");
  gc->add_option("--max-size", flags.max_size,
                 "then the least recently used ones until all is smaller: bytes, or a number and K, M, G or T");
  gc->add_flag("--dry-run", flags.dry_run, "only say what would go");
  add_workspace_flag(*gc, flags.workspace);
  gc->footer(
      "Without limits: programs and shared directories of packages that the workspace no longer has.\nExample: grapnel "
      "gc --max-age 30d --max-size 2G\nExit code: 0, also where something is in use; 2 something cannot be removed; 64 "
      "wrong command line.");
}

void add_report(CLI::App& app, OtherFlags& flags) {
  CLI::App* report = app.add_subcommand("report", "makes reports from the events of a run that is over");
  report->add_option("--from", flags.from, "what 'grapnel build --events FILE' wrote; '-' is standard input")
      ->required();
  add_report_flag(*report, flags.reports)->required();
  report->footer(
      "Example: grapnel report --from events.jsonl --report html=run.html\nExit code: 0 all are written, also of a run "
      "whose events were cut off; 1 the file is no file of events; 2 something cannot be read or written; 64 wrong "
      "command line.");
}

// For help and for errors: what can be run, luciexe_command() has read before.
void add_luciexe(CLI::App& app, OtherFlags& flags) {
  CLI::App* luciexe = app.add_subcommand("luciexe", "runs the build as a luciexe, for LUCI's hosts");
  luciexe->add_option("--output", flags.output,
                      "a file for the last Build, which the extension names the form of: .pb, .json or .textpb");
  luciexe->footer(
      "A binary Build comes on standard input. Its input.properties has the flags of 'grapnel build' in an object "
      "'grapnel': {\"grapnel\": {\"link\": true, \"jobs\": 4}}; those that follow here, also behind --, win.\n"
      "Example: grapnel luciexe --output /out/build.json -- --workspace app/grapnel.toml < build.pb\n"
      "Exit code: 0 exactly where the Build says SUCCESS; 1 also where --output cannot be written; otherwise that of "
      "'grapnel build'.");
}

// The command that was given of those that run hooks, or would.
Command command_of(const CLI::App& given, const HookFlags& flags, const OtherFlags& others) {
  const auto filled = [&](auto command) {
    fill(command, given, flags);
    command.request.linking_enabled = flags.linking_enabled || flags.link;
    return command;
  };
  if (given.get_name() == "build") {
    BuildCommand command = filled(BuildCommand{});
    command.link = flags.link;
    return command;
  }
  if (given.get_name() == "plan") {
    PlanCommand command = filled(PlanCommand{});
    for (const std::string& path : others.changed) command.changed.push_back(absolute(path));
    command.json = others.json;
    return command;
  }
  if (given.get_name() == "graph") {
    GraphCommand command = filled(GraphCommand{});
    command.format = others.format == "dot"    ? GraphCommand::Format::dot
                     : others.format == "json" ? GraphCommand::Format::json
                                               : GraphCommand::Format::text;
    return command;
  }
  LinkCommand command;
  fill(command, given, flags);
  command.build_result = absolute(flags.build_result);
  return command;
}

}  // namespace

std::string document_kind_names() {
  std::string text;
  for (const validate::DocumentKind kind : validate::kDocumentKinds) {
    if (!text.empty()) text += kind == validate::kDocumentKinds.back() ? " or " : ", ";
    text += name_of(kind);
  }
  return text;
}

Parsed parse_command_line(int argc, const char* const* argv) {
  if (auto luciexe = luciexe_command(argc, argv)) return *luciexe;
  // The flags of a command that is not named are not asked for: to make them all would be felt in every short run.
  const auto is_named = [&](std::string_view command) { return std::find(argv, argv + argc, command) != argv + argc; };
  CLI::App app("Runs the hooks of an application's packages before it is compiled, and says what their end means.",
               "grapnel");
  app.set_version_flag("--version", "grapnel " + std::string(version()));
  app.require_subcommand(1);
  app.footer(std::string("Example: grapnel build --bundle out\n") + kExitCodes);

  HookFlags flags;
  CLI::App* build = app.add_subcommand("build", "runs the build hooks, dependencies first");
  if (is_named("build")) {
    add_hook_flags(*build, flags);
    build->add_flag("--linking-enabled,!--no-linking-enabled", flags.linking_enabled,
                    "tell the hooks that link hooks will run later; on with --link");
    CLI::Option* link_too =
        build->add_flag("--link", flags.link, "run the link hooks too, with what the build hooks sent to them");
    for (const char* name : {"--recorded-uses", "--compiler", "--entry-point"})
      build->get_option(name)->needs(link_too);
  }
  build->footer(std::string("Example: grapnel build --link --bundle out --result out/result.json\n") + kExitCodes);

  CLI::App* link =
      app.add_subcommand("link", "runs the link hooks, the application's first, after a build in another process");
  if (is_named("link")) {
    add_hook_flags(*link, flags);
    link->add_option("--build-result", flags.build_result, "what 'grapnel build --linking-enabled --result' wrote")
        ->required();
  }
  link->footer(std::string("Example: grapnel link --build-result out/build.json --bundle out\n") + kExitCodes);

  ValidateFlags validate_flags;
  const CLI::App* validate = add_validate(app, validate_flags);

  OtherFlags others;
  add_why(app, others);
  add_logs(app, others);
  add_plan(app, is_named("plan"), flags, others);
  add_graph(app, flags, others);
  add_clean(app, others);
  add_gc(app, others);
  add_report(app, others);
  add_luciexe(app, others);
  DaemonFlags daemon;
  add_daemon(app, daemon);
  TargetFlags target;
  add_target(app, is_named("target"), target);

  try {
    for (int i = 1; i < argc; ++i) {
      if (!hooks::base::is_utf8(argv[i])) {
        throw CLI::ValidationError(hooks::base::to_utf8(argv[i]), "not UTF-8, which no hook could be told");
      }
    }
    app.parse(argc, argv);
    if (validate->parsed()) return command_of(validate_flags);
    const CLI::App& given = *app.get_subcommands().front();
    const std::string& name = given.get_name();
    if (name == "why") return WhyCommand{workspace_of(others), others.package, others.json};
    if (name == "logs") return LogsCommand{workspace_of(others), others.package};
    if (name == "clean") return CleanCommand{workspace_of(others), others.package};
    if (name == "gc") return GcCommand{workspace_of(others), limits_of(others), others.dry_run};
    if (name == "report") {
      return ReportCommand{others.from == "-" ? others.from : absolute(others.from).string(),
                           report_requests(others.reports)};
    }
    if (name == "daemon") return command_of(daemon);
    if (name == "target") return command_of(*given.get_subcommands().front(), target);
    use_defaults(given, flags);
    return command_of(given, flags, others);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, std::cout, std::cerr) == 0 ? 0 : kUsageError;
  }
}

}  // namespace grapnel::cli
