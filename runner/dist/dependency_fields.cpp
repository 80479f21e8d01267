// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/shown.hpp"
#include "runner/dist/context_fields.hpp"
#include "runner/dist/metadata_fields.hpp"
#include "runner/dist/project_name.hpp"

#include <map>
#include <set>
#include <utility>

namespace grapnel::dist {

using hooks::Json;
using hooks::base::Expected;
using hooks::base::shown;
using workspace::Table;

namespace {

std::vector<Requirement> requirements_at(FieldReader& reader, const Json& value, const Place& place,
                                         bool allow_direct_references) {
  std::vector<Requirement> requirements;
  const Json::Array* entries = reader.list(value, place);
  for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
    const std::optional<std::string> text = reader.one_line((*entries)[i], place.at(i));
    if (!text) continue;
    const Expected<std::string> full = with_context_fields(*text, reader.project().root);
    if (!full) {
      reader.add_fault(place.at(i), full.error().message);
      continue;
    }
    Expected<Requirement> requirement = parse_requirement(*full);
    if (!requirement) {
      reader.add_fault(place.at(i), "found " + shown(*full) + ": " + requirement.error().message);
    } else if (!requirement->url.empty() && !allow_direct_references) {
      reader.add_fault(place.at(i), "found " + shown(*text) +
                                        ", a direct reference, which no index accepts; allow it by "
                                        "tool.hatch.metadata.allow-direct-references = true");
    } else {
      requirements.push_back(std::move(*requirement));
    }
  }
  return requirements;
}

/// Sorted by text, each once.
std::vector<Requirement> in_order(std::vector<Requirement> requirements) {
  std::map<std::string, Requirement> by_text;
  for (Requirement& requirement : requirements) {
    std::string text = requirement.to_string();
    by_text.insert_or_assign(std::move(text), std::move(requirement));
  }
  std::vector<Requirement> ordered;
  ordered.reserve(by_text.size());
  for (auto& [text, requirement] : by_text) ordered.push_back(std::move(requirement));
  return ordered;
}

/// A feature as it is written.
struct Feature {
  std::string written{};
  std::vector<Requirement> requirements{};
  std::set<std::string> inherited{};  ///< features of the same project
  bool resolved = false;
  bool visited = false;
};

/// Gives a feature what it takes from others. REQUIRES: it is there.
void resolve(FieldReader& reader, std::map<std::string, Feature>& features, const std::string& name, const Place& place,
             std::size_t depth) {
  constexpr std::size_t kMaxFeatureDepth = 256;
  Feature& feature = features.at(name);
  if (feature.resolved) return;
  if (feature.visited || depth > kMaxFeatureDepth) {
    reader.add_fault(place.at(feature.written), "takes in itself; expected features without a cycle");
    feature.resolved = true;
    return;
  }
  feature.visited = true;
  for (const std::string& other : feature.inherited) {
    if (!features.contains(other)) {
      reader.add_fault(place.at(feature.written), "takes in the feature " + shown(other) + ", which is not defined");
      continue;
    }
    resolve(reader, features, other, place, depth + 1);
    const std::vector<Requirement>& taken = features.at(other).requirements;
    if (&features.at(other) != &feature) {
      feature.requirements.insert(feature.requirements.end(), taken.begin(), taken.end());
    }
  }
  feature.requirements = in_order(std::move(feature.requirements));
  feature.resolved = true;
}

void read_optional_dependencies(FieldReader& reader, Metadata& metadata, bool allow_direct_references) {
  const Json* value = reader.find("optional-dependencies");
  if (value == nullptr) return;
  const Place place = reader.at("optional-dependencies");
  const Table* table = reader.table("optional-dependencies");
  if (table == nullptr) {
    reader.add_wrong_kind(place, *value, "a table");
    return;
  }
  std::map<std::string, Feature> features;
  for (const std::string& written : table->keys) {
    if (!is_project_name(written)) {
      reader.add_fault(place.at(written), "found the feature " + shown(written) + "; " + std::string(kProjectNameRule));
      continue;
    }
    const std::string name = normal_project_name(written);
    if (const auto other = features.find(name); other != features.end()) {
      reader.add_fault(place.at(written), "is the same feature as " + shown(other->second.written) + ", " +
                                              shown(name) + "; expected each feature once");
      continue;
    }
    Feature& feature = features[name];
    feature.written = written;
    for (Requirement& requirement :
         requirements_at(reader, *table->find(written), place.at(written), allow_direct_references)) {
      if (requirement.name == metadata.normal_name && !metadata.normal_name.empty()) {
        feature.inherited.insert(requirement.extras.begin(), requirement.extras.end());
      } else {
        feature.requirements.push_back(std::move(requirement));
      }
    }
  }
  for (auto& [name, feature] : features) {
    resolve(reader, features, name, place, 0);
    metadata.optional_dependencies.emplace_back(name, feature.requirements);
  }
}

}  // namespace

void read_dependencies(FieldReader& reader, Metadata& metadata, bool allow_direct_references) {
  if (const Json* value = reader.find("dependencies")) {
    metadata.dependencies =
        in_order(requirements_at(reader, *value, reader.at("dependencies"), allow_direct_references));
  }
  read_optional_dependencies(reader, metadata, allow_direct_references);
}

}  // namespace grapnel::dist
