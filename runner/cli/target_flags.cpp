// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cli/target_flags.hpp"

#include "runner/base/working_directory.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace grapnel::cli {

namespace {

constexpr const char* kExitCodes =
    "Exit code: 0 success, 1 build failure, 2 infra failure, 255 uncategorized, N where a hook called abort(N), 64 "
    "wrong command line; a canceled build ends by the signal that canceled it.";

void add_root_flag(CLI::App& app, TargetFlags& flags) {
  app.add_option("--root", flags.root, "the project's directory; default: the working directory")
      ->group("What to build");
}

void add_like_hatch_flag(CLI::App& app, TargetFlags& flags) {
  app.add_option("--like-hatch", flags.like_hatch,
                 "be as Hatch is where grapnel does better: names of docs/build-targets.md, or all; may be repeated")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->group("What to build");
}

void add_tools(CLI::App& app, TargetFlags& flags) {
  add_tool_flags(app, flags.common);
  app.add_option("--python", flags.python,
                 "the interpreter of hooks in Python, a path or a name on PATH; default: that of VIRTUAL_ENV, else "
                 "python3")
      ->group("Tools that run hooks");
}

void add_running_flags(CLI::App& app, TargetFlags& flags) {
  const std::string running = "How to run";
  add_hook_timeout_flag(app, flags.common.hook_timeout,
                        "end a stage of a hook that takes longer, in seconds; default: never")
      ->group(running);
  app.add_flag("--no-cache", flags.common.no_cache,
               "run also hooks that would run once for an input, and build their programs anew")
      ->group(running);
}

void add_what_flags(CLI::App& app, TargetFlags& flags) {
  const std::string what = "What to build";
  app.add_option("-t,--target", flags.targets,
                 "NAME[:VERSION,VERSION]: a target, and which versions of it; may be repeated; default: sdist, then "
                 "wheel")
      ->allow_extra_args(false)
      ->group(what);
  add_root_flag(app, flags);
  app.add_flag("--no-hooks", flags.no_hooks, "run no hooks, as HATCH_BUILD_NO_HOOKS does")->group(what);
  add_like_hatch_flag(app, flags);
}

// Of the commands that run something.
void add_run_flags(CLI::App& app, TargetFlags& flags) {
  add_tools(app, flags);
  add_running_flags(app, flags);
  app.add_option("--config-setting", flags.config_settings,
                 "KEY=VALUE: what a PEP 517 front end lets its user say; may be repeated, also for one key")
      ->allow_extra_args(false)
      ->group("How to run");
  add_terminal_flags(app, flags.common);
  add_report_flags(app, flags.common);
  app.get_option("--report")
      ->description("KIND=PATH: a report, written when all is over, whatever the end; may be repeated. Kinds: " +
                    report_kinds());
  app.get_option("--events")->description("write all that happens to this file, as JSON Lines");
}

void add_place_flags(CLI::App& app, TargetFlags& flags) {
  app.add_option("-d,--directory", flags.directory,
                 "where artifacts go; default: HATCH_BUILD_LOCATION, what the project says, or dist")
      ->group("What to build");
  app.add_flag("--hooks-only", flags.hooks_only, "initialize, or clean, the hooks, and nothing else")
      ->group("What to build");
}

void add_build(CLI::App& target, TargetFlags& flags) {
  CLI::App* build = target.add_subcommand("build", "builds targets, with their hooks around each");
  add_what_flags(*build, flags);
  add_place_flags(*build, flags);
  const std::string cleaning = "What to clean";
  build->add_flag("-c,--clean", flags.clean, "clean before building")->group(cleaning);
  build->add_flag("--clean-only", flags.clean_only, "clean, and build nothing")->group(cleaning);
  build->add_flag("--clean-hooks-after", flags.clean_hooks_after, "clean the hooks again after each version")
      ->group(cleaning);
  build
      ->add_flag("--clean-hooks-on-failure", flags.clean_hooks_on_failure,
                 "after a failure, clean the hooks that did initialize")
      ->group(cleaning);
  add_run_flags(*build, flags);
  build->footer(std::string("Standard output has the path of each artifact, one a line.\n"
                            "Example: grapnel target build -t wheel -d out\n") +
                kExitCodes);
}

void add_clean(CLI::App& target, TargetFlags& flags) {
  CLI::App* clean = target.add_subcommand("clean", "removes what builds of targets, and their hooks, left");
  add_what_flags(*clean, flags);
  add_place_flags(*clean, flags);
  add_run_flags(*clean, flags);
  clean->footer(std::string("Example: grapnel target clean -t wheel\n") + kExitCodes);
}

void add_hooks(CLI::App& target, TargetFlags& flags) {
  CLI::App* hooks =
      target.add_subcommand("hooks", "says which hooks run in which order, and why each does or does not; starts none");
  add_what_flags(*hooks, flags);
  hooks->add_flag("--json", flags.json, "one JSON document on standard output");
  hooks->footer(
      "Example: grapnel target hooks -t wheel\nExit code: 0, whatever would run; otherwise that of a build that cannot "
      "begin.");
}

void add_dependencies(CLI::App& target, TargetFlags& flags) {
  CLI::App* dependencies =
      target.add_subcommand("dependencies", "says what has to be installed for the hooks, one requirement a line");
  add_what_flags(*dependencies, flags);
  dependencies->add_flag("--json", flags.json, "one JSON document on standard output");
  add_run_flags(*dependencies, flags);
  dependencies->footer(std::string("Example: pip install $(grapnel target dependencies -t wheel)\n") + kExitCodes);
}

// What the Hatch plugin starts; people have no use for it.
void add_serve(CLI::App& target, TargetFlags& flags) {
  CLI::App* serve = target.add_subcommand("serve", "runs a target's hooks for another build system");
  serve->group("");
  add_root_flag(*serve, flags);
  add_like_hatch_flag(*serve, flags);
  add_tools(*serve, flags);
  add_running_flags(*serve, flags);
  serve->footer(
      "Standard input and output are the conversation, as runner/target/serve.hpp has it.\nExit code: 0; 255 where "
      "what "
      "was asked for is not understood; 64 wrong command line.");
}

std::vector<WantedTarget> targets_of(const std::vector<std::string>& texts) {
  std::vector<WantedTarget> targets;
  for (const std::string& text : texts) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    WantedTarget& target = targets.emplace_back(WantedTarget{.name = text.substr(0, colon)});
    if (target.name.empty()) {
      throw CLI::ValidationError("--target", "found '" + text + "'; expected NAME or NAME:VERSION,VERSION");
    }
    if (colon + 1 >= text.size()) continue;
    for (std::size_t begin = colon + 1; begin <= text.size();) {
      const std::size_t end = std::min(text.find(',', begin), text.size());
      target.versions.push_back(text.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return targets;
}

// As front ends do it: a key that comes again makes a list.
hooks::Json config_settings_of(const std::vector<std::string>& texts) {
  if (texts.empty()) return {};
  hooks::Json::Object settings;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw CLI::ValidationError("--config-setting", "found '" + text + "'; expected KEY=VALUE");
    }
    const std::string key = text.substr(0, equals);
    std::string value = text.substr(equals + 1);
    hooks::Json* known = settings.find(key);
    if (known == nullptr) {
      settings[key] = std::move(value);
    } else if (hooks::Json::Array* list = known->as_array()) {
      list->emplace_back(std::move(value));
    } else {
      *known = hooks::Json::Array{std::move(*known), hooks::Json(std::move(value))};
    }
  }
  return settings;
}

// Without a slash at the end, as paths are shown to hooks.
std::filesystem::path root_of(const std::string& text) {
  std::filesystem::path root = text.empty() ? working_directory() : absolute(text);
  if (!root.has_filename() && root.has_relative_path()) root = root.parent_path();
  return root;
}

}  // namespace

void add_target(CLI::App& app, bool is_named, TargetFlags& flags) {
  CLI::App* target =
      app.add_subcommand("target", "builds sdists, wheels and other targets, with hooks in stages around each");
  target->footer("Example: grapnel target build -t wheel");
  if (!is_named) return;
  target->require_subcommand(1);
  add_build(*target, flags);
  add_clean(*target, flags);
  add_hooks(*target, flags);
  add_dependencies(*target, flags);
  add_serve(*target, flags);
}

TargetCommand command_of(const CLI::App& given, TargetFlags flags) {
  using Action = TargetCommand::Action;
  const std::filesystem::path root = root_of(flags.root);
  std::error_code error;
  if (std::filesystem::exists(root / "grapnel.toml", error)) {
    flags.common.workspace = (root / "grapnel.toml").string();
    use_defaults(given, flags.common);
  }
  const std::string& name = given.get_name();
  const Action action = name == "clean"          ? Action::clean
                        : name == "hooks"        ? Action::hooks
                        : name == "dependencies" ? Action::dependencies
                        : name == "serve"        ? Action::serve
                                                 : Action::build;
  std::vector<report::ReportRequest> reports = report_requests(flags.common.reports);
  const bool is_stdout_wanted =
      flags.common.events == "-" ||
      std::any_of(reports.begin(), reports.end(), [](const auto& one) { return one.path == "-"; });
  if (is_stdout_wanted) {
    throw CLI::ValidationError(flags.common.events == "-" ? "--events" : "--report",
                               "found '-'; standard output has what was asked for, so name a file");
  }
  // Member by member, not as one initializer: g++ 12 destroys some of its members twice where a later one throws.
  TargetCommand command;
  command.action = action;
  command.json = flags.json;
  command.events = absolute(flags.common.events).string();
  command.reports = std::move(reports);
  command.exit_codes = exit_codes_of(flags.common.exit_codes);
  command.terminal = terminal_options(flags.common);
  TargetOptions& options = command.options;
  options.root = root;
  options.directory = flags.directory;
  options.targets = targets_of(flags.targets);
  options.clean = flags.clean;
  options.clean_only = flags.clean_only || action == Action::clean;
  options.clean_hooks_after = flags.clean_hooks_after;
  options.clean_hooks_on_failure = flags.clean_hooks_on_failure;
  options.hooks_only = flags.hooks_only;
  options.no_hooks = flags.no_hooks;
  options.like_hatch = flags.like_hatch;
  options.python = tool_of(flags.python, "--python");
  options.tools.dart = tool_of(flags.common.dart, "--dart");
  options.tools.cxx = tool_of(flags.common.cxx, "--cxx");
  options.tools.sdk = absolute(flags.common.sdk);
  options.verbosity = flags.common.verbose - (flags.common.quiet ? 1 : 0);
  options.config_settings = config_settings_of(flags.config_settings);
  options.hook_timeout = in_milliseconds(flags.common.hook_timeout);
  options.use_cache = !flags.common.no_cache;
  return command;
}

}  // namespace grapnel::cli
