// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/reader.hpp"

#include "hooks_api/base/shown.hpp"
#include "hooks_api/protocol/path_text.hpp"

#include <algorithm>

namespace hooks::protocol {

using base::shown;

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
  if (path_.empty()) return base::key_in_path(key);
  return key.empty() ? path_ : path_ + "." + base::key_in_path(key);
}

void ObjectReader::fault(std::string_view key, std::string message) {
  add(*faults_, {path_of(key), std::move(message)});
}

void ObjectReader::warn(std::string_view key, std::string message) {
  if (warnings_ != nullptr) add(*warnings_, {path_of(key), std::move(message)});
}

ObjectReader ObjectReader::inner(const Json::Object& object, std::string path) const {
  ObjectReader reader(object, std::move(path), *faults_);
  reader.warnings_ = warnings_;
  return reader;
}

const Json* ObjectReader::find_optional(std::string_view key) const {
  const Json* value = object_->find(key);
  return value != nullptr && value->is_null() && !exact() ? nullptr : value;
}

const Json* ObjectReader::optional(std::string_view key, Json::Kind kind) {
  const Json* value = find_optional(key);
  if (value == nullptr) return nullptr;
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
  std::string message = "found " + shown(text) + "; expected ";
  for (auto it = values.begin(); it != values.end(); ++it) {
    if (it != values.begin()) message += it + 1 == values.end() ? " or " : ", ";
    message += "'" + std::string(*it) + "'";
  }
  fault(key, std::move(message));
  return {};
}

std::optional<std::string> ObjectReader::own_string(std::string_view key) {
  const Json* value = object_->find(key);
  if (value == nullptr) return std::nullopt;
  if (const std::string* text = value->as_string()) return *text;
  warn(key, wrong_kind(*value, "a string"));
  return std::nullopt;
}

std::int64_t ObjectReader::required_integer(std::string_view key) {
  const Json* found = object_->find(key);
  if (const double* number = found != nullptr ? found->as_number() : nullptr) {
    constexpr double kLimit = 0x1p63;
    if (*number >= -kLimit && *number < kLimit) {
      // std::trunc would make each hook load libm.
      const auto integer = static_cast<std::int64_t>(*number);
      if (static_cast<double>(integer) == *number) return integer;
    }
  }
  const Json* value = required(key, Json::Kind::integer);
  return value != nullptr ? *value->as_integer() : 0;
}

bool ObjectReader::required_bool(std::string_view key) {
  const Json* value = required(key, Json::Kind::boolean);
  return value != nullptr && *value->as_bool();
}

std::optional<std::filesystem::path> ObjectReader::absolute_path(std::string_view key, const Json& value) {
  const std::string* text = value.as_string();
  if (text == nullptr) {
    fault(key, wrong_kind(value, "a string"));
  } else if (!is_absolute_path_text(*text)) {
    fault(key, "found " + shown(*text) + "; expected an absolute path");
  } else {
    return *text;
  }
  return std::nullopt;
}

std::filesystem::path ObjectReader::required_absolute_path(std::string_view key) {
  const Json* value = required(key, Json::Kind::string);
  return value != nullptr ? absolute_path(key, *value).value_or(std::filesystem::path()) : std::filesystem::path();
}

std::optional<std::filesystem::path> ObjectReader::optional_absolute_path(std::string_view key) {
  const Json* value = find_optional(key);
  return value != nullptr ? absolute_path(key, *value) : std::nullopt;
}

std::vector<std::filesystem::path> ObjectReader::optional_absolute_paths(std::string_view key) {
  std::vector<std::filesystem::path> paths;
  const Json::Array* list = optional_list(key);
  if (list == nullptr) return paths;
  paths.reserve(list->size());
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto path = absolute_path(std::string(key) + "." + std::to_string(i), (*list)[i]);
    if (path) paths.push_back(std::move(*path));
  }
  return paths;
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
  return inner(*value->as_object(), path_of(key));
}

std::optional<ObjectReader> ObjectReader::optional_object(std::string_view key) {
  const Json* value = optional(key, Json::Kind::object);
  if (value == nullptr) return std::nullopt;
  return inner(*value->as_object(), path_of(key));
}

std::optional<ObjectReader> ObjectReader::element(std::string_view key, std::size_t index, const Json& value) {
  std::string path = path_of(key) + "." + std::to_string(index);
  if (const Json::Object* object = value.as_object()) return inner(*object, std::move(path));
  add(*faults_, {std::move(path), wrong_kind(value, "an object")});
  return std::nullopt;
}

const Json::Array* ObjectReader::optional_list(std::string_view key) {
  const Json* value = optional(key, Json::Kind::array);
  return value != nullptr ? value->as_array() : nullptr;
}

}  // namespace hooks::protocol
