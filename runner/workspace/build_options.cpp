// SPDX-License-Identifier: BSD-3-Clause
#include "runner/workspace/build_options.hpp"

#include "hooks_api/protocol/reader.hpp"
#include "runner/base/errors.hpp"

#include <cstddef>

namespace grapnel::workspace {
namespace {

using hooks::Json;
using hooks::protocol::wrong_kind;

// People know these as TOML has them.
std::string found(const Json& value, std::string_view expected) {
  if (value.kind() == Json::Kind::object) return "found a table; expected " + std::string(expected);
  return wrong_kind(value, expected);
}

std::string entry_of(const Option& option, const Json& value, std::size_t number) {
  const std::string entry = "entry #" + std::to_string(number);
  const std::string* text = value.as_string();
  if (text == nullptr) refuse(option, entry + ": " + found(value, "a string"));
  if (text->empty()) refuse(option, entry + ": found an empty string; expected a text");
  if (text->find('\0') != std::string::npos) refuse(option, entry + ": found a NUL; expected a text without");
  return *text;
}

}  // namespace

void refuse(const Option& option, const std::string& message) {
  throw ProjectError("'" + option.file().string() + "': " + option.path + ": " + message);
}

const std::filesystem::path& Option::file() const noexcept { return table->file_of(key); }

bool boolean_of(const Option& option) {
  const bool* value = option.value->as_bool();
  if (value == nullptr) refuse(option, found(*option.value, "a boolean"));
  return *value;
}

std::string string_of(const Option& option) {
  const std::string* value = option.value->as_string();
  if (value == nullptr) refuse(option, found(*option.value, "a string"));
  if (value->find('\0') != std::string::npos) refuse(option, "found a NUL; expected a text without");
  return *value;
}

std::vector<std::string> strings_of(const Option& option) {
  const Json::Array* list = option.value->as_array();
  if (list == nullptr) refuse(option, found(*option.value, "a list"));
  std::vector<std::string> strings;
  strings.reserve(list->size());
  for (const Json& value : *list) strings.push_back(entry_of(option, value, strings.size() + 1));
  return strings;
}

std::vector<std::pair<std::string, std::string>> mapping_of(const Option& option) {
  const Table* table = option.table->table(option.key);
  if (table == nullptr) refuse(option, found(*option.value, "a table"));
  std::vector<std::pair<std::string, std::string>> mapping;
  for (const std::string& key : table->keys) {
    const Json& value = *table->find(key);
    if (key.empty())
      refuse(option, "entry #" + std::to_string(mapping.size() + 1) + ": found an empty key; expected a text");
    const std::string* text = value.as_string();
    const Option entry{&value, table->path_of(key), table, key};
    if (text == nullptr) refuse(entry, found(value, "a string"));
    if (text->empty()) refuse(entry, "found an empty string; expected a text");
    if (text->find('\0') != std::string::npos || key.find('\0') != std::string::npos) {
      refuse(entry, "found a NUL; expected a text without");
    }
    mapping.emplace_back(key, *text);
  }
  return mapping;
}

BuildOptions::BuildOptions(const Table& build, std::string target) : build_(&build), target_(std::move(target)) {
  const Json* targets = build.find("targets");
  if (targets == nullptr) return;
  const Table* all = build.table("targets");
  if (all == nullptr) refuse({targets, build.path_of("targets"), &build, "targets"}, found(*targets, "a table"));
  const Json* own = all->find(target_);
  if (own == nullptr) return;
  own_ = all->table(target_);
  if (own_ == nullptr) refuse({own, all->path_of(target_), all, target_}, found(*own, "a table"));
}

std::optional<Option> BuildOptions::find_own(std::string_view key) const {
  const Json* value = own_ == nullptr ? nullptr : own_->find(key);
  if (value == nullptr) return std::nullopt;
  return Option{value, own_->path_of(key), own_, std::string(key)};
}

std::optional<Option> BuildOptions::find(std::string_view key) const {
  if (std::optional<Option> own = find_own(key)) return own;
  const Json* value = build_->find(key);
  if (value == nullptr) return std::nullopt;
  return Option{value, build_->path_of(key), build_, std::string(key)};
}

bool BuildOptions::boolean(std::string_view key, bool otherwise) const {
  const std::optional<Option> option = find(key);
  return option ? boolean_of(*option) : otherwise;
}

std::optional<std::string> BuildOptions::string(std::string_view key) const {
  const std::optional<Option> option = find(key);
  if (!option) return std::nullopt;
  return string_of(*option);
}

std::optional<std::vector<std::string>> BuildOptions::strings(std::string_view key) const {
  const std::optional<Option> option = find(key);
  if (!option) return std::nullopt;
  return strings_of(*option);
}

std::optional<std::vector<std::pair<std::string, std::string>>> BuildOptions::mapping(std::string_view key) const {
  const std::optional<Option> option = find(key);
  if (!option) return std::nullopt;
  return mapping_of(*option);
}

}  // namespace grapnel::workspace
