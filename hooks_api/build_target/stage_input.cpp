// SPDX-License-Identifier: BSD-3-Clause
// What a staged hook is asked, as input.json of a build hook.
#include "hooks_api/build_target/stage_document.hpp"
#include "hooks_api/protocol/input.hpp"
#include "hooks_api/protocol/path_text.hpp"
#include "hooks_api/protocol/reader.hpp"

#include <array>
#include <utility>

namespace hooks::build_target {

namespace {

using protocol::Faults;
using protocol::ObjectReader;

constexpr std::array<Stage, 4> kStages{Stage::dependencies, Stage::clean, Stage::initialize, Stage::finalize};

bool has_version(Stage stage) { return stage == Stage::initialize || stage == Stage::finalize; }

Json text_or_null(const std::filesystem::path& path) { return path.empty() ? Json() : Json(path.string()); }

void add_unless_null(Json::Object& object, std::string_view key, const Json& value) {
  if (!value.is_null()) object[key] = value;
}

Json::Object hook_to_json(const StageInput& input) {
  return {{"config", input.config}, {"index", input.hook_index}, {"name", input.hook_name}, {"options", input.options}};
}

Json::Object stage_to_json(const StageInput& input) {
  Json::Object object{{"app", Json::Object{{"verbosity", input.verbosity}}},
                      {"build_config", input.build_config},
                      {"directory", text_or_null(input.directory)},
                      {"hook", hook_to_json(input)},
                      {"project", Json::Object{{"metadata", input.metadata}, {"version", input.project_version}}},
                      {"stage", name_of(input.stage)},
                      {"target_name", input.target_name}};
  if (input.stage == Stage::clean) object["versions"] = Json::Array(input.versions.begin(), input.versions.end());
  if (has_version(input.stage)) {
    object["version"] = input.version;
    object["build_data"] = input.build_data.value_or(Json::Object());
  }
  if (input.stage == Stage::finalize) {
    object["artifact_path"] = input.artifact_path.string();
    add_unless_null(object, "result", input.result);
  }
  add_unless_null(object, "config_settings", input.config_settings);
  add_unless_null(object, "state", input.state);
  add_unless_null(object, "work_dir", text_or_null(input.work_directory));
  if (!input.environment.empty()) object["env"] = input.environment;
  return object;
}

std::filesystem::path directory_in(ObjectReader& reader, std::string_view key) {
  return protocol::directory_from_text(reader.required_absolute_path(key).string());
}

Json::Object object_in(ObjectReader& reader, std::string_view key) {
  const auto found = reader.optional_object(key);
  return found ? found->json() : Json::Object();
}

Json value_in(const ObjectReader& reader, std::string_view key) {
  const Json* const found = reader.json().find(key);
  return found != nullptr ? *found : Json();
}

std::int64_t integer_in(ObjectReader& reader, std::string_view key) {
  return value_in(reader, key).is_null() ? 0 : reader.required_integer(key);
}

// Of a name, since an empty one stands for none in StageInput.
std::string name_in(ObjectReader& reader, std::string_view key) {
  const bool is_text = reader.json().find(key) != nullptr && reader.json().find(key)->as_string() != nullptr;
  std::string name = reader.required_string(key);
  if (is_text && name.empty()) reader.fault(key, "is empty; expected a name");
  return name;
}

void read_hook(ObjectReader& reader, StageInput& input) {
  input.hook_name = name_in(reader, "name");
  input.hook_index = integer_in(reader, "index");
  input.config = object_in(reader, "config");
  input.options = object_in(reader, "options");
}

// The members that only some stages have. Those of another stage are not looked at.
void read_members_of_stage(ObjectReader& reader, StageInput& input) {
  if (input.stage == Stage::clean) input.versions = reader.required_strings("versions");
  if (has_version(input.stage)) {
    input.version = name_in(reader, "version");
    if (const auto data = reader.required_object("build_data")) input.build_data = data->json();
  }
  if (input.stage == Stage::finalize) {
    input.artifact_path = reader.required_absolute_path("artifact_path");
    input.result = value_in(reader, "result");
  }
}

void read_stage(ObjectReader& reader, StageInput& input) {
  const std::string stage = reader.required_one_of("stage", {"dependencies", "clean", "initialize", "finalize"});
  for (const Stage one : kStages) {
    if (name_of(one) == stage) input.stage = one;
  }
  if (auto hook = reader.required_object("hook")) read_hook(*hook, input);
  if (auto project = reader.optional_object("project")) {
    input.project_version = project->optional_string("version").value_or("");
    input.metadata = object_in(*project, "metadata");
  }
  if (auto app = reader.optional_object("app")) input.verbosity = integer_in(*app, "verbosity");
  input.target_name = name_in(reader, "target_name");
  // While only requirements are asked nobody knows it.
  if (input.stage == Stage::dependencies) {
    input.directory = reader.optional_absolute_path("directory").value_or("");
  } else if (!stage.empty()) {
    input.directory = directory_in(reader, "directory");
  }
  if (!stage.empty()) read_members_of_stage(reader, input);
  input.build_config = object_in(reader, "build_config");
  input.config_settings = value_in(reader, "config_settings");
  input.state = value_in(reader, "state");
  if (const auto work = reader.optional_absolute_path("work_dir")) {
    input.work_directory = protocol::directory_from_text(work->string());
  }
  input.environment = object_in(reader, "env");
}

}  // namespace

std::string_view name_of(Stage stage) noexcept {
  switch (stage) {
    case Stage::dependencies:
      return "dependencies";
    case Stage::clean:
      return "clean";
    case Stage::initialize:
      return "initialize";
    case Stage::finalize:
      return "finalize";
  }
  return "";
}

Json to_json(const StageInput& input) {
  Json document = protocol::input_to_json(
      {.config = protocol::config_to_json(
           {.build_asset_types = {}, .linking_enabled = false, .extensions = {{"build_target", stage_to_json(input)}}}),
       .out_dir_shared = input.shared_directory,
       .out_file = input.out_file,
       .package_name = input.project_name,
       .package_root = input.root});
  if (input.out_file.empty()) document.as_object()->erase("out_file");
  return document;
}

StageInput read_stage_input(const Json& document, Faults& faults) {
  StageInput input;
  const Json::Object* const object = document.as_object();
  if (object == nullptr) {
    protocol::add(faults, {"", protocol::wrong_kind(document, "an object")});
    return input;
  }
  ObjectReader reader(*object, "", faults);
  input.project_name = reader.required_string("package_name");
  input.root = directory_in(reader, "package_root");
  input.shared_directory = directory_in(reader, "out_dir_shared");
  input.out_file = reader.optional_absolute_path("out_file").value_or("");
  auto config = reader.required_object("config");
  auto extensions = config ? config->required_object("extensions") : std::nullopt;
  if (auto stage = extensions ? extensions->required_object("build_target") : std::nullopt) read_stage(*stage, input);
  return input;
}

}  // namespace hooks::build_target
