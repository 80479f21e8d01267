// SPDX-License-Identifier: BSD-3-Clause
#include "tests/conformance/dart_hooks_documents.hpp"

#include "hooks_api/protocol/validate.hpp"

#include <charconv>
#include <ostream>
#include <stdexcept>

namespace tests {

using hooks::Json;

namespace {

// One asset of each type, and each link mode.
constexpr const char* kAssets = R"([
  {"type": "code_assets/code", "encoding": {"id": "package:p/a.dart", "file": "/out/liba.so",
                                            "link_mode": {"type": "dynamic_loading_bundle"}}},
  {"type": "code_assets/code", "encoding": {"id": "package:p/b.dart", "link_mode": {"type": "dynamic_loading_executable"}}},
  {"type": "code_assets/code", "encoding": {"id": "package:p/c.dart", "link_mode": {"type": "dynamic_loading_process"}}},
  {"type": "code_assets/code", "encoding": {"id": "package:p/d.dart",
                                            "link_mode": {"type": "dynamic_loading_system", "uri": "libz.so.1"}}},
  {"type": "code_assets/code", "encoding": {"id": "package:p/e.dart", "file": "C:\\out\\e.lib",
                                            "link_mode": {"type": "static"}}},
  {"type": "data_assets/data", "encoding": {"package": "p", "name": "n", "file": "/out/n.txt"}},
  {"type": "hooks/metadata", "encoding": {"key": "k", "value": null}},
  {"type": "other/type"}
])";

Json common_input(std::string_view directory) {
  Json document = Json::parse(R"({
    "$schema": "../schema.json",
    "config": {
      "build_asset_types": ["code_assets/code", "data_assets/data"],
      "extensions": {
        "code_assets": {
          "android": {"target_ndk_api": 30},
          "c_compiler": {
            "ar": "/usr/bin/ar", "cc": "/usr/bin/cc", "ld": "C:\\tools\\ld.exe",
            "windows": {"developer_command_prompt": {"arguments": ["x64"], "script": "c:/vs/vcvars64.bat"}}
          },
          "ios": {"target_sdk": "iphoneos", "target_version": 12},
          "link_mode_preference": "prefer_dynamic",
          "macos": {"target_version": 13},
          "sanitizer": "asan",
          "target_architecture": "x64",
          "target_os": "windows"
        }
      }
    },
    "out_file": "/ws/.dart_tool/hooks_runner/p/0123456789/output.json",
    "package_name": "p",
    "package_root": "/ws/p/",
    "user_defines": {"workspace_pubspec": {"base_path": "/ws/pubspec.yaml", "defines": {"k": [1, null, {"x": true}]}}}
  })");
  (*document.as_object())["out_dir_shared"] = "/ws/.dart_tool/hooks_runner/shared/p/" + std::string(directory) + "/";
  return document;
}

Json* step(Json& value, std::string_view key) {
  if (Json::Array* list = value.as_array()) {
    std::size_t index = 0;
    if (std::from_chars(key.data(), key.data() + key.size(), index).ec != std::errc() || index >= list->size()) {
      return nullptr;
    }
    return &(*list)[index];
  }
  return value.as_object() != nullptr ? value.as_object()->find(key) : nullptr;
}

std::pair<std::string_view, std::string_view> parent_and_key(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos) return {"", path};
  return {path.substr(0, dot), path.substr(dot + 1)};
}

// Objects that are maps: their keys are names of packages or of the user's own.
bool is_map(std::string_view key) {
  return key == "defines" || key == "assets_for_linking" || key == "assets" || key == "value";
}

void add_unknown_members(Json& value, bool map) {
  if (Json::Array* list = value.as_array()) {
    for (Json& element : *list) add_unknown_members(element, false);
  }
  Json::Object* object = value.as_object();
  if (object == nullptr) return;
  std::vector<std::string> keys;
  for (const Json::Member& member : *object) keys.push_back(member.key);
  for (const std::string& key : keys) {
    if (key != "defines" && key != "value") add_unknown_members(*object->find(key), is_map(key));
  }
  if (!map) (*object)["future_member"] = Json::Array{nullptr, Json::Object{{"type", 5}}};
}

}  // namespace

Json full_build_input() {
  Json document = common_input("build");
  at(document, "config").as_object()->insert("linking_enabled", true);
  return with(std::move(document), "assets", Json::Object{{"q", Json::parse(kAssets)}, {"r", Json::Array{}}});
}

Json full_link_input() {
  Json document = common_input("link");
  at(document, "config.extensions").as_object()->insert("hooks_runner", Json::parse(R"({"record_use":
    {"compiler": "dart2js", "entry_points": ["/ws/bin/main.dart"]}})"));
  document = with(std::move(document), "assets", Json::parse(kAssets));
  document = with(std::move(document), "assets_from_linking", Json::parse(kAssets));
  return with(std::move(document), "resource_identifiers", "/ws/recorded_uses.json");
}

Json full_link_output() {
  Json document = Json::parse(R"({
    "$schema": "../schema.json",
    "dependencies": ["/ws/p/src/a.c", "C:\\ws\\data\\"],
    "failure_details": {"message": "no network", "type": "infra"},
    "status": "failure",
    "timestamp": "2026-11-22 10:00:00.000",
    "type": "infra"
  })");
  document = with(std::move(document), "assets", Json::parse(kAssets));
  return with(std::move(document), "assets_for_linking", Json::Object{{"q", Json::parse(kAssets)}});
}

Json full_build_output() { return with(full_link_output(), "assets_for_build", Json::parse(kAssets)); }

Json& at(Json& document, std::string_view path) {
  Json* value = &document;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    value = step(*value, path.substr(0, dot));
    if (value == nullptr) throw std::logic_error("nothing at '" + std::string(path) + "'");
    path = dot == std::string_view::npos ? "" : path.substr(dot + 1);
  }
  return *value;
}

Json with(Json document, std::string_view path, Json value) {
  const auto [parent, key] = parent_and_key(path);
  Json& owner = at(document, parent);
  if (owner.as_object() != nullptr) {
    (*owner.as_object())[key] = std::move(value);
  } else {
    *step(owner, key) = std::move(value);
  }
  return document;
}

Json without(Json document, std::string_view path) {
  const auto [parent, key] = parent_and_key(path);
  if (!at(document, parent).as_object()->erase(key)) throw std::logic_error("nothing at '" + std::string(path) + "'");
  return document;
}

Json with_unknown_members(const Json& document) {
  Json more = document;
  add_unknown_members(more, false);
  return more;
}

hooks::protocol::Faults check_input(const Json& document, hooks::protocol::HookKind kind) {
  const auto check = [](const auto& input) { return input ? hooks::protocol::validate_input(**input) : input.error(); };
  return kind == hooks::protocol::HookKind::build ? check(hooks::protocol::read_build_input(document))
                                                  : check(hooks::protocol::read_link_input(document));
}

std::string expected(Member::Type type) {
  switch (type) {
    case Member::Type::string:
    case Member::Type::path:
      return "a string";
    case Member::Type::integer:
      return "an integer";
    case Member::Type::boolean:
      return "a boolean";
    case Member::Type::list:
      return "a list";
    case Member::Type::object:
      return "an object";
  }
  return "";
}

std::vector<Json> values_of_other_types(Member::Type type) {
  using Type = Member::Type;
  std::vector<Json> values{nullptr, 1.5};
  if (type != Type::string && type != Type::path) values.emplace_back("text");
  if (type != Type::integer) values.emplace_back(7);
  if (type != Type::boolean) values.emplace_back(true);
  if (type != Type::list) values.emplace_back(Json::Array{});
  if (type != Type::object) values.emplace_back(Json::Object{});
  return values;
}

std::string shown(const hooks::protocol::Faults& faults) { return describe(faults); }

}  // namespace tests

namespace hooks::protocol {

void PrintTo(const Fault& fault, std::ostream* out) { *out << describe(fault); }

}  // namespace hooks::protocol
