// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/hook_selection.hpp"

#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace grapnel::target {

using hooks::Json;
using hooks::base::shown;
using workspace::BuildOptions;
using workspace::Option;
using workspace::Table;

namespace {

constexpr std::array<std::string_view, 7> kGenericKeys{"enable-by-default",
                                                       "dependencies",
                                                       "require-runtime-dependencies",
                                                       "require-runtime-features",
                                                       "once-per",
                                                       "needs",
                                                       "transport"};

std::string_view kind_of(const Json& value) {
  return value.kind() == Json::Kind::object ? "table" : name_of(value.kind());
}

// The tables of `hooks` at `parent`, in order; all of them are judged, whether they will be used or not.
std::vector<std::pair<std::string, const Table*>> hook_tables(const Table* parent) {
  std::vector<std::pair<std::string, const Table*>> tables;
  const Json* value = parent == nullptr ? nullptr : parent->find("hooks");
  if (value == nullptr) return tables;
  const Table* hooks = parent->table("hooks");
  if (hooks == nullptr) {
    workspace::refuse({value, parent->path_of("hooks"), parent, "hooks"},
                      "found a " + std::string(kind_of(*value)) + "; expected a table");
  }
  for (const std::string& name : hooks->keys) {
    const Table* table = hooks->table(name);
    if (table == nullptr) {
      const Json& found = *hooks->find(name);
      workspace::refuse({&found, hooks->path_of(name), hooks, name},
                        "found a " + std::string(kind_of(found)) + "; expected a table");
    }
    if (name.empty()) throw ProjectError("'" + hooks->file.string() + "': " + hooks->path + ": a hook without a name");
    tables.emplace_back(name, table);
  }
  return tables;
}

/// The two walks: a name keeps its first place, and has its last table.
class Walk {
 public:
  Walk(const LikeHatch& like_hatch, std::vector<std::string>& warnings)
      : like_hatch_(like_hatch), warnings_(warnings) {}

  void take(const std::vector<std::pair<std::string, const Table*>>& tables) {
    for (const auto& hook : tables) {
      const auto place =
          std::find_if(found_.begin(), found_.end(), [&](const auto& one) { return one.first == hook.first; });
      if (place == found_.end()) {
        found_.push_back(hook);
        continue;
      }
      warn(*place->second, *hook.second);
      place->second = hook.second;
    }
  }
  [[nodiscard]] std::vector<std::pair<std::string, const Table*>>& found() noexcept { return found_; }

 private:
  void warn(const Table& hidden, const Table& table) {
    if (like_hatch_[Improvement::replacement_warning]) return;
    std::string keys;
    for (const std::string& key : hidden.keys) {
      if (!table.values.contains(key)) keys += (keys.empty() ? "" : ", ") + shown(key);
    }
    if (keys.empty()) return;
    warnings_.push_back("the table " + table.path + " replaces " + hidden.path + " and is not merged with it, so " +
                        keys + " of the latter counts for nothing here; repeat it where it is meant");
  }

  const LikeHatch& like_hatch_;
  std::vector<std::string>& warnings_;
  std::vector<std::pair<std::string, const Table*>> found_;
};

bool is_enabled_by_default(const Table& table, const LikeHatch& like_hatch) {
  const Json* value = table.find("enable-by-default");
  if (value == nullptr) return true;
  if (!like_hatch[Improvement::enable_by_default]) {
    return workspace::boolean_of({value, table.path_of("enable-by-default"), &table, "enable-by-default"});
  }
  // As Python judges truth.
  switch (value->kind()) {
    case Json::Kind::null:
      return false;
    case Json::Kind::boolean:
      return *value->as_bool();
    case Json::Kind::integer:
      return *value->as_integer() != 0;
    case Json::Kind::number:
      return *value->as_number() != 0;
    case Json::Kind::string:
      return !value->as_string()->empty();
    case Json::Kind::array:
      return !value->as_array()->empty();
    case Json::Kind::object:
      return !value->as_object()->empty();
  }
  return true;
}

void choose(SelectedHook& hook, const Variables& variables, const LikeHatch& like_hatch) {
  if (variables.no_hooks()) {
    hook.reason = "no hooks are wanted";
    return;
  }
  hook.is_chosen = true;
  const bool by_default = is_enabled_by_default(hook.table, like_hatch);
  if (by_default) {
    hook.reason = "enabled by default";
  } else if (variables.hooks_enable()) {
    hook.reason = "HATCH_BUILD_HOOKS_ENABLE is on";
  } else if (const std::string variable = variables.enabling(hook.name); !variable.empty()) {
    hook.reason = variable + " is on";
  } else {
    hook.is_chosen = false;
    hook.reason = "enable-by-default is false";
  }
}

SelectedHook hook_of(const std::string& name, const Table& table) {
  SelectedHook hook{.name = name, .table = table};
  for (const std::string& key : table.keys) {
    (is_generic_key(key) ? hook.options : hook.config).insert(key, *table.find(key));
  }
  return hook;
}

Option option_of(const Table& table, std::string_view key) {
  return {table.find(key), table.path_of(key), &table, std::string(key)};
}

/// Features in the order in which they are asked for.
class Features {
 public:
  Features(const ProjectRequirements& project) : project_(project) {}

  void add(const Option& option) {
    const std::vector<std::string> names = workspace::strings_of(option);
    for (std::size_t i = 0; i < names.size(); ++i) {
      std::string name = project_.normalised(names[i]);
      if (!project_.feature(name)) {
        workspace::refuse(option, "entry #" + std::to_string(i + 1) + ": the project has no feature " + shown(name) +
                                      " in project.optional-dependencies");
      }
      if (std::find(names_.begin(), names_.end(), name) == names_.end()) names_.push_back(std::move(name));
    }
  }
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }

 private:
  const ProjectRequirements& project_;
  std::vector<std::string> names_;
};

}  // namespace

bool is_generic_key(std::string_view key) noexcept {
  return std::find(kGenericKeys.begin(), kGenericKeys.end(), key) != kGenericKeys.end();
}

std::vector<SelectedHook> select_hooks(const workspace::BuildProject& project, const std::string& target,
                                       const Variables& variables, const LikeHatch& like_hatch,
                                       std::vector<std::string>& warnings) {
  const BuildOptions options(project.build, target);
  Walk walk(like_hatch, warnings);
  walk.take(hook_tables(&project.build));
  walk.take(hook_tables(options.own()));

  std::vector<std::pair<std::string, const Table*>> found = walk.found();
  std::optional<BuildOptions> own_options;
  // A project that has no other file has these hooks in its build table.
  if (project.own_build && project.build.path != project.own_build->path) {
    own_options.emplace(*project.own_build, target);
    Walk own(like_hatch, warnings);
    own.take(hook_tables(&*project.own_build));
    own.take(hook_tables(own_options->own()));
    auto place = std::find_if(found.begin(), found.end(), [](const auto& one) { return one.first == kBridge; });
    // Without hooks of its own it is the packages' hooks that are meant.
    if (place != found.end() && !own.found().empty()) place = found.erase(place);
    for (const auto& one : own.found()) {
      const auto other =
          std::find_if(found.begin(), found.end(), [&](const auto& hook) { return hook.first == one.first; });
      if (other != found.end()) {
        throw ProjectError("two hooks have the name " + shown(one.first) + ": '" + other->second->file.string() +
                           "' has " + other->second->path + ", and '" + one.second->file.string() + "' has " +
                           one.second->path + ". Rename one of them.");
      }
    }
    found.insert(place, own.found().begin(), own.found().end());
  }

  std::vector<SelectedHook> hooks;
  hooks.reserve(found.size());
  for (const auto& [name, table] : found) {
    hooks.push_back(hook_of(name, *table));
    choose(hooks.back(), variables, like_hatch);
  }
  return hooks;
}

void add_requirements(std::vector<std::string>& to, const std::vector<std::string>& more) {
  for (const std::string& one : more) {
    if (std::find(to.begin(), to.end(), one) == to.end()) to.push_back(one);
  }
}

std::vector<std::string> static_requirements(const BuildOptions& options, const std::vector<SelectedHook>& hooks,
                                             const ProjectRequirements& project) {
  std::vector<std::string> requirements;
  const auto add = [&](const std::optional<Option>& option) {
    if (option) add_requirements(requirements, workspace::strings_of(*option));
  };
  const Table& global = options.global();
  add(options.find_own("dependencies"));
  if (global.find("dependencies") != nullptr) add(option_of(global, "dependencies"));

  bool is_runtime_needed = options.boolean("require-runtime-dependencies", false);
  Features features(project);
  if (const auto wanted = options.find("require-runtime-features")) features.add(*wanted);
  for (const SelectedHook& hook : hooks) {
    if (!hook.is_chosen) continue;
    const Table& table = hook.table;
    if (table.find("dependencies") != nullptr) add(option_of(table, "dependencies"));
    if (table.find("require-runtime-dependencies") != nullptr) {
      is_runtime_needed = workspace::boolean_of(option_of(table, "require-runtime-dependencies")) || is_runtime_needed;
    }
    if (table.find("require-runtime-features") != nullptr) features.add(option_of(table, "require-runtime-features"));
  }
  if (is_runtime_needed) add_requirements(requirements, project.runtime());
  for (const std::string& feature : features.names()) add_requirements(requirements, *project.feature(feature));
  return requirements;
}

std::vector<std::string> select_versions(const BuildOptions& options, const std::vector<std::string>& wanted,
                                         const std::vector<std::string>& known,
                                         const std::vector<std::string>& defaults) {
  const auto refuse_unknown = [&](const std::vector<std::string>& versions, const std::string& where) {
    std::set<std::string> unknown;
    for (const std::string& version : versions) {
      if (std::find(known.begin(), known.end(), version) == known.end()) unknown.insert(version);
    }
    if (unknown.empty()) return;
    std::string text;
    for (const std::string& version : unknown) text += (text.empty() ? "" : ", ") + version;
    std::string all;
    for (const std::string& version : known) all += (all.empty() ? "" : ", ") + version;
    throw ProjectError(where + ": unknown versions of the target " + shown(options.target()) + ": " + text +
                       "; it has " + all);
  };
  if (!wanted.empty()) {
    refuse_unknown(wanted, "the command line");
    return wanted;
  }
  std::vector<std::string> versions;
  if (const auto configured = options.find_own("versions")) {
    add_requirements(versions, workspace::strings_of(*configured));
    refuse_unknown(versions, "'" + configured->file().string() + "': " + configured->path);
  }
  if (versions.empty()) add_requirements(versions, defaults);
  return versions.empty() ? known : versions;
}

}  // namespace grapnel::target
