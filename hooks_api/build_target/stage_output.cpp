// SPDX-License-Identifier: BSD-3-Clause
// What a staged hook answers, as output.json of a build hook.
#include "hooks_api/base/shown.hpp"
#include "hooks_api/build_target/stage_document.hpp"
#include "hooks_api/protocol/output.hpp"
#include "hooks_api/protocol/reader.hpp"

#include <cstddef>
#include <ctime>
#include <utility>

namespace hooks::build_target {

namespace {

using protocol::Faults;
using protocol::ObjectReader;
using protocol::OutputStatus;
using Variables = std::vector<EnvironmentPatch::Variable>;

// No list may be longer, and no set of variables; what build data may hold is the runner's to judge.
constexpr std::size_t kMaxEntries = 100'000;

Json::Array to_list(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

// An object has one value for a name: that of the last one that was set.
Json::Object set_to_json(const Variables& variables) {
  Json::Object object;
  for (const auto& variable : variables) object[variable.name] = variable.value;
  return object;
}

// What was put before a variable last stands first.
Json::Object prepend_to_json(const Variables& variables) {
  Json::Object object;
  for (const auto& variable : variables) {
    Json& value = object[variable.name];
    const std::string* const earlier = value.as_string();
    value = earlier != nullptr ? variable.value + ":" + *earlier : variable.value;
  }
  return object;
}

Json::Object stage_to_json(const StageOutput& output) {
  Json::Object object;
  if (!output.requirements.empty()) object["requirements"] = to_list(output.requirements);
  if (!output.patch.build_data.empty()) object["build_data"] = output.patch.build_data;
  if (!output.patch.replace.empty()) object["replace"] = to_list(output.patch.replace);
  if (!output.patch.exclude.empty()) object["exclude"] = to_list(output.patch.exclude);
  Json::Object env;
  if (!output.environment.set.empty()) env["set"] = set_to_json(output.environment.set);
  if (!output.environment.prepend.empty()) env["prepend"] = prepend_to_json(output.environment.prepend);
  if (!env.empty()) object["env"] = std::move(env);
  if (!output.state.is_null()) object["state"] = output.state;
  Json::Array outputs;
  for (const auto& path : output.outputs) outputs.emplace_back(path.string());
  if (!outputs.empty()) object["outputs"] = std::move(outputs);
  return object;
}

// What has too many entries is a fault, and is not read.
bool is_too_long(ObjectReader& reader, std::string_view key) {
  const Json* const found = reader.json().find(key);
  if (found == nullptr) return false;
  std::size_t size = 0;
  if (const Json::Array* const list = found->as_array()) size = list->size();
  if (const Json::Object* const object = found->as_object()) size = object->size();
  if (size <= kMaxEntries) return false;
  reader.fault(key, "found " + std::to_string(size) + " entries; expected at most " + std::to_string(kMaxEntries));
  return true;
}

// The members of a list of texts, each of which says something.
std::vector<std::string> texts_in(ObjectReader& reader, std::string_view key, std::string_view expected) {
  std::vector<std::string> texts;
  if (is_too_long(reader, key)) return texts;
  const Json::Array* const list = reader.optional_list(key);
  if (list == nullptr) return texts;
  texts.reserve(list->size());
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string* const text = (*list)[i].as_string();
    std::string fault;
    if (text == nullptr) {
      fault = protocol::wrong_kind((*list)[i], "a string");
    } else if (text->empty() || text->find('\0') != std::string::npos) {
      fault = "found " + base::shown(*text) + "; expected " + std::string(expected);
    } else {
      texts.push_back(*text);
      continue;
    }
    reader.fault(std::string(key) + "." + std::to_string(i), std::move(fault));
  }
  return texts;
}

Variables variables_in(ObjectReader& reader, std::string_view key) {
  Variables variables;
  if (is_too_long(reader, key)) return variables;
  auto object = reader.optional_object(key);
  if (!object) return variables;
  for (const auto& [name, value] : object->json()) {
    const std::string* const text = value.as_string();
    if (name.empty() || name.find('=') != std::string::npos || name.find('\0') != std::string::npos) {
      object->fault(name, "found " + base::shown(name) + "; expected the name of a variable");
    } else if (text == nullptr) {
      object->fault(name, protocol::wrong_kind(value, "a string"));
    } else if (text->find('\0') != std::string::npos) {
      object->fault(name, "found a text with a NUL; expected one that a variable can hold");
    } else {
      variables.push_back({name, *text});
    }
  }
  return variables;
}

BuildDataPatch read_patch(ObjectReader& reader) {
  BuildDataPatch patch;
  if (const auto data = reader.optional_object("build_data")) patch.build_data = data->json();
  patch.replace = texts_in(reader, "replace", "a key of build_data");
  for (const std::string& key : patch.replace) {
    if (!patch.build_data.contains(key)) {
      reader.fault("replace", "found " + base::shown(key) + "; expected keys that build_data of this answer has");
    }
  }
  patch.exclude = texts_in(reader, "exclude", "a pattern");
  return patch;
}

void read_stage(ObjectReader& reader, StageOutput& output) {
  output.requirements = texts_in(reader, "requirements", "a requirement");
  output.patch = read_patch(reader);
  if (auto env = reader.optional_object("env")) {
    output.environment.set = variables_in(*env, "set");
    output.environment.prepend = variables_in(*env, "prepend");
  }
  if (const Json* const state = reader.json().find("state")) output.state = *state;
  for (std::string& path : texts_in(reader, "outputs", "a path")) output.outputs.emplace_back(std::move(path));
}

std::optional<std::int64_t> code_in(ObjectReader& reader) {
  // Another kind of failure_details is a fault already.
  const Json* const found = reader.json().find("failure_details");
  const Json* const code = found != nullptr ? found->find("code") : nullptr;
  if (code == nullptr || code->is_null()) return std::nullopt;
  return reader.optional_object("failure_details")->required_integer("code");
}

StageOutput::Failure read_failure(ObjectReader& reader, const HookOutput::Failure& failure) {
  // A type of a later protocol is no better known than none.
  const bool is_known = failure.type == name_of(FailureType::build) || failure.type == name_of(FailureType::infra);
  return {.type = is_known ? failure.type : std::string(name_of(FailureType::uncategorized)),
          .message = failure.message,
          .code = code_in(reader)};
}

}  // namespace

Json to_json(const StageOutput& output) {
  HookOutput common;
  common.timestamp = protocol::timestamp_text(std::time(nullptr));
  common.dependencies = output.dependencies;
  if (output.failure) common.failure = HookOutput::Failure{output.failure->type, output.failure->message};
  Json document = protocol::output_to_json(common, protocol::HookKind::build);
  Json::Object& members = *document.as_object();
  if (output.failure && output.failure->code) {
    (*members["failure_details"].as_object())["code"] = *output.failure->code;
  }
  members["build_target"] = stage_to_json(output);
  return document;
}

StageOutput read_stage_output(const Json& document, Faults& faults) {
  StageOutput output;
  const Json::Object* const object = document.as_object();
  if (object == nullptr) {
    protocol::add(faults, {"", protocol::wrong_kind(document, "an object")});
    return output;
  }
  ObjectReader reader(*object, "", faults);
  const protocol::ReadOutput common = protocol::read_output(reader, protocol::HookKind::build);
  if (common.status.status == OutputStatus::Status::unknown && object->find("status")->as_string() != nullptr) {
    reader.fault("status", "found " + base::shown(common.status.status_text) + "; expected 'success' or 'failure'");
  }
  if (!is_too_long(reader, "dependencies")) output.dependencies = common.output.dependencies;
  for (const std::filesystem::path& path : output.dependencies) {
    if (path.native().find('\0') == std::string::npos) continue;
    reader.fault("dependencies", "found " + base::shown(path.native()) + "; expected paths without NUL");
  }
  if (common.output.failure) output.failure = read_failure(reader, *common.output.failure);
  if (auto stage = reader.optional_object("build_target")) read_stage(*stage, output);
  return output;
}

}  // namespace hooks::build_target
