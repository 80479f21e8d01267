// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/once_per_input.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "runner/cache/digest.hpp"

#include <string_view>
#include <system_error>
#include <utility>

namespace grapnel::target {

namespace fs = std::filesystem;
using hooks::Json;
using hooks::build_target::StageInput;
using hooks::build_target::StageOutput;

namespace {

constexpr std::string_view kRoot = "${root}";
constexpr std::size_t kLargestAnswer = std::size_t{4} << 20U;
constexpr std::string_view kVersion = "1";

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  if (what.empty()) return text;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

// In every text of a value, keys too.
Json replaced(const Json& value, std::string_view what, std::string_view by) {
  if (const std::string* text = value.as_string()) return replaced(*text, what, by);
  if (const Json::Array* list = value.as_array()) {
    Json::Array result;
    for (const Json& one : *list) result.push_back(replaced(one, what, by));
    return result;
  }
  if (const Json::Object* object = value.as_object()) {
    Json::Object result;
    for (const auto& [key, one] : *object) result.insert(replaced(key, what, by), replaced(one, what, by));
    return result;
  }
  return value;
}

fs::path place_of(const Surroundings& surroundings) {
  const Environment& environment = surroundings.environment.all();
  const fs::path cache(value_of(environment, "XDG_CACHE_HOME"));
  if (cache.is_absolute()) return cache / "grapnel" / "hooks";
  const fs::path home(value_of(environment, "HOME"));
  if (home.is_absolute()) return home / ".cache" / "grapnel" / "hooks";
  return surroundings.own_directory() / "answers";
}

std::string digest_of_file(const std::string& path) {
  const cache::Content content =
      !path.empty() && path.back() == '/' ? cache::content_of_directory(path) : cache::content_of_file(path);
  if (content.state.kind == cache::FileState::Kind::unreadable) return {};
  return cache::to_hex(content.digest);
}

}  // namespace

OncePerInput::OncePerInput(const Surroundings& surroundings, const std::string& identity, const StageInput& input)
    : root_(surroundings.project.root) {
  if (identity.empty()) return;
  Json::Object question{{"config", input.config},        {"options", input.options},
                        {"project", input.project_name}, {"version", input.project_version},
                        {"metadata", input.metadata},    {"config_settings", input.config_settings}};
  Json::Object environment;
  for (const std::string& variable : surroundings.environment.filtered()) {
    const std::size_t equals = variable.find('=');
    const std::string_view name = std::string_view(variable).substr(0, equals);
    if (says_how_to_build(name)) environment.insert(std::string(name), variable.substr(equals + 1));
  }
  // What the project declares that its hooks read.
  for (const std::string& name : surroundings.project.settings.environment.names) {
    environment[name] = std::string(value_of(surroundings.environment.filtered(), name));
  }
  question.insert("environment", std::move(environment));
  cache::Fields fields;
  fields.add(kVersion).add(identity).add(replaced(question, root_.native(), kRoot).to_string());
  file_ = place_of(surroundings) / (cache::to_hex(fields.digest()) + ".json");
}

std::optional<StageOutput> OncePerInput::find() const {
  if (file_.empty()) return std::nullopt;
  const auto text = hooks::base::read_file(file_, kLargestAnswer);
  if (!text) return std::nullopt;
  const auto document = hooks::base::parse_json(*text);
  const Json* answer = document ? document->find("answer") : nullptr;
  const Json* files = document ? document->find("files") : nullptr;
  if (answer == nullptr || files == nullptr || files->as_object() == nullptr) return std::nullopt;
  for (const auto& [path, digest] : *files->as_object()) {
    const std::string now = digest_of_file(replaced(path, kRoot, root_.native()));
    if (now.empty() || digest != Json(now)) return std::nullopt;
  }
  hooks::protocol::Faults faults;
  StageOutput output = hooks::build_target::read_stage_output(replaced(*answer, kRoot, root_.native()), faults);
  if (!faults.empty() || output.failure) return std::nullopt;
  for (const fs::path& made : output.outputs) {
    std::error_code error;
    if (!fs::exists(fs::symlink_status(root_ / made, error))) return std::nullopt;
  }
  return output;
}

void OncePerInput::remember(const StageOutput& output) const noexcept {
  if (file_.empty()) return;
  try {
    Json::Object files;
    for (const fs::path& path : output.dependencies) {
      const std::string digest = digest_of_file(path.native());
      if (digest.empty()) return;
      files[replaced(path.native(), root_.native(), kRoot)] = digest;
    }
    const Json document = Json::Object{{"answer", replaced(to_json(output), root_.native(), kRoot)}, {"files", files}};
    if (!hooks::base::create_directories(file_.parent_path())) return;
    (void)hooks::base::publish_file(file_, document.to_string());
  } catch (const std::exception&) {
    // It is asked again.
  }
}

}  // namespace grapnel::target
