// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/build_data.hpp"

#include "hooks_api/base/shown.hpp"
#include "hooks_api/protocol/reader.hpp"
#include "runner/dist/inclusion.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace grapnel::target {

using hooks::Json;
using hooks::base::shown;
using hooks::build_target::BuildDataPatch;

namespace {

constexpr std::string_view kBuildHooks = "build_hooks";

std::string_view name_of(FieldType type) {
  switch (type) {
    case FieldType::text:
      return "a string";
    case FieldType::boolean:
      return "a boolean";
    case FieldType::list:
      return "a list of strings";
    case FieldType::mapping:
      return "an object of strings";
  }
  return "";
}

std::string wrong(const std::string& place, const Json& value, std::string_view expected) {
  return place + ": " + hooks::protocol::wrong_kind(value, expected);
}

std::string fault_of_text(const std::string& place, const Json& value) {
  const std::string* text = value.as_string();
  if (text == nullptr) return wrong(place, value, "a string");
  if (text->find('\0') != std::string::npos) return place + ": found a NUL; expected a text without";
  return text->empty() ? place + ": found an empty string; expected a text" : "";
}

std::string fault_of_value(const std::string& place, const Json& value, FieldType type, bool is_contained) {
  switch (type) {
    case FieldType::text:
      return fault_of_text(place, value);
    case FieldType::boolean:
      return value.as_bool() != nullptr ? "" : wrong(place, value, "a boolean");
    case FieldType::list: {
      const Json::Array* list = value.as_array();
      if (list == nullptr) return wrong(place, value, name_of(type));
      for (std::size_t i = 0; i < list->size(); ++i) {
        std::string fault = fault_of_text(place + "." + std::to_string(i), (*list)[i]);
        if (!fault.empty()) return fault;
      }
      return "";
    }
    case FieldType::mapping: {
      const Json::Object* object = value.as_object();
      if (object == nullptr) return wrong(place, value, name_of(type));
      for (const auto& [key, one] : *object) {
        if (key.empty()) return place + ": found an empty source; expected a path";
        if (key.find('\0') != std::string::npos) return place + ": found a NUL in a source; expected a path without";
        const std::string entry = place + "." + hooks::base::key_in_path(key);
        std::string fault = fault_of_text(entry, one);
        if (!fault.empty()) return fault;
        if (is_contained) fault = dist::fault_of_hook_target(*one.as_string());
        if (!fault.empty()) {
          return entry + ": found the target " + shown(*one.as_string()) +
                 "; expected a path inside the archive: " + fault;
        }
      }
      return "";
    }
  }
  return "";
}

bool contains(const Json::Array& list, const Json& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::set<std::string, std::less<>> texts_of(const Json::Array& list) {
  std::set<std::string, std::less<>> texts;
  for (const Json& one : list) {
    if (const std::string* text = one.as_string()) texts.insert(*text);
  }
  return texts;
}

// What is not there yet. There may be very many texts.
void append(Json::Array& list, const Json::Array& more) {
  std::set<std::string, std::less<>> texts = texts_of(list);
  for (const Json& value : more) {
    const std::string* text = value.as_string();
    if (text != nullptr ? texts.insert(*text).second : !contains(list, value)) list.push_back(value);
  }
}

// Lists are appended, maps merged, everything else is set.
void merge(Json& into, const Json& change) {
  Json::Array* list = into.as_array();
  Json::Object* object = into.as_object();
  if (list != nullptr && change.as_array() != nullptr) {
    append(*list, *change.as_array());
  } else if (object != nullptr && change.as_object() != nullptr) {
    for (const auto& [key, value] : *change.as_object()) {
      if (value.is_null()) {
        object->erase(key);
      } else {
        (*object)[key] = value;
      }
    }
  } else {
    into = change;
  }
}

std::string shown_hook(const std::string& hook) { return "hook " + shown(hook); }

}  // namespace

BuildData::BuildData(std::vector<DataField> fields, Json::Object defaults, const std::vector<std::string>& build_hooks,
                     DataRules rules)
    : fields_(std::move(fields)), values_(std::move(defaults)), rules_(rules) {
  fields_.push_back({"artifacts", FieldType::list});
  fields_.push_back({"force_include", FieldType::mapping});
  values_.insert("artifacts", Json::Array{});
  values_.insert("force_include", Json::Object{});
  values_[kBuildHooks] = Json::Array(build_hooks.begin(), build_hooks.end());
}

const DataField* BuildData::field(std::string_view name) const noexcept {
  const auto found =
      std::find_if(fields_.begin(), fields_.end(), [&](const DataField& one) { return one.name == name; });
  return found == fields_.end() ? nullptr : &*found;
}

// Of whole values, not of changes.
std::string BuildData::fault_of(const Json::Object& values) const {
  for (const auto& [key, value] : values) {
    const DataField* known = field(key);
    if (known == nullptr) continue;
    std::string fault = fault_of_value(std::string(key), value, known->type, rules_.containment);
    if (!fault.empty()) return fault;
  }
  return {};
}

std::string BuildData::conflict_of(const Json::Object& changes, const Writer& writer, const IsGone& is_gone) const {
  for (const auto& [key, value] : changes) {
    const DataField* known = field(key);
    if (known == nullptr || known->type != FieldType::mapping) continue;
    const Json* present = values_.find(key);
    if (present == nullptr || present->as_object() == nullptr || value.as_object() == nullptr) continue;
    std::multimap<std::string_view, std::string_view> sources;  // by target
    for (const auto& [source, target] : *present->as_object()) {
      if (target.as_string() != nullptr) sources.emplace(*target.as_string(), source);
    }
    // Of somebody else, if it stays.
    const auto other_writer = [&, &name = key](std::string_view source) {
      const std::string other = writer_of(name, source);
      return other == shown_hook(writer.hook) || is_gone(name, source) ? std::string() : other;
    };
    for (const auto& [source, target] : *value.as_object()) {
      if (target.is_null()) continue;
      const std::string wanted =
          std::string(key) + ": " + shown(source) + " is to become " + shown(*target.as_string());
      if (const Json* now = present->find(source); now != nullptr && now->as_string() != nullptr && *now != target) {
        const std::string other = other_writer(source);
        if (!other.empty()) return wanted + ", but " + other + " has made it " + shown(*now->as_string());
      }
      const auto [begin, end] = sources.equal_range(*target.as_string());
      for (auto one = begin; one != end; ++one) {
        if (one->second == source) continue;
        const std::string other = other_writer(one->second);
        if (!other.empty()) return wanted + ", where " + other + " has put " + shown(one->second);
      }
    }
  }
  return {};
}

std::optional<std::string> BuildData::apply(const BuildDataPatch& patch, const Writer& writer) {
  const std::string where =
      shown_hook(writer.hook) + ", stage " + std::string(hooks::build_target::name_of(writer.stage)) + ": build data: ";
  const auto is_replaced = [&](std::string_view key) {
    return std::find(patch.replace.begin(), patch.replace.end(), key) != patch.replace.end();
  };
  if (patch.build_data.contains(kBuildHooks)) {
    return where + "build_hooks is there to be read: the runner sets it. Leave it out of the patch";
  }
  if (rules_.types) {
    // A change of a wrong type must not get as far as being merged.
    for (const auto& [key, value] : patch.build_data) {
      const DataField* known = field(key);
      if (known == nullptr || value.is_null()) continue;
      Json judged = value;
      if (Json::Object* object = judged.as_object()) {
        // null deletes an entry.
        Json::Object kept;
        for (const auto& [entry, one] : *object) {
          if (!one.is_null()) kept.insert(entry, one);
        }
        judged = std::move(kept);
      }
      const std::string fault = fault_of_value(std::string(key), judged, known->type, rules_.containment);
      if (!fault.empty()) return where + fault;
    }
    // What the same patch takes away stands in nobody's way.
    const std::string conflict =
        conflict_of(patch.build_data, writer, [&](std::string_view key, std::string_view source) {
          const Json* target = patch.build_data.find(key)->find(source);
          return is_replaced(key) || (target != nullptr && target->is_null());
        });
    if (!conflict.empty()) {
      return where + conflict +
             ". One of the two hooks has to give way; build_hooks tells a hook which ones run before it";
    }
    for (const std::string& pattern : patch.exclude) {
      if (pattern.empty() || pattern.find('\0') != std::string::npos) {
        return where + "exclude: found a pattern that is empty or has a NUL";
      }
    }
  }
  for (const auto& [key, value] : patch.build_data) {
    if (value.is_null()) {
      const DataField* known = field(key);
      // A field of the target's never goes away: it is as if nobody had written it.
      if (known != nullptr && known->type == FieldType::list) {
        values_[key] = Json::Array{};
      } else if (known != nullptr && known->type == FieldType::mapping) {
        values_[key] = Json::Object{};
      } else {
        values_.erase(key);
      }
      continue;
    }
    remember(key, value, writer);
    if (is_replaced(key) || !values_.contains(key)) {
      values_[key] = value.as_object() != nullptr ? Json(Json::Object{}) : Json();
      if (value.as_array() != nullptr) values_[key] = Json::Array{};
    }
    merge(*values_.find(key), value);
  }
  forget_what_is_gone();
  for (const std::string& pattern : patch.exclude) {
    if (std::find(exclude_.begin(), exclude_.end(), pattern) == exclude_.end()) exclude_.push_back(pattern);
  }
  return std::nullopt;
}

std::optional<std::string> BuildData::replace(const Json::Object& image, const Writer& writer) {
  const std::string where =
      shown_hook(writer.hook) + ", stage " + std::string(hooks::build_target::name_of(writer.stage)) + ": build data: ";
  if (rules_.types) {
    for (const DataField& known : fields_) {
      if (values_.contains(known.name) && !image.contains(known.name)) {
        if (known.type == FieldType::list || known.type == FieldType::mapping) {
          return where + std::string(known.name) + ": the hook removed it; expected " +
                 std::string(name_of(known.type));
        }
      }
    }
    const std::string fault = fault_of(image);
    if (!fault.empty()) return where + fault;
    Json::Object changes;
    for (const auto& [key, value] : image) {
      const Json* before = values_.find(key);
      if (before == nullptr || *before != value) changes.insert(key, value);
    }
    const std::string conflict = conflict_of(changes, writer, [&](std::string_view key, std::string_view source) {
      return image.find(key)->find(source) == nullptr;
    });
    if (!conflict.empty()) return where + conflict + ". One of the two hooks has to give way";
  }
  for (const auto& [key, value] : image) {
    const Json* before = values_.find(key);
    if (before == nullptr || *before != value) remember(key, value, writer);
  }
  values_ = image;
  forget_what_is_gone();
  return std::nullopt;
}

void BuildData::set(std::string_view key, Json value) { values_[key] = std::move(value); }

// Before the value is changed: what is there already stays its writer's.
void BuildData::remember(std::string_view field_name, const Json& value, const Writer& writer) {
  const std::string hook = shown_hook(writer.hook);
  const std::string name(field_name);
  const Json* before = values_.find(field_name);
  if (const Json::Object* object = value.as_object()) {
    for (const auto& [key, one] : *object) {
      const Json* old = before == nullptr ? nullptr : before->find(key);
      if (old == nullptr || *old != one) writers_.insert_or_assign({name, key}, hook);
    }
  } else if (const Json::Array* list = value.as_array()) {
    const Json::Array* old = before == nullptr ? nullptr : before->as_array();
    const auto known = old == nullptr ? std::set<std::string, std::less<>>() : texts_of(*old);
    for (const std::string& text : texts_of(*list)) {
      if (!known.contains(text)) writers_.insert_or_assign({name, text}, hook);
    }
  } else {
    writers_.insert_or_assign({name, ""}, hook);
  }
}

// Whoever puts it there again is its writer then.
void BuildData::forget_what_is_gone() {
  std::map<std::string_view, std::set<std::string, std::less<>>> lists;
  for (const auto& [key, value] : values_) {
    if (const Json::Array* list = value.as_array()) lists.emplace(key, texts_of(*list));
  }
  std::erase_if(writers_, [&](const auto& one) {
    const auto& [field_name, entry] = one.first;
    const Json* value = values_.find(field_name);
    if (value == nullptr) return true;
    if (const Json::Object* object = value->as_object()) return !object->contains(entry);
    if (value->as_array() != nullptr) return !lists.at(field_name).contains(entry);
    return !entry.empty();
  });
}

std::string BuildData::writer_of(std::string_view field_name, std::string_view entry) const {
  const auto found = writers_.find(std::pair(std::string(field_name), std::string(entry)));
  return found == writers_.end() ? std::string() : found->second;
}

}  // namespace grapnel::target
