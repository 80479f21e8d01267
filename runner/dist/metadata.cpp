// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/metadata.hpp"

#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"
#include "runner/dist/mailbox.hpp"
#include "runner/dist/project_name.hpp"
#include "runner/dist/text_lines.hpp"

#include <algorithm>
#include <array>

namespace grapnel::dist {
namespace {

using hooks::Json;
using hooks::base::shown;

constexpr std::array<std::string_view, 5> kVersions{"1.2", "2.1", "2.2", "2.3", "2.4"};

/// Header lines, in the order they are added.
class Headers {
 public:
  void add(std::string_view name, std::string_view value) {
    text_ += name;
    text_ += ": ";
    text_ += value;
    text_ += '\n';
  }
  void add_unless_empty(std::string_view name, std::string_view value) {
    if (!value.empty()) add(name, value);
  }
  void add_joined(std::string_view name, const std::vector<std::string>& values, std::string_view separator) {
    std::string joined;
    for (const std::string& value : values) {
      if (!joined.empty()) joined += separator;
      joined += value;
    }
    add_unless_empty(name, joined);
  }
  /// Lines after the first are set in, as continued ones are.
  void add_lines(std::string_view name, std::string_view value) {
    const std::vector<std::string_view> lines = python_lines(value);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (i == 0) {
        add(name, lines[i]);
      } else {
        text_ += "        " + std::string(lines[i]) + "\n";
      }
    }
  }
  void add_body(std::string_view body) {
    text_ += '\n';
    text_ += body;
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_{};
};

void add_people(Headers& headers, const std::string& field, const std::vector<Person>& people) {
  std::vector<std::string> names;
  std::vector<std::string> addresses;
  for (const Person& person : people) {
    if (person.email.empty()) {
      names.push_back(person.name);
    } else {
      addresses.push_back(value_or_throw(mailbox(person.name, person.email)));
    }
  }
  headers.add_joined(field, names, ", ");
  headers.add_joined(field + "-email", addresses, ", ");
}

void add_license(Headers& headers, const Metadata& metadata, bool has_expressions) {
  headers.add_lines("License", metadata.license);
  headers.add_unless_empty(has_expressions ? "License-Expression" : "License", metadata.license_expression);
  if (!has_expressions) return;
  for (const std::string& file : metadata.license_files) headers.add("License-File", file);
}

void add_section(std::string& text, std::string_view name, const NamedTexts& entries) {
  if (entries.empty()) return;
  if (!text.empty()) text += '\n';
  text += "[" + std::string(name) + "]\n";
  for (const auto& [entry, reference] : entries) text += entry + " = " + reference + "\n";
}

Json list_of(const std::vector<std::string>& texts) {
  Json::Array list;
  list.reserve(texts.size());
  for (const std::string& text : texts) list.emplace_back(text);
  return list;
}

std::vector<std::string> texts_of(const std::vector<Requirement>& requirements) {
  std::vector<std::string> texts;
  texts.reserve(requirements.size());
  for (const Requirement& requirement : requirements) texts.push_back(requirement.to_string());
  return texts;
}

Json object_of(const NamedTexts& named) {
  Json::Object object;
  for (const auto& [name, text] : named) object[name] = text;
  return object;
}

Json people_of(const std::vector<Person>& people) {
  Json::Array list;
  for (const Person& person : people) list.emplace_back(Json::Object{{"email", person.email}, {"name", person.name}});
  return list;
}

}  // namespace

bool is_core_metadata_version(std::string_view version) noexcept {
  return std::find(kVersions.begin(), kVersions.end(), version) != kVersions.end();
}

std::string core_metadata(const Metadata& metadata, std::string_view metadata_version,
                          const std::vector<std::string>& more_dependencies) {
  if (!is_core_metadata_version(metadata_version)) {
    throw ProjectError("found " + shown(metadata_version) +
                       "; expected a version of core metadata: 1.2, 2.1, 2.2, 2.3 or 2.4");
  }
  const bool oldest = metadata_version == "1.2";
  Headers headers;
  headers.add("Metadata-Version", metadata_version);
  headers.add("Name", metadata.name);
  headers.add("Version", metadata.version);
  headers.add_unless_empty("Summary", metadata.description);
  for (const auto& [label, url] : metadata.urls) headers.add("Project-URL", label + ", " + url);
  add_people(headers, "Author", metadata.authors);
  add_people(headers, "Maintainer", metadata.maintainers);
  add_license(headers, metadata, metadata_version == "2.4");
  headers.add_joined("Keywords", metadata.keywords, ",");
  for (const std::string& classifier : metadata.classifiers) headers.add("Classifier", classifier);
  headers.add_unless_empty("Requires-Python", metadata.requires_python.to_string());
  for (const std::string& dependency : runtime_dependencies(metadata)) headers.add("Requires-Dist", dependency);
  for (const std::string& dependency : more_dependencies) {
    if (dependency.empty() || !is_one_line(dependency)) {
      throw ProjectError("found the dependency " + shown(dependency) + "; expected one line of text");
    }
    headers.add("Requires-Dist", dependency);
  }
  if (oldest) return headers.take();
  for (const auto& [feature, requirements] : metadata.optional_dependencies) {
    headers.add("Provides-Extra", feature);
    for (const Requirement& requirement : requirements) {
      headers.add("Requires-Dist", requirement.to_string_for_extra(feature));
    }
  }
  if (metadata.readme && !metadata.readme->text.empty()) {
    headers.add("Description-Content-Type", metadata.readme->content_type);
    headers.add_body(metadata.readme->text);
  }
  return headers.take();
}

bool is_entry_point_group(std::string_view name) {
  return !name.empty() && is_one_line(name) && name.find(']') == std::string_view::npos;
}

std::string entry_points_text(const Metadata& metadata) {
  std::string text;
  add_section(text, "console_scripts", metadata.scripts);
  add_section(text, "gui_scripts", metadata.gui_scripts);
  for (const auto& [group, entries] : metadata.entry_points) add_section(text, group, entries);
  return text;
}

std::vector<std::string> runtime_dependencies(const Metadata& metadata) { return texts_of(metadata.dependencies); }

std::vector<std::string> feature_dependencies(const Metadata& metadata, std::string_view feature) {
  const std::string name = normal_project_name(feature);
  const auto& features = metadata.optional_dependencies;
  const auto found = std::find_if(features.begin(), features.end(), [&](const auto& one) { return one.first == name; });
  if (found != features.end()) return texts_of(found->second);
  throw ProjectError("the feature " + shown(name) + " is not defined in project.optional-dependencies");
}

std::string python_tag(const Metadata& metadata) {
  // No major version has had, or will have, a hundred minor ones.
  constexpr int kMinors = 100;
  std::string tag;
  for (const char* major : {"2", "3"}) {
    PythonVersion version;
    bool allowed = false;
    for (int minor = 0; minor < kMinors && !allowed; ++minor) {
      version.release = {major, std::to_string(minor)};
      allowed = metadata.requires_python.allows(version);
    }
    if (allowed) tag += (tag.empty() ? "py" : ".py") + std::string(major);
  }
  return tag.empty() ? "py3" : tag;
}

Json::Object metadata_to_json(const Metadata& metadata) {
  Json readme;
  if (metadata.readme) {
    readme = Json::Object{{"content_type", metadata.readme->content_type},
                          {"path", metadata.readme->path},
                          {"text", metadata.readme->text}};
  }
  Json::Object entry_points;
  for (const auto& [group, entries] : metadata.entry_points) entry_points[group] = object_of(entries);
  Json::Object features;
  for (const auto& [feature, requirements] : metadata.optional_dependencies) {
    features[feature] = list_of(texts_of(requirements));
  }
  return {
      {"authors", people_of(metadata.authors)},
      {"classifiers", list_of(metadata.classifiers)},
      {"dependencies", list_of(runtime_dependencies(metadata))},
      {"description", metadata.description},
      {"dynamic", list_of(metadata.dynamic)},
      {"entry_points", std::move(entry_points)},
      {"file_name", metadata.file_name},
      {"gui_scripts", object_of(metadata.gui_scripts)},
      {"keywords", list_of(metadata.keywords)},
      {"license", metadata.license},
      {"license_expression", metadata.license_expression},
      {"license_files", list_of(metadata.license_files)},
      {"maintainers", people_of(metadata.maintainers)},
      {"name", metadata.name},
      {"normal_name", metadata.normal_name},
      {"optional_dependencies", std::move(features)},
      {"readme", std::move(readme)},
      {"requires_python", metadata.requires_python.to_string()},
      {"scripts", object_of(metadata.scripts)},
      {"urls", object_of(metadata.urls)},
      {"version", metadata.version},
  };
}

}  // namespace grapnel::dist
