// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/reader.hpp"

#include "hooks_api/protocol/path_text.hpp"

#include <algorithm>

namespace hooks::protocol {

namespace {

std::string expected_kind(Json::Kind kind) {
  switch (kind) {
    case Json::Kind::null:
      return "null";
    case Json::Kind::integer:
    case Json::Kind::object:
      return "an " + std::string(name_of(kind));
    default:
      return "a " + std::string(name_of(kind));
  }
}

}  // namespace

std::string wrong_kind(const Json& found, std::string_view expected) {
  return "found " + expected_kind(found.kind()) + "; expected " + std::string(expected);
}

std::string ObjectReader::path_of(std::string_view key) const {
  if (path_.empty()) return std::string(key);
  return key.empty() ? path_ : path_ + "." + std::string(key);
}

void ObjectReader::fault(std::string_view key, std::string message) {
  faults_->push_back({path_of(key), std::move(message)});
}

const Json* ObjectReader::optional(std::string_view key, Json::Kind kind) {
  const Json* value = object_->find(key);
  if (value == nullptr || value->is_null()) return nullptr;
  if (value->kind() == kind) return value;
  fault(key, wrong_kind(*value, expected_kind(kind)));
  return nullptr;
}

const Json* ObjectReader::required(std::string_view key, Json::Kind kind) {
  const Json* value = object_->find(key);
  if (value == nullptr) {
    fault(key, "missing; expected " + expected_kind(kind));
    return nullptr;
  }
  if (value->kind() == kind) return value;
  fault(key, wrong_kind(*value, expected_kind(kind)));
  return nullptr;
}

std::string ObjectReader::required_string(std::string_view key) {
  const Json* value = required(key, Json::Kind::string);
  return value != nullptr ? *value->as_string() : std::string();
}

std::optional<std::string> ObjectReader::optional_string(std::string_view key) {
  const Json* value = optional(key, Json::Kind::string);
  return value != nullptr ? std::optional(*value->as_string()) : std::nullopt;
}

std::string ObjectReader::required_one_of(std::string_view key, std::initializer_list<std::string_view> values) {
  const Json* value = required(key, Json::Kind::string);
  if (value == nullptr) return {};
  const std::string& text = *value->as_string();
  if (std::find(values.begin(), values.end(), text) != values.end()) return text;
  std::string message = "found '" + text + "'; expected ";
  for (auto it = values.begin(); it != values.end(); ++it) {
    if (it != values.begin()) message += it + 1 == values.end() ? " or " : ", ";
    message += "'" + std::string(*it) + "'";
  }
  fault(key, std::move(message));
  return {};
}

std::int64_t ObjectReader::required_integer(std::string_view key) {
  const Json* value = required(key, Json::Kind::integer);
  return value != nullptr ? *value->as_integer() : 0;
}

bool ObjectReader::required_bool(std::string_view key) {
  const Json* value = required(key, Json::Kind::boolean);
  return value != nullptr && *value->as_bool();
}

std::filesystem::path ObjectReader::required_absolute_path(std::string_view key) {
  const Json* value = required(key, Json::Kind::string);
  if (value == nullptr) return {};
  if (!is_absolute_path_text(*value->as_string())) {
    fault(key, "found '" + *value->as_string() + "'; expected an absolute path");
    return {};
  }
  return *value->as_string();
}

std::optional<std::filesystem::path> ObjectReader::optional_absolute_path(std::string_view key) {
  const Json* value = object_->find(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  std::filesystem::path path = required_absolute_path(key);
  return path.empty() ? std::nullopt : std::optional(std::move(path));
}

std::vector<std::string> ObjectReader::required_strings(std::string_view key) {
  if (required(key, Json::Kind::array) == nullptr) return {};
  return optional_strings(key);
}

std::vector<std::string> ObjectReader::optional_strings(std::string_view key) {
  std::vector<std::string> strings;
  const Json::Array* list = optional_list(key);
  if (list == nullptr) return strings;
  strings.reserve(list->size());
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (const std::string* text = (*list)[i].as_string()) {
      strings.push_back(*text);
    } else {
      fault(std::string(key) + "." + std::to_string(i), wrong_kind((*list)[i], "a string"));
    }
  }
  return strings;
}

std::optional<ObjectReader> ObjectReader::required_object(std::string_view key) {
  const Json* value = required(key, Json::Kind::object);
  if (value == nullptr) return std::nullopt;
  return ObjectReader(*value->as_object(), path_of(key), *faults_);
}

std::optional<ObjectReader> ObjectReader::optional_object(std::string_view key) {
  const Json* value = optional(key, Json::Kind::object);
  if (value == nullptr) return std::nullopt;
  return ObjectReader(*value->as_object(), path_of(key), *faults_);
}

const Json::Array* ObjectReader::optional_list(std::string_view key) {
  const Json* value = optional(key, Json::Kind::array);
  return value != nullptr ? value->as_array() : nullptr;
}

}  // namespace hooks::protocol
