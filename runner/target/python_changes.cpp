// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/python_changes.hpp"

#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"
#include "runner/dist/project_name.hpp"
#include "runner/dist/text_lines.hpp"

#include <string>
#include <utility>
#include <vector>

namespace grapnel::target {

using hooks::Json;
using hooks::base::shown_place;
using workspace::Table;

namespace {

// In the order of keys: another one is not known any more.
Table table_of(const Json::Object& values, std::string path, const std::filesystem::path& file) {
  Table table;
  table.path = std::move(path);
  table.file = file;
  table.values = values;
  for (const auto& [key, value] : values) {
    table.keys.push_back(key);
    if (const Json::Object* inner = value.as_object()) {
      table.tables.emplace(key, table_of(*inner, table.path + "." + key, file));
    }
  }
  return table;
}

[[noreturn]] void refuse(const std::string& what) {
  throw ProjectError("a hook in Python changed the project's metadata to what is none: " + what);
}

dist::NamedTexts texts_of(const Json& value, const std::string& what) {
  dist::NamedTexts texts;
  if (value.as_object() == nullptr) refuse(what + " has to be a dict");
  for (const auto& [name, text] : *value.as_object()) {
    const bool good =
        !name.empty() && dist::is_one_line(name) && text.as_string() != nullptr && dist::is_one_line(*text.as_string());
    if (!good) refuse(what + "." + shown_place(name) + " has to be one line of text");
    texts.emplace_back(name, *text.as_string());
  }
  return texts;
}

std::vector<dist::Requirement> requirements_of(const Json& value, const std::string& what) {
  std::vector<dist::Requirement> requirements;
  if (value.as_array() == nullptr) refuse(what + " has to be a list");
  for (const Json& one : *value.as_array()) {
    if (one.as_string() == nullptr) refuse(what + " has to be a list of strings");
    auto requirement = dist::parse_requirement(*one.as_string());
    if (!requirement) refuse(what + ": " + requirement.error().message);
    requirements.push_back(*std::move(requirement));
  }
  return requirements;
}

void apply(dist::Metadata& metadata, const std::string& key, const Json& value) {
  if (key == "scripts") {
    metadata.scripts = texts_of(value, key);
  } else if (key == "gui_scripts") {
    metadata.gui_scripts = texts_of(value, key);
  } else if (key == "entry_points") {
    metadata.entry_points.clear();
    if (value.as_object() == nullptr) refuse(key + " has to be a dict");
    for (const auto& [group, entries] : *value.as_object()) {
      if (!dist::is_entry_point_group(group)) refuse(key + "." + shown_place(group) + " is no name of a group");
      dist::NamedTexts texts = texts_of(entries, key + "." + group);
      if (!texts.empty()) metadata.entry_points.emplace_back(group, std::move(texts));
    }
  } else if (key == "dependencies") {
    metadata.dependencies = requirements_of(value, key);
  } else if (key == "optional_dependencies") {
    metadata.optional_dependencies.clear();
    if (value.as_object() == nullptr) refuse(key + " has to be a dict");
    for (const auto& [feature, requirements] : *value.as_object()) {
      if (!dist::is_project_name(feature)) refuse(key + "." + shown_place(feature) + " is no name of a feature");
      metadata.optional_dependencies.emplace_back(feature, requirements_of(requirements, key + "." + feature));
    }
  }
}

}  // namespace

PythonChanges::PythonChanges(const Surroundings& surroundings, const dist::Metadata& metadata)
    : original_(&surroundings.project), original_metadata_(&metadata) {
  if (surroundings.target_config) {
    project_ = *original_;
    const Table* all = project_->build.table("targets");
    Table targets = all == nullptr ? table_of({}, project_->build.path + ".targets", project_->build.file) : *all;
    const Table* own = targets.table(surroundings.target);
    Table changed = table_of(*surroundings.target_config, targets.path + "." + surroundings.target, targets.file);
    if (own != nullptr && own->find("hooks") != nullptr && changed.find("hooks") == nullptr)
      changed.take(*own, "hooks");
    targets.put(surroundings.target, std::move(changed));
    project_->build.put("targets", std::move(targets));
  }
  if (!surroundings.metadata_changes.empty()) {
    metadata_ = metadata;
    for (const auto& [key, value] : surroundings.metadata_changes) apply(*metadata_, key, value);
  }
}

}  // namespace grapnel::target
