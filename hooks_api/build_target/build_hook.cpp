// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/shown.hpp"
#include "hooks_api/build_target/running_stage.hpp"
#include "hooks_api/protocol/declarations.hpp"
#include <hooks/build_target.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace hooks {

namespace {

using build_target::EnvironmentPatch;
using Variables = std::vector<EnvironmentPatch::Variable>;

auto find_variable(Variables& variables, const std::string& name) {
  return std::find_if(variables.begin(), variables.end(), [&](const auto& variable) { return variable.name == name; });
}

bool has_nul(std::string_view text) noexcept { return text.find('\0') != std::string_view::npos; }

void require_variable(const std::string& name, const std::string& value) {
  if (!protocol::is_variable_name(name)) {
    throw std::invalid_argument("found " + base::shown(name) + "; expected the name of an environment variable");
  }
  if (has_nul(value)) {
    throw std::invalid_argument("the value of the environment variable " + base::shown(name) + " has a NUL");
  }
}

void require_path(const std::filesystem::path& path) {
  if (path.empty()) throw std::invalid_argument("found an empty path; expected one of a file");
  if (has_nul(path.native())) throw std::invalid_argument("the path " + base::shown(path.native()) + " has a NUL");
}

}  // namespace

BuildHook::BuildHook() = default;
BuildHook::~BuildHook() = default;

std::vector<std::string> BuildHook::dependencies() { return {}; }

void BuildHook::clean(const std::vector<std::string>& /*versions*/) {}

void BuildHook::initialize(const std::string& /*version*/, BuildData& /*build_data*/) {}

void BuildHook::finalize(const std::string& /*version*/, BuildData& /*build_data*/,
                         const std::filesystem::path& /*artifact*/) {}

detail::RunningStage& BuildHook::stage() const {
  if (stage_ == nullptr) {
    throw std::logic_error(
        "a staged hook knows of its build only while one of its stages runs, not in its constructor");
  }
  return *stage_;
}

const std::string& BuildHook::plugin_name() const { return stage().input.hook_name; }
const BuildApp& BuildHook::app() const { return stage().app; }
const std::filesystem::path& BuildHook::root() const { return stage().input.root; }
const Json::Object& BuildHook::config() const { return stage().input.config; }
const Json::Object& BuildHook::options() const { return stage().input.options; }
const Json::Object& BuildHook::build_config() const { return stage().input.build_config; }
const std::string& BuildHook::target_name() const { return stage().input.target_name; }
std::optional<std::filesystem::path> BuildHook::directory() const {
  const std::filesystem::path& directory = stage().input.directory;
  return directory.empty() ? std::nullopt : std::optional(directory);
}
const ProjectMetadata& BuildHook::metadata() const { return stage().metadata; }
const std::filesystem::path& BuildHook::work_directory() const { return stage().input.work_directory; }
const std::filesystem::path& BuildHook::shared_directory() const { return stage().input.shared_directory; }
const Json& BuildHook::config_settings() const { return stage().input.config_settings; }
const Json& BuildHook::result() const { return stage().input.result; }
Json& BuildHook::state() { return stage().output.state; }

// A variable is either set or put before: an answer has no order between the two.
void BuildHook::set_environment(const std::string& name, std::string value) {
  require_variable(name, value);
  EnvironmentPatch& environment = stage().output.environment;
  if (const auto found = find_variable(environment.prepend, name); found != environment.prepend.end()) {
    environment.prepend.erase(found);
  }
  if (const auto found = find_variable(environment.set, name); found != environment.set.end()) {
    found->value = std::move(value);
  } else {
    environment.set.push_back({name, std::move(value)});
  }
}

void BuildHook::prepend_environment(const std::string& name, const std::string& value) {
  require_variable(name, value);
  EnvironmentPatch& environment = stage().output.environment;
  if (const auto found = find_variable(environment.set, name); found != environment.set.end()) {
    found->value.insert(0, value + ":");
  } else if (const auto before = find_variable(environment.prepend, name); before != environment.prepend.end()) {
    before->value.insert(0, value + ":");
  } else {
    environment.prepend.push_back({name, value});
  }
}

void BuildHook::add_output(const std::filesystem::path& path) {
  require_path(path);
  stage().output.outputs.push_back(path);
}

void BuildHook::add_dependency_file(const std::filesystem::path& path) {
  require_path(path);
  stage().output.dependencies.push_back(root() / path);
}

}  // namespace hooks
