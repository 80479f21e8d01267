// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/errors.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/outcome/exception.hpp"
#include "runner/target/lifecycle.hpp"
#include "runner/target/project_build.hpp"
#include "runner/target/stage_events.hpp"
#include <grapnel/build_target.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

namespace grapnel {

namespace {

using namespace target;  // NOLINT(google-build-using-namespace): the public face of that room

void check(const TargetOptions& options) {
  if (!options.root.is_absolute()) throw std::invalid_argument("the root of a project has to be absolute");
}

void connect(TargetBuild& one, StageEvents& events) {
  one.surroundings.on_step = [&events](const std::string& what, const std::string& command) {
    events.step(what, command);
  };
  one.surroundings.on_output = [&events](HookOutput::Stream stream, std::string_view text) {
    events.output(stream, text);
  };
  one.surroundings.warn = [&events](const std::string& text) { events.warning(text); };
  one.surroundings.inform = [&events](const std::string& text) { events.info(text); };
}

/// Builds what is wanted, one target after another.
class Builds {
 public:
  Builds(ProjectBuild& build, StageEvents& events) : build_(build), events_(events) {}

  StageEnd run() {
    const TargetOptions& options = build_.options;
    const Variables& variables = build_.variables;
    const LifecycleOptions wanted{.clean = options.clean || variables.clean(),
                                  .clean_only = options.clean_only,
                                  .clean_hooks_after = options.clean_hooks_after || variables.clean_hooks_after(),
                                  .clean_hooks_on_failure = options.clean_hooks_on_failure,
                                  .hooks_only = options.hooks_only || variables.hooks_only(),
                                  .rules = rules_of(build_.like_hatch)};
    for (const std::string& warning : variables.warnings()) events_.warning(warning);
    for (const WantedTarget& one : build_.wanted()) {
      if (StageEnd end = run(one, wanted); !end.success()) return end;
    }
    return {};
  }

 private:
  StageEnd run(const WantedTarget& wanted, const LifecycleOptions& options) {
    TargetBuild one(build_, wanted.name, TargetBuild::Purpose::build);
    connect(one, events_);
    events_.enter(wanted.name, one.shown_directory);
    for (const std::string& warning : one.warnings) {
      if (told_.insert(warning).second) events_.warning(warning);
    }
    const std::vector<std::string> versions =
        select_versions(one.options, wanted.versions, one.target->versions(), one.target->default_versions());
    const Hooks hooks = one.make_hooks();
    for (const auto& hook : hooks) {
      StageEnd end;
      try {
        end = hook->construct();
      } catch (...) {
        end = ended(outcome::outcome_of_current_exception());
      }
      if (end.success()) continue;
      events_.hook_failed(*hook, end);
      return end;
    }
    return run_lifecycle(*one.target, hooks, versions, one.surroundings.directory, options, events_);
  }

  ProjectBuild& build_;
  StageEvents& events_;
  std::set<std::string> told_;
};

// The outcome of what was thrown; a stop is one, too.
Outcome outcome_now(const std::stop_token& stop) {
  if (stop.stop_requested()) {
    return outcome::worker_died({.end = Exited{0}, .stop = outcome::StopReason::canceled});
  }
  return outcome::outcome_of_current_exception();
}

}  // namespace

TargetResult build_targets(const TargetOptions& options, const std::stop_token& stop) {
  check(options);
  TargetResult result;
  try {
    if (options.hooks_only && options.no_hooks) {
      throw ProjectError("only hooks are wanted, and no hooks: nothing would be done. Leave out one of the two.");
    }
    ProjectBuild build(options, stop);
    StageEvents events(options.events, build.metadata.name, build.redactor);
    events.set_verbosity(build.verbosity());
    std::optional<StageEnd> end;
    try {
      end = Builds(build, events).run();
    } catch (...) {
      end = ended(outcome_now(stop));
    }
    result = {
        .outcome = std::move(end->outcome), .exit_code = end->exit_code, .artifacts = std::move(events.artifacts)};
    if (result.outcome.success()) result.outcome = outcome::returned();
  } catch (...) {
    result.outcome = outcome_now(stop);
    result.exit_code = result.outcome.exit_code;
  }
  return result;
}

RequirementsResult target_requirements(const TargetOptions& options, const std::stop_token& stop) {
  check(options);
  RequirementsResult result;
  try {
    ProjectBuild build(options, stop);
    StageEvents events(options.events, build.metadata.name, build.redactor);
    for (const WantedTarget& wanted : build.wanted()) {
      TargetBuild one(build, wanted.name, TargetBuild::Purpose::dependencies);
      connect(one, events);
      events.enter(wanted.name, {});
      add_requirements(result.requirements, static_requirements(one.options, one.hooks, build.requirements()));
      for (const auto& hook : one.make_hooks()) {
        StageEnd end;
        try {
          end = hook->construct();
          if (end.success()) {
            events.stage_begins(*hook, Stage::dependencies, "");
            end = hook->dependencies(result.requirements);
            events.stage_ended(*hook, Stage::dependencies, "", end);
          }
        } catch (...) {
          end = ended(outcome_now(stop));
        }
        // A plugin that is about to be installed cannot be asked yet.
        if (end.success() || end.is_forgivable) continue;
        result.outcome = std::move(end.outcome);
        result.exit_code = end.exit_code;
        return result;
      }
    }
    result.outcome = outcome::returned();
  } catch (...) {
    result.outcome = outcome_now(stop);
    result.exit_code = result.outcome.exit_code;
  }
  return result;
}

ConfiguredHooks target_hooks(const TargetOptions& options) {
  check(options);
  ConfiguredHooks result;
  try {
    const ProjectBuild build(options, {});
    for (const WantedTarget& wanted : build.wanted()) {
      for (const SelectedHook& hook :
           select_hooks(build.project, wanted.name, build.variables, build.like_hatch, result.warnings)) {
        result.hooks.push_back({.target = wanted.name,
                                .name = hook.name,
                                .what = describe_hook(hook, options.hooks),
                                .is_chosen = hook.is_chosen,
                                .reason = hook.reason,
                                .position = hook.table.path});
      }
    }
    std::vector<std::string> once;
    add_requirements(once, result.warnings);
    result.warnings = std::move(once);
    for (const std::string& warning : build.variables.warnings()) result.warnings.push_back(warning);
    result.outcome = outcome::returned();
  } catch (...) {
    result.outcome = outcome::outcome_of_current_exception();
  }
  return result;
}

}  // namespace grapnel
