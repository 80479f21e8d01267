// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"
#include "runner/dist/metadata_fields.hpp"
#include "runner/dist/project_name.hpp"
#include "runner/dist/text_lines.hpp"

#include <algorithm>

namespace grapnel::dist {
namespace {

using hooks::Json;
using hooks::base::Expected;
using hooks::base::shown;
using workspace::BuildProject;
using workspace::Table;

void set_name(FieldReader& reader, Metadata& metadata, const std::optional<std::string>& name, const Place& place) {
  if (!name) return;
  if (!is_project_name(*name)) {
    reader.add_fault(place, "found " + shown(*name) + "; " + std::string(kProjectNameRule));
    return;
  }
  metadata.name = *name;
  metadata.normal_name = normal_project_name(*name);
  metadata.file_name = file_project_name(*name);
}

/// grapnel.toml's name and version.
Metadata from_own_build(FieldReader& reader) {
  Metadata metadata;
  const BuildProject& project = reader.project();
  const Table* own = project.own_build ? &*project.own_build : nullptr;
  if (own == nullptr || (own->find("name") == nullptr && own->find("version") == nullptr)) {
    throw ProjectError("'" + project.root.string() +
                       "' has no name and version. Give them in [project] of its pyproject.toml, or as name and "
                       "version in [build] of its grapnel.toml.");
  }
  set_name(reader, metadata, reader.text_in(*own, "name"), place_of(*own, "name"));
  set_version(reader, metadata, reader.text_in(*own, "version"), place_of(*own, "version"));
  find_usual_license_files(reader, metadata, place_of(*own, "name"));
  reader.refuse();
  metadata.files = reader.take_files();
  return metadata;
}

/// What only a project without [project] may say.
void refuse_own_build(FieldReader& reader) {
  const auto& own = reader.project().own_build;
  if (!own) return;
  for (const char* key : {"name", "version"}) {
    if (own->find(key) == nullptr) continue;
    reader.add_fault(place_of(*own, key), "is for projects without pyproject.toml's [project]; remove it");
  }
}

/// Whether direct references are allowed; the faults of [tool.hatch.metadata].
bool read_hatch_settings(FieldReader& reader) {
  const Json* value = reader.project().hatch.find("metadata");
  if (value == nullptr) return false;
  const Table* settings = reader.project().hatch.table("metadata");
  if (settings == nullptr) {
    reader.add_wrong_kind(place_of(reader.project().hatch, "metadata"), *value, "a table");
    return false;
  }
  bool allow_direct_references = false;
  if (const Json* allow = settings->find("allow-direct-references")) {
    const bool* boolean = allow->as_bool();
    if (boolean == nullptr) {
      reader.add_wrong_kind(place_of(*settings, "allow-direct-references"), *allow, "a boolean");
    }
    // One fault is enough where it is none.
    allow_direct_references = boolean == nullptr || *boolean;
  }
  if (const Json* hooks = settings->find("hooks")) {
    if (hooks->as_object() == nullptr) {
      reader.add_wrong_kind(place_of(*settings, "hooks"), *hooks, "a table");
    } else if (!hooks->as_object()->empty()) {
      reader.add_fault(
          place_of(*settings, "hooks"),
          "found metadata hooks, which need Hatch's plugins; give the metadata in [project], or build with "
          "Hatch");
    }
  }
  return allow_direct_references;
}

/// dynamic; whether it has the version.
bool read_dynamic(FieldReader& reader, Metadata& metadata) {
  bool has_version = false;
  const Json* value = reader.find("dynamic");
  const Place place = reader.at("dynamic");
  const Json::Array* fields = value == nullptr ? nullptr : reader.list(*value, place);
  for (std::size_t i = 0; fields != nullptr && i < fields->size(); ++i) {
    const std::optional<std::string> field = reader.some_text((*fields)[i], place.at(i));
    if (!field) continue;
    metadata.dynamic.push_back(*field);
    if (*field != "version") {
      reader.add_fault(place.at(i), "found " + shown(*field) +
                                        "; expected 'version' alone: other fields are found by metadata hooks, which "
                                        "need Hatch's plugins. Give it in [project], or build with Hatch");
    } else if (reader.find("version") != nullptr) {
      reader.add_fault(place.at(i), "found 'version', which project.version gives too; remove one");
    } else {
      has_version = true;
    }
  }
  return has_version;
}

void read_version(FieldReader& reader, Metadata& metadata, bool is_dynamic) {
  const Place place = reader.at("version");
  if (is_dynamic) {
    read_dynamic_version(reader, metadata);
  } else if (reader.find("version") != nullptr) {
    set_version(reader, metadata, reader.text_in(reader.fields(), "version"), place);
  } else if (std::find(metadata.dynamic.begin(), metadata.dynamic.end(), "version") == metadata.dynamic.end()) {
    reader.add_fault(place, "missing; expected a version here, or 'version' in project.dynamic");
  }
}

void read_texts(FieldReader& reader, Metadata& metadata) {
  if (const Json* value = reader.find("description")) {
    if (const std::string* text = value->as_string()) {
      std::string line;
      for (const std::string_view part : python_lines(*text)) line += (line.empty() ? "" : " ") + std::string(part);
      if (const auto description = reader.one_line(line, reader.at("description"))) metadata.description = *description;
    } else {
      reader.add_wrong_kind(reader.at("description"), *value, "a string");
    }
  }
  if (const Json* value = reader.find("requires-python")) {
    const std::optional<std::string> text = reader.one_line(*value, reader.at("requires-python"));
    if (!text) return;
    Expected<SpecifierSet> specifiers = parse_specifiers(*text);
    if (specifiers) {
      metadata.requires_python = std::move(*specifiers);
    } else {
      reader.add_fault(reader.at("requires-python"), specifiers.error().message);
    }
  }
}

NamedTexts texts_of(FieldReader& reader, const Table& table, const Place& place) {
  NamedTexts texts;
  for (const std::string& name : table.keys) {
    const std::optional<std::string> text = reader.some_text(*table.find(name), place.at(name));
    if (name.empty() || !is_one_line(name)) {
      reader.add_fault(place.at(name), "expected a name of one line without control characters");
    } else if (text) {
      texts.emplace_back(name, *text);
    }
  }
  return texts;
}

NamedTexts named_texts(FieldReader& reader, std::string_view key) {
  const Json* value = reader.find(key);
  if (value == nullptr) return {};
  const Table* table = reader.table(key);
  if (table != nullptr) return texts_of(reader, *table, reader.at(key));
  reader.add_wrong_kind(reader.at(key), *value, "a table");
  return {};
}

NamedTexts sorted(NamedTexts texts) {
  std::sort(texts.begin(), texts.end());
  return texts;
}

void read_entry_points(FieldReader& reader, Metadata& metadata) {
  const Json* value = reader.find("entry-points");
  if (value == nullptr) return;
  const Place place = reader.at("entry-points");
  const Table* groups = reader.table("entry-points");
  if (groups == nullptr) {
    reader.add_wrong_kind(place, *value, "a table");
    return;
  }
  for (const std::string& group : groups->keys) {
    const Table* entries = groups->table(group);
    if (entries == nullptr) {
      reader.add_wrong_kind(place.at(group), *groups->find(group), "a table");
    } else if (group == "scripts" || group == "console_scripts") {
      reader.add_fault(place.at(group), "belongs in project.scripts; move it there");
    } else if (group == "gui-scripts" || group == "gui_scripts") {
      reader.add_fault(place.at(group), "belongs in project.gui-scripts; move it there");
    } else if (!is_entry_point_group(group)) {
      reader.add_fault(place.at(group), "expected the name of a group, of one line without ']'");
    } else if (NamedTexts texts = sorted(texts_of(reader, *entries, place.at(group))); !texts.empty()) {
      metadata.entry_points.emplace_back(group, std::move(texts));
    }
  }
  std::sort(metadata.entry_points.begin(), metadata.entry_points.end());
}

}  // namespace

Metadata read_metadata(const BuildProject& project) {
  FieldReader reader(project);
  if (!reader.enter_project()) return from_own_build(reader);
  refuse_own_build(reader);
  Metadata metadata;
  const bool allow_direct_references = read_hatch_settings(reader);
  const bool is_dynamic_version = read_dynamic(reader, metadata);
  set_name(reader, metadata, reader.text_in(reader.fields(), "name"), reader.at("name"));
  read_version(reader, metadata, is_dynamic_version);
  read_texts(reader, metadata);
  read_readme(reader, metadata);
  read_license(reader, metadata);
  read_license_files(reader, metadata);
  metadata.authors = read_people(reader, "authors");
  metadata.maintainers = read_people(reader, "maintainers");
  read_words(reader, metadata);
  metadata.urls = named_texts(reader, "urls");
  metadata.scripts = sorted(named_texts(reader, "scripts"));
  metadata.gui_scripts = sorted(named_texts(reader, "gui-scripts"));
  read_entry_points(reader, metadata);
  read_dependencies(reader, metadata, allow_direct_references);
  reader.refuse();
  metadata.files = reader.take_files();
  return metadata;
}

}  // namespace grapnel::dist
