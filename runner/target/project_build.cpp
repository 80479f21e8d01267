// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/project_build.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"
#include "runner/base/working_directory.hpp"
#include "runner/dist/project_name.hpp"
#include "runner/dist/selection.hpp"
#include "runner/target/dist_targets.hpp"
#include "runner/target/loop.hpp"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace grapnel::target {

namespace fs = std::filesystem;
using hooks::Json;
using hooks::base::shown;

namespace {

Environment environment_of(const TargetOptions& options) {
  Environment environment;
  if (options.environment) {
    environment = *options.environment;
  } else {
    for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
      environment.emplace_back(*variable);
    }
  }
  // As Hatch's own flag does it: hooks see it too.
  if (options.no_hooks) environment.emplace_back("HATCH_BUILD_NO_HOOKS=true");
  std::sort(environment.begin(), environment.end());
  return environment;
}

LikeHatch like_hatch_of(const TargetOptions& options, const workspace::BuildProject& project) {
  std::vector<std::string> names = options.like_hatch;
  if (project.own_build) {
    if (const Json* value = project.own_build->find("like-hatch")) {
      const std::vector<std::string> more =
          workspace::strings_of({value, project.own_build->path_of("like-hatch"), &*project.own_build, "like-hatch"});
      names.insert(names.end(), more.begin(), more.end());
    }
  }
  return LikeHatch(names);
}

bool is_program(const workspace::Table& target) {
  return target.find("path") != nullptr || target.find("command") != nullptr;
}

fs::path temporary_directory(const Environment& environment) {
  const std::string_view named = value_of(environment, "TMPDIR");
  return named.empty() ? "/tmp" : fs::path(named);
}

// A list of {"path", "relative_path", "distribution_path"}.
hooks::Json files_to_json(const std::vector<dist::ShippedFile>& files) {
  hooks::Json::Array list;
  list.reserve(files.size());
  for (const dist::ShippedFile& file : files) {
    list.emplace_back(hooks::Json::Object{{"path", file.path.native()},
                                          {"relative_path", file.relative_path},
                                          {"distribution_path", file.distribution_path}});
  }
  return list;
}

}  // namespace

ProjectBuild::ProjectBuild(const TargetOptions& build_options, std::stop_token build_stop)
    : options(build_options),
      project(workspace::load_build_project(build_options.root)),
      like_hatch(like_hatch_of(build_options, project)),
      environment_of_build(environment_of(build_options)),
      variables(environment_of_build, like_hatch),
      metadata(dist::read_metadata(project)),
      policy(project.settings.environment),
      redactor(environment_of_build, policy),
      stop(std::move(build_stop)),
      loop(std::make_unique<Loop>(Loop::Options{.stop = stop,
                                                .kill = build_options.kill,
                                                .grace_period = build_options.grace_period,
                                                .temporary_directory = temporary_directory(environment_of_build)})) {}

ProjectBuild::~ProjectBuild() = default;

std::vector<std::string> target_names(const workspace::BuildProject& project) {
  std::vector<std::string> names{"sdist", "wheel"};
  if (const workspace::Table* targets = project.build.table("targets")) {
    for (const auto& [name, table] : targets->tables) {
      if (name != "sdist" && name != "wheel" && is_program(table)) names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<WantedTarget> ProjectBuild::wanted() const {
  std::vector<WantedTarget> all = options.targets;
  if (all.empty()) all = {{.name = "sdist"}, {.name = "wheel"}};
  std::vector<WantedTarget> joined;
  const std::vector<std::string> known = target_names(project);
  std::vector<std::string> unknown;
  for (const WantedTarget& one : all) {
    if (std::find(known.begin(), known.end(), one.name) == known.end()) {
      add_requirements(unknown, {one.name});
      continue;
    }
    const auto same = std::find_if(joined.begin(), joined.end(), [&](const auto& it) { return it.name == one.name; });
    if (same == joined.end()) {
      joined.push_back(one);
    } else {
      same->versions.insert(same->versions.end(), one.versions.begin(), one.versions.end());
    }
  }
  if (unknown.empty()) return joined;
  std::sort(unknown.begin(), unknown.end());
  std::string text;
  for (const std::string& name : unknown) text += (text.empty() ? "" : ", ") + shown(name);
  std::string there;
  for (const std::string& name : known) there += (there.empty() ? "" : ", ") + name;
  throw ProjectError(
      "unknown targets: " + text + "; there are " + there +
      ". A target of your own is a table [build.targets.NAME] of grapnel.toml with `path` or `command`.");
}

fs::path ProjectBuild::directory_of(const workspace::BuildOptions& target) const {
  if (!options.directory.empty()) return options.directory;
  if (const std::string location = variables.location(); !location.empty()) return project.root / location;
  const std::string configured = target.string("directory").value_or("dist");
  return (project.root / (configured.empty() ? "dist" : configured)).lexically_normal();
}

ProjectRequirements ProjectBuild::requirements() const {
  return {.runtime = [this] { return dist::runtime_dependencies(metadata); },
          .feature = [this](const std::string& feature) -> std::optional<std::vector<std::string>> {
            for (const auto& [name, requirements] : metadata.optional_dependencies) {
              if (name == feature) return dist::feature_dependencies(metadata, feature);
            }
            return std::nullopt;
          },
          .normalised = [](const std::string& feature) { return dist::normal_project_name(feature); }};
}

TargetBuild::TargetBuild(ProjectBuild& build, const std::string& name, Purpose purpose)
    : options(build.project.build, name),
      shown_directory(purpose == Purpose::build ? build.directory_of(options) : fs::path()),
      hooks(select_hooks(build.project, name, build.variables, build.like_hatch, warnings)),
      environment(build.environment_of_build, build.policy),
      surroundings{.loop = *build.loop,
                   .stop = build.stop,
                   .kill = build.options.kill,
                   .grace_period = build.options.grace_period,
                   .project = build.project,
                   .target = name,
                   .directory = {},
                   .project_name = build.metadata.name,
                   .project_version = build.metadata.version,
                   .metadata = dist::metadata_to_json(build.metadata),
                   .verbosity = build.verbosity(),
                   .config_settings = build.options.config_settings,
                   .environment = environment,
                   .policy = build.policy,
                   .redactor = build.redactor,
                   .like_hatch = build.like_hatch,
                   .tools = build.options.tools,
                   .python = build.options.python,
                   .hook_timeout = build.options.hook_timeout,
                   .use_cache = build.options.use_cache},
      maker(surroundings, build.options.hooks),
      target(make_target(build, *this, name)) {
  target->check();
  if (purpose == Purpose::build) {
    // Python's hooks see what Hatch would give them where that is wanted.
    const bool is_raw = build.like_hatch[Improvement::absolute_directory];
    surroundings.directory = is_raw ? shown_directory : (working_directory() / shown_directory).lexically_normal();
    if (!surroundings.directory.has_filename()) surroundings.directory = surroundings.directory.parent_path();
    value_or_throw(hooks::base::create_directories(surroundings.directory));
  }
  surroundings.build_config = dist::effective_config(build.project, options);
  surroundings.build_config["directory"] = surroundings.directory.native();
  surroundings.files = [&build, this] { return files_to_json(dist::selected_files(build.project, options)); };
}

TargetBuild::~TargetBuild() { maker.close(); }

std::vector<std::unique_ptr<StagedHook>> TargetBuild::make_hooks() {
  std::vector<std::unique_ptr<StagedHook>> made;
  for (const SelectedHook& hook : hooks) {
    if (hook.is_chosen) made.push_back(maker.make(hook, static_cast<std::int64_t>(made.size())));
  }
  return made;
}

DataRules rules_of(const LikeHatch& like_hatch) {
  return {.types = !like_hatch[Improvement::validation], .containment = !like_hatch[Improvement::containment]};
}

std::unique_ptr<Target> make_target(ProjectBuild& build, TargetBuild& target, const std::string& name) {
  DistParts parts{.surroundings = target.surroundings,
                  .options = target.options,
                  .metadata = build.metadata,
                  .hook_sources = {},
                  .stop = build.stop};
  if (name == "wheel") return wheel_target(std::move(parts));
  if (name != "sdist") return program_target(target.surroundings, target.options);
  if (!build.like_hatch[Improvement::hook_sources]) {
    // Of all hooks of all targets: whoever builds from the sdist needs them.
    for (const std::string& one : target_names(build.project)) {
      std::vector<std::string> ignored;
      for (const SelectedHook& hook : select_hooks(build.project, one, build.variables, build.like_hatch, ignored)) {
        for (const fs::path& source : sources_of(hook, build.project.root)) {
          if (std::find(parts.hook_sources.begin(), parts.hook_sources.end(), source) == parts.hook_sources.end()) {
            parts.hook_sources.push_back(source);
          }
        }
      }
    }
  }
  return sdist_target(std::move(parts));
}

}  // namespace grapnel::target
