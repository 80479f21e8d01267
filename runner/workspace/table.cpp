// SPDX-License-Identifier: BSD-3-Clause
#include "runner/workspace/table.hpp"

#include "hooks_api/base/shown.hpp"
#include "runner/workspace/documents.hpp"
#include "runner/workspace/grapnel_toml.hpp"
#include "runner/workspace/tomlplusplus.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

namespace grapnel::workspace {
namespace {

using hooks::Json;

std::string joined(const std::string& path, std::string_view key) {
  const std::string part = hooks::base::shown_place(hooks::base::key_in_path(key));
  return path.empty() ? part : path + "." + part;
}

template <typename T>
std::string text_of(const T& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

// parse_toml() bounds the depth.
Json to_json(const toml::node& node);

Json list_of(const toml::array& array) {
  Json::Array list;
  list.reserve(array.size());
  for (const toml::node& element : array) list.push_back(to_json(element));
  return list;
}

Json object_of(const toml::table& table) {
  std::vector<Json::Member> members;
  members.reserve(table.size());
  for (const auto& [key, value] : table) members.push_back({std::string(key.str()), to_json(value)});
  return Json::Object(std::move(members));
}

Json to_json(const toml::node& node) {
  if (const toml::table* table = node.as_table()) return object_of(*table);
  if (const toml::array* array = node.as_array()) return list_of(*array);
  if (const auto* value = node.as_string()) return value->get();
  if (const auto* value = node.as_integer()) return value->get();
  if (const auto* value = node.as_boolean()) return value->get();
  if (const auto* value = node.as_floating_point()) {
    return std::isfinite(value->get()) ? Json(value->get()) : Json(std::isnan(value->get()) ? "nan" : "inf");
  }
  if (const auto* value = node.as_date()) return text_of(value->get());
  if (const auto* value = node.as_time()) return text_of(value->get());
  if (const auto* value = node.as_date_time()) return text_of(value->get());
  return {};
}

Table table_of(const toml::table& from, std::string path, const std::filesystem::path& file) {
  std::vector<std::pair<const toml::key*, const toml::node*>> in_order;
  for (const auto& [key, value] : from) in_order.emplace_back(&key, &value);
  // toml++ gives the keys by name.
  std::stable_sort(in_order.begin(), in_order.end(), [](const auto& left, const auto& right) {
    return left.first->source().begin < right.first->source().begin;
  });
  Table table{.path = std::move(path), .file = file, .values = *object_of(from).as_object()};
  for (const auto& [key, value] : in_order) {
    table.keys.emplace_back(key->str());
    if (const toml::table* inner = value->as_table()) {
      table.tables.emplace(table.keys.back(), table_of(*inner, joined(table.path, key->str()), file));
    }
  }
  return table;
}

}  // namespace

const Table* Table::table(std::string_view key) const noexcept {
  const auto found = tables.find(key);
  return found == tables.end() ? nullptr : &found->second;
}

const Table* Table::table(std::initializer_list<std::string_view> keys_down) const noexcept {
  const Table* here = this;
  for (const std::string_view key : keys_down) {
    here = here->table(key);
    if (here == nullptr) break;
  }
  return here;
}

std::string Table::path_of(std::string_view key) const {
  if (const Table* inner = table(key)) return inner->path;
  const auto origin = origins.find(key);
  return origin == origins.end() ? joined(path, key) : origin->second.path;
}

const std::filesystem::path& Table::file_of(std::string_view key) const noexcept {
  if (const Table* inner = table(key)) return inner->file;
  const auto origin = origins.find(key);
  return origin == origins.end() ? file : origin->second.file;
}

void Table::take(const Table& other, std::string_view key) {
  if (const Table* inner = other.table(key)) {
    put(key, *inner);
    return;
  }
  const std::string name(key);
  if (!values.contains(key)) keys.push_back(name);
  values[key] = *other.find(key);
  tables.erase(name);
  origins.insert_or_assign(name, Origin{other.path_of(key), other.file_of(key)});
}

void Table::put(std::string_view key, Table table) {
  std::string name(key);
  if (!values.contains(key)) keys.push_back(name);
  values[key] = table.values;
  origins.erase(name);
  tables.insert_or_assign(std::move(name), std::move(table));
}

void Table::erase(std::string_view key) {
  const std::string name(key);
  values.erase(key);
  tables.erase(name);
  origins.erase(name);
  keys.erase(std::remove(keys.begin(), keys.end(), name), keys.end());
}

Table read_table(std::string_view text, const std::filesystem::path& file, hooks::protocol::Faults& faults) {
  const std::optional<toml::table> document = parse_toml(text, faults);
  if (!document) return {};
  return table_of(*document, "", file);
}

Table load_table(const std::filesystem::path& file) {
  hooks::protocol::Faults faults;
  Table table = read_table(read_text(file, kMaxTomlBytes), file, faults);
  refuse_faults(file, faults, {});
  return table;
}

}  // namespace grapnel::workspace
