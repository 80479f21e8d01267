// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/recorded_uses.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/reader.hpp"
#include "runner/base/errors.hpp"

#include <cstdint>
#include <map>
#include <set>

namespace grapnel::engine {

namespace {

using hooks::Json;

constexpr std::string_view kIndexKey = "definition_index";

// Every definition index that occurs in `value`.
void collect_indices(const Json& value, std::set<std::int64_t>& indices) {
  if (const Json::Array* list = value.as_array()) {
    for (const Json& element : *list) collect_indices(element, indices);
  } else if (const Json::Object* object = value.as_object()) {
    for (const Json::Member& member : *object) {
      const std::int64_t* index = member.key == kIndexKey ? member.value.as_integer() : nullptr;
      if (index != nullptr) {
        indices.insert(*index);
      } else {
        collect_indices(member.value, indices);
      }
    }
  }
}

// `value` with new definition indices.
Json renumbered(const Json& value, const std::map<std::int64_t, std::int64_t>& numbers) {
  if (const Json::Array* list = value.as_array()) {
    Json::Array copy;
    copy.reserve(list->size());
    for (const Json& element : *list) copy.push_back(renumbered(element, numbers));
    return copy;
  }
  if (const Json::Object* object = value.as_object()) {
    Json::Object copy;
    for (const Json::Member& member : *object) {
      const std::int64_t* index = member.key == kIndexKey ? member.value.as_integer() : nullptr;
      const auto number = index != nullptr ? numbers.find(*index) : numbers.end();
      copy.insert(member.key, number != numbers.end() ? Json(number->second) : renumbered(member.value, numbers));
    }
    return copy;
  }
  return value;
}

bool belongs_to(const Json& definition, const std::string& prefix) {
  const Json* uri = definition.find("uri");
  const std::string* text = uri != nullptr ? uri->as_string() : nullptr;
  return text != nullptr && text->starts_with(prefix);
}

// The uses whose definition is in `wanted`.
Json filtered_uses(const Json::Array& uses, const std::set<std::int64_t>& wanted) {
  Json::Array kept;
  for (const Json& use : uses) {
    const Json* index = use.find(kIndexKey);
    const std::int64_t* number = index != nullptr ? index->as_integer() : nullptr;
    if (number != nullptr && wanted.contains(*number)) kept.push_back(use);
  }
  return kept;
}

const Json::Array& list_in(const Json::Object& document, std::string_view key) {
  static const Json::Array kNone;
  const Json* value = document.find(key);
  const Json::Array* list = value != nullptr ? value->as_array() : nullptr;
  return list != nullptr ? *list : kNone;
}

}  // namespace

namespace {

std::string text_of(const std::filesystem::path& file) {
  auto text = hooks::base::read_file(file, hooks::base::JsonLimits{}.bytes);
  if (!text) throw ProjectError(text.error().message);
  return std::move(*text);
}

}  // namespace

RecordedUses::RecordedUses(const std::filesystem::path& file)
    : RecordedUses(text_of(file), "recorded uses '" + file.string() + "': ") {}

RecordedUses::RecordedUses(std::string_view text, const std::string& where) {
  auto document = hooks::base::parse_json(text);
  if (!document) throw ProjectError(where + document.error().describe());
  Json::Object* object = document->as_object();
  if (object == nullptr) throw ProjectError(where + hooks::protocol::wrong_kind(*document, "an object"));
  for (const std::string_view key : {"constants", "definitions", "loading_units"}) {
    const Json* value = object->find(key);
    if (value != nullptr && value->as_array() == nullptr) {
      throw ProjectError(where + std::string(key) + ": " + hooks::protocol::wrong_kind(*value, "a list"));
    }
  }
  if (const Json* uses = object->find("uses"); uses != nullptr && uses->as_object() == nullptr) {
    throw ProjectError(where + "uses: " + hooks::protocol::wrong_kind(*uses, "an object"));
  }
  document_ = std::move(*object);
}

Json RecordedUses::for_package(const std::string& package) const {
  const Json::Array& definitions = list_in(document_, "definitions");
  const std::string prefix = "package:" + package + "/";
  std::set<std::int64_t> own;
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    if (belongs_to(definitions[i], prefix)) own.insert(static_cast<std::int64_t>(i));
  }

  Json::Object filtered = document_;
  if (Json* uses = filtered.find("uses"); uses != nullptr && uses->as_object() != nullptr) {
    for (const std::string_view key : {"static_calls", "instances"}) {
      Json* list = uses->as_object()->find(key);
      if (list != nullptr && list->as_array() != nullptr) *list = filtered_uses(*list->as_array(), own);
    }
  }

  std::set<std::int64_t> kept = own;
  for (const std::string_view key : {"constants", "uses"}) {
    if (const Json* part = filtered.find(key)) collect_indices(*part, kept);
  }
  Json::Array kept_definitions;
  std::map<std::int64_t, std::int64_t> numbers;
  for (const std::int64_t index : kept) {
    if (index < 0 || static_cast<std::size_t>(index) >= definitions.size()) continue;
    numbers.emplace(index, static_cast<std::int64_t>(kept_definitions.size()));
    kept_definitions.push_back(definitions[static_cast<std::size_t>(index)]);
  }
  Json result = renumbered(filtered, numbers);
  if (result.find("definitions") != nullptr)
    (*result.as_object())["definitions"] = renumbered(std::move(kept_definitions), numbers);
  return result;
}

}  // namespace grapnel::engine
