// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/bridge.hpp"

#include "runner/base/errors.hpp"

#include <algorithm>
#include <utility>

namespace grapnel::target {

using hooks::Json;
using workspace::BuildProject;
using workspace::Table;

namespace {

bool has_hooks(const Table& build) {
  if (build.table("hooks") != nullptr && !build.table("hooks")->keys.empty()) return true;
  const Table* targets = build.table("targets");
  if (targets == nullptr) return false;
  return std::any_of(targets->tables.begin(), targets->tables.end(),
                     [](const auto& one) { return one.second.find("hooks") != nullptr; });
}

// The hooks of `from` in place of all that `to` has.
void take_hooks(Table& to, const Table* from) {
  to.erase("hooks");
  if (from != nullptr && from->find("hooks") != nullptr) to.take(*from, "hooks");
}

Table table_of(const Json::Object& config, const Table& hooks) {
  Table table;
  table.path = hooks.path_of("grapnel");
  table.file = hooks.file;
  table.values = config;
  for (const auto& [key, value] : config) {
    table.keys.push_back(key);
    if (const Json::Object* inner = value.as_object()) table.tables.emplace(key, table_of(*inner, table));
  }
  return table;
}

}  // namespace

void use_bridged_hooks(BuildProject& project, const Json::Object& config, EnvironmentPolicy& policy) {
  const bool has_own = project.own_build && has_hooks(*project.own_build);
  const Table* own_targets = has_own ? project.own_build->table("targets") : nullptr;
  if (const Table* present = project.build.table("targets")) {
    Table targets = *present;
    for (const std::string& name : present->keys) {
      const Table* one = present->table(name);
      if (one == nullptr) continue;
      Table target = *one;
      take_hooks(target, own_targets == nullptr ? nullptr : own_targets->table(name));
      targets.put(name, std::move(target));
    }
    project.build.put("targets", std::move(targets));
  }
  if (own_targets != nullptr) {
    Table targets;
    targets.path = project.build.path_of("targets");
    targets.file = project.build.file;
    if (const Table* present = project.build.table("targets")) targets = *present;
    for (const std::string& name : own_targets->keys) {
      if (targets.find(name) == nullptr) targets.take(*own_targets, name);
    }
    project.build.put("targets", std::move(targets));
  }
  take_hooks(project.build, has_own ? &*project.own_build : nullptr);
  if (!has_own) {
    Table hooks;
    hooks.path = project.build.path_of("hooks");
    hooks.file = project.build.file;
    hooks.put("grapnel", table_of(config, hooks));
    project.build.put("hooks", std::move(hooks));
  }
  project.own_build.reset();

  const Json* names = config.find("env");
  if (names == nullptr || names->as_array() == nullptr) return;
  for (const Json& name : *names->as_array()) {
    if (name.as_string() == nullptr) continue;
    if (const std::string why = fault_of_variable_pattern(*name.as_string()); !why.empty()) {
      throw ProjectError("the option `env` of the hook 'grapnel': '" + *name.as_string() + "' " + why);
    }
    policy.names.push_back(*name.as_string());
  }
}

Json::Object patch_between(const Json::Object& before, const Json::Object& after,
                           const std::vector<std::string>& exclude) {
  Json::Object changes;
  Json::Array replaced;
  for (const auto& [key, value] : after) {
    const Json* old = before.find(key);
    if (key == "build_hooks" || (old != nullptr && *old == value)) continue;
    const Json::Array* list = value.as_array();
    const Json::Array* old_list = old == nullptr ? nullptr : old->as_array();
    const Json::Object* map = value.as_object();
    const Json::Object* old_map = old == nullptr ? nullptr : old->as_object();
    if (list != nullptr && old_list != nullptr && old_list->size() <= list->size() &&
        std::equal(old_list->begin(), old_list->end(), list->begin())) {
      changes.insert(key, Json::Array(list->begin() + static_cast<std::ptrdiff_t>(old_list->size()), list->end()));
    } else if (map != nullptr && old_map != nullptr &&
               std::all_of(old_map->begin(), old_map->end(),
                           [&](const auto& member) { return map->contains(member.key); })) {
      Json::Object added;
      for (const auto& [name, one] : *map) {
        const Json* known = old_map->find(name);
        if (known == nullptr || *known != one) added.insert(name, one);
      }
      changes.insert(key, std::move(added));
    } else {
      if (old != nullptr && (list != nullptr || map != nullptr)) replaced.emplace_back(key);
      changes.insert(key, value);
    }
  }
  for (const auto& [key, value] : before) {
    if (key != "build_hooks" && !after.contains(key)) changes.insert(key, nullptr);
  }
  return {{"build_data", std::move(changes)},
          {"replace", std::move(replaced)},
          {"exclude", Json::Array(exclude.begin(), exclude.end())}};
}

}  // namespace grapnel::target
