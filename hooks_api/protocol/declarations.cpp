// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/declarations.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/shown.hpp"
#include "hooks_api/protocol/path_text.hpp"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace hooks::protocol {

namespace {

using Declarations = HookOutput::Declarations;

template <typename T, typename Less = std::less<>>
void sort_unique(std::vector<T>& list, Less less = {}) {
  std::sort(list.begin(), list.end(), less);
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

// By their text: paths compare by their parts, for which "/a" and "/a/" are not the same either, but are slower.
bool text_less(const std::filesystem::path& a, const std::filesystem::path& b) { return a.native() < b.native(); }

// A list with too many entries is a fault, and is not read.
bool is_too_long(ObjectReader& reader, std::string_view key) {
  const Json* found = reader.json().find(key);
  const Json::Array* list = found != nullptr ? found->as_array() : nullptr;
  if (list == nullptr || list->size() <= kMaxDeclarations) return false;
  reader.fault(
      key, "found " + std::to_string(list->size()) + " entries; expected at most " + std::to_string(kMaxDeclarations));
  return true;
}

std::vector<std::filesystem::path> read_paths(ObjectReader& reader, std::string_view key) {
  if (is_too_long(reader, key)) return {};
  return reader.optional_absolute_paths(key);
}

std::vector<HookOutput::Tool> read_tools(ObjectReader& reader) {
  std::vector<HookOutput::Tool> tools;
  if (is_too_long(reader, "tools")) return tools;
  const Json::Array* list = reader.optional_list("tools");
  if (list == nullptr) return tools;
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto tool = reader.element("tools", i, (*list)[i]);
    if (!tool) continue;
    std::filesystem::path path = tool->required_absolute_path("path");
    tools.push_back({std::move(path), tool->optional_string("version").value_or("")});
  }
  return tools;
}

// Present, and empty, is another thing than absent: no variable counts.
std::optional<std::vector<std::string>> read_environment(ObjectReader& reader) {
  if (is_too_long(reader, "environment") || reader.optional_list("environment") == nullptr) return std::nullopt;
  const Json::Array& list = *reader.json().find("environment")->as_array();
  std::vector<std::string> names;
  names.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string key = "environment." + std::to_string(i);
    const std::string* name = list[i].as_string();
    if (name == nullptr) {
      reader.fault(key, wrong_kind(list[i], "a string"));
    } else if (!is_variable_name(*name)) {
      reader.fault(key, "found " + base::shown(*name) + "; expected the name of an environment variable");
    } else {
      names.push_back(*name);
    }
  }
  return names;
}

Json::Array paths_to_json(const std::vector<std::filesystem::path>& paths) {
  Json::Array list;
  list.reserve(paths.size());
  for (const std::filesystem::path& path : paths) list.emplace_back(path.native());
  return list;
}

Json::Array tools_to_json(const std::vector<HookOutput::Tool>& tools) {
  Json::Array list;
  list.reserve(tools.size());
  for (const HookOutput::Tool& tool : tools) {
    Json::Object object{{"path", tool.path.native()}};
    if (!tool.version.empty()) object["version"] = tool.version;
    list.emplace_back(std::move(object));
  }
  return list;
}

}  // namespace

bool is_variable_name(std::string_view name) noexcept {
  return !name.empty() && name.find_first_of(std::string_view("=\0", 2)) == std::string_view::npos;
}

Declarations canonical(Declarations declarations) {
  for (std::filesystem::path& directory : declarations.recursive) {
    if (!is_directory_text(directory.native())) directory = base::directory_text(directory);
  }
  sort_unique(declarations.recursive, text_less);
  sort_unique(declarations.absent, text_less);
  sort_unique(declarations.tools, [](const HookOutput::Tool& a, const HookOutput::Tool& b) {
    return std::tie(a.path.native(), a.version) < std::tie(b.path.native(), b.version);
  });
  if (declarations.environment) sort_unique(*declarations.environment);
  return declarations;
}

Declarations read_declarations(ObjectReader& document) {
  auto reader = document.optional_object("grapnel");
  if (!reader) return {};
  Declarations declarations;
  declarations.recursive = read_paths(*reader, "recursive");
  declarations.absent = read_paths(*reader, "absent");
  declarations.tools = read_tools(*reader);
  declarations.environment = read_environment(*reader);
  return canonical(std::move(declarations));
}

Json declarations_to_json(const Declarations& declarations) {
  const Declarations sorted = canonical(declarations);
  Json::Object object;
  if (!sorted.recursive.empty()) object["recursive"] = paths_to_json(sorted.recursive);
  if (!sorted.absent.empty()) object["absent"] = paths_to_json(sorted.absent);
  if (!sorted.tools.empty()) object["tools"] = tools_to_json(sorted.tools);
  if (sorted.environment) {
    Json::Array names;
    names.reserve(sorted.environment->size());
    for (const std::string& name : *sorted.environment) names.emplace_back(name);
    object["environment"] = std::move(names);
  }
  return object.empty() ? Json() : Json(std::move(object));
}

}  // namespace hooks::protocol
