// SPDX-License-Identifier: BSD-3-Clause
// Build data as they are, and beside them what a hook has changed, such that the changes applied to what was given are
// what it sees.
#include "hooks_api/base/shown.hpp"
#include <hooks/build_target.hpp>

#include <algorithm>
#include <utility>

namespace hooks {

namespace {

template <typename T>
bool contains(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

[[noreturn]] void throw_wrong_type(std::string_view key, const Json& found, std::string_view expected) {
  throw BuildException("build data: " + base::shown(key) + " is of the type " + std::string(name_of(found.kind())) +
                       "; expected " + std::string(expected));
}

Json::Array to_list(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

}  // namespace

BuildData::BuildData() = default;

BuildData::BuildData(Json::Object given) : json_(std::move(given)) {
  given_.reserve(json_.size());
  for (const auto& [key, value] : json_) given_.push_back(key);
}

BuildData::~BuildData() = default;

std::vector<std::string> BuildData::strings(std::string_view key) const {
  std::vector<std::string> texts;
  const Json* value = find(key);
  if (value == nullptr) return texts;
  const Json::Array* list = value->as_array();
  if (list == nullptr) throw_wrong_type(key, *value, "a list of strings");
  texts.reserve(list->size());
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string* text = (*list)[i].as_string();
    if (text == nullptr) throw_wrong_type(std::string(key) + "." + std::to_string(i), (*list)[i], "a string");
    texts.push_back(*text);
  }
  return texts;
}

BuildData::Map BuildData::map(std::string_view key) const {
  Map texts;
  const Json* value = find(key);
  if (value == nullptr) return texts;
  const Json::Object* members = value->as_object();
  if (members == nullptr) throw_wrong_type(key, *value, "an object of strings");
  for (const auto& [source, target] : *members) {
    const std::string* text = target.as_string();
    if (text == nullptr) throw_wrong_type(std::string(key) + "." + base::key_in_path(source), target, "a string");
    texts.emplace(source, *text);
  }
  return texts;
}

bool BuildData::boolean(std::string_view key, bool otherwise) const {
  const Json* value = find(key);
  if (value == nullptr) return otherwise;
  if (value->as_bool() == nullptr) throw_wrong_type(key, *value, "a boolean");
  return *value->as_bool();
}

std::optional<std::string> BuildData::tag() const {
  const Json* value = find("tag");
  if (value == nullptr) return std::nullopt;
  if (value->as_string() == nullptr) throw_wrong_type("tag", *value, "a string");
  return *value->as_string();
}

void BuildData::add(const std::string& key, std::string value) { append(key, {Json(std::move(value))}); }

void BuildData::add(const std::string& key, const std::filesystem::path& source, std::string target) {
  merge(key, {{source.native(), std::move(target)}});
}

void BuildData::replace_artifacts(const std::vector<std::string>& patterns) { set("artifacts", to_list(patterns)); }

void BuildData::exclude(std::string pattern) {
  if (!contains(excluded_, pattern)) excluded_.push_back(std::move(pattern));
}

void BuildData::set(const std::string& key, Json value) {
  if (value.is_null()) {
    erase(key);
  } else if (const Json::Array* list = value.as_array()) {
    put(key, Json::Array(), true);
    append(key, *list);
  } else if (const Json::Object* members = value.as_object()) {
    put(key, Json::Object(), true);
    merge(key, *members);
  } else {
    put(key, std::move(value), false);
  }
}

bool BuildData::erase(const std::string& key) {
  if (!json_.erase(key)) return false;
  mark_replaced(key, false);
  if (contains(given_, key)) {
    changes_[key] = nullptr;
  } else {
    changes_.erase(key);
  }
  return true;
}

void BuildData::apply(const Json::Object& changes) {
  for (const auto& [key, value] : changes) {
    if (value.is_null()) {
      erase(key);
    } else if (const Json::Array* list = value.as_array()) {
      append(key, *list);
    } else if (const Json::Object* members = value.as_object()) {
      merge(key, *members);
    } else {
      put(key, value, false);
    }
  }
}

// A list onto what is none stands in its place; whether it may is the runner's to judge.
void BuildData::append(const std::string& key, const Json::Array& values) {
  Json* now = json_.find(key);
  if (now == nullptr || now->as_array() == nullptr) {
    put(key, Json::Array(), now != nullptr || was_erased(key));
    now = json_.find(key);
  }
  Json& change = changes_[key];
  if (change.is_null()) change = Json::Array();
  for (const Json& value : values) {
    if (contains(*now->as_array(), value)) continue;
    now->as_array()->push_back(value);
    change.as_array()->push_back(value);
  }
}

void BuildData::merge(const std::string& key, const Json::Object& members) {
  Json* now = json_.find(key);
  if (now == nullptr || now->as_object() == nullptr) {
    put(key, Json::Object(), now != nullptr || was_erased(key));
    now = json_.find(key);
  }
  Json& change = changes_[key];
  if (change.is_null()) change = Json::Object();
  const bool is_replaced = contains(replaced_, key);
  for (const auto& [name, value] : members) {
    if (!value.is_null()) {
      (*now->as_object())[name] = value;
      (*change.as_object())[name] = value;
      continue;
    }
    now->as_object()->erase(name);
    if (is_replaced) {
      change.as_object()->erase(name);
    } else {
      (*change.as_object())[name] = nullptr;
    }
  }
}

void BuildData::put(const std::string& key, Json value, bool replaces) {
  json_[key] = value;
  changes_[key] = std::move(value);
  mark_replaced(key, replaces);
}

void BuildData::mark_replaced(const std::string& key, bool replaces) {
  if (!replaces) {
    std::erase(replaced_, key);
  } else if (!contains(replaced_, key)) {
    replaced_.push_back(key);
  }
}

// By this hook: what it puts there now has to stand alone.
bool BuildData::was_erased(const std::string& key) const {
  const Json* change = changes_.find(key);
  return change != nullptr && change->is_null();
}

}  // namespace hooks
