// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/document_hook.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/sha256.hpp"
#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/outcome/exception.hpp"
#include "runner/target/once_per_input.hpp"
#include "runner/target/private_directory.hpp"
#include "runner/workspace/workspace.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace grapnel::target {

namespace fs = std::filesystem;
using hooks::Json;
using hooks::base::shown;
using hooks::build_target::StageInput;
using hooks::build_target::StageOutput;

namespace {

std::string path_part(const std::string& name) {
  return workspace::is_package_name(name) ? name : hooks::base::sha256_hex(name).substr(0, 32);
}

bool wants(const SelectedHook& selected, std::string_view key, std::string_view word) {
  const Json* value = selected.options.find(key);
  if (value == nullptr) return false;
  if (const std::string* text = value->as_string()) return *text == word;
  const Json::Array* list = value->as_array();
  return list != nullptr && std::find(list->begin(), list->end(), Json(word)) != list->end();
}

/// Files that a hook vouches for, until it is cleaned.
class Outputs {
 public:
  explicit Outputs(fs::path file, fs::path root) : file_(std::move(file)), root_(std::move(root)) {}

  void remember(const std::vector<fs::path>& outputs) {
    if (outputs.empty()) return;
    std::vector<std::string> all = read();
    for (const fs::path& output : outputs) {
      if (std::find(all.begin(), all.end(), output.native()) == all.end()) all.push_back(output.native());
    }
    value_or_throw(hooks::base::publish_file(file_, Json(Json::Array(all.begin(), all.end())).to_string()));
  }

  // Only what lies in the project: a record may have been tampered with, or be another project's.
  void clean() {
    for (const std::string& output : read()) {
      std::error_code error;
      const fs::path parent = fs::weakly_canonical(fs::path(output).parent_path(), error);
      const fs::path root = fs::weakly_canonical(root_, error);
      const auto [end, ignored] = std::mismatch(root.begin(), root.end(), parent.begin(), parent.end());
      if (error || end != root.end() || fs::is_directory(fs::symlink_status(output, error))) continue;
      value_or_throw(hooks::base::remove_path(output));
    }
    value_or_throw(hooks::base::remove_path(file_));
  }

 private:
  [[nodiscard]] std::vector<std::string> read() const {
    std::vector<std::string> outputs;
    const auto text = hooks::base::read_file(file_, std::size_t{1} << 20U);
    if (!text) return outputs;
    try {
      const Json document = Json::parse(*text);
      const Json::Array* list = document.as_array();
      for (const Json& one : list == nullptr ? Json::Array{} : *list) {
        if (one.as_string() != nullptr) outputs.push_back(*one.as_string());
      }
    } catch (const std::invalid_argument&) {
      // Damaged: nothing is known, and nothing is removed.
    }
    return outputs;
  }

  fs::path file_;
  fs::path root_;
};

class DocumentHook final : public StagedHook {
 public:
  DocumentHook(const SelectedHook& selected, std::int64_t index, std::unique_ptr<Carrier> carrier,
               Surroundings& surroundings)
      : selected_(selected),
        index_(index),
        carrier_(std::move(carrier)),
        surroundings_(surroundings),
        directory_(hook_directory(surroundings, selected.name)),
        private_(directory_) {}

  ~DocumentHook() override { carrier_->close(); }
  DocumentHook(const DocumentHook&) = delete;
  DocumentHook& operator=(const DocumentHook&) = delete;

  [[nodiscard]] const std::string& name() const noexcept override { return selected_.name; }

  StageEnd construct() override { return carrier_->construct(); }

  StageEnd dependencies(std::vector<std::string>& requirements) override {
    Carried carried = carry(input_of(Stage::dependencies));
    if (carried.output) add_requirements(requirements, carried.output->requirements);
    return std::move(carried.end);
  }

  StageEnd clean(const std::vector<std::string>& versions) override {
    StageInput input = input_of(Stage::clean);
    input.versions = versions;
    Carried carried = carry(std::move(input));
    if (carried.end.success()) outputs().clean();
    return std::move(carried.end);
  }

  StageEnd initialize(const std::string& version, BuildData& data) override {
    StageInput input = input_of(Stage::initialize);
    input.version = version;
    input.build_data = data.values();
    const bool is_once = wants(selected_, "once-per", "input") && surroundings_.use_cache &&
                         !surroundings_.like_hatch[Improvement::once_per_input];
    std::optional<OncePerInput> once;
    if (is_once) {
      once.emplace(surroundings_, carrier_->identity(), input);
      if (std::optional<StageOutput> known = once->find()) {
        StageEnd end = ended(outcome::cached());
        end.up_to_date = true;
        return take(std::move(*known), Stage::initialize, data, std::move(end));
      }
    }
    input.work_directory = private_.make("work");
    Carried carried = carry(std::move(input));
    if (!carried.output) return std::move(carried.end);
    const StageOutput output = *carried.output;
    StageEnd end = take(std::move(*carried.output), Stage::initialize, data, std::move(carried.end));
    if (once && end.success()) once->remember(output);
    return end;
  }

  StageEnd finalize(const std::string& version, BuildData& data, const fs::path& artifact) override {
    StageInput input = input_of(Stage::finalize);
    input.version = version;
    input.build_data = data.values();
    input.artifact_path = input.directory / artifact.filename();
    if (artifact.is_absolute()) input.artifact_path = artifact;
    input.work_directory = private_.make("work");
    if (!surroundings_.like_hatch[Improvement::result]) input.result = surroundings_.result;
    Carried carried = carry(std::move(input));
    if (!carried.output) return std::move(carried.end);
    return take(std::move(*carried.output), Stage::finalize, data, std::move(carried.end));
  }

  void end_version() noexcept override { private_.remove("work"); }

 private:
  [[nodiscard]] Outputs outputs() const { return Outputs(directory_ / "outputs.json", surroundings_.project.root); }

  [[nodiscard]] StageInput input_of(Stage stage) {
    StageInput input{.stage = stage,
                     .hook_name = selected_.name,
                     .hook_index = index_,
                     .config = selected_.config,
                     .options = selected_.options,
                     .project_name = surroundings_.project_name,
                     .project_version = surroundings_.project_version,
                     .metadata = surroundings_.metadata,
                     .root = surroundings_.project.root,
                     .directory = surroundings_.absolute_directory(),
                     .target_name = surroundings_.target,
                     .build_config = surroundings_.build_config,
                     .verbosity = surroundings_.verbosity,
                     .config_settings = surroundings_.config_settings,
                     .shared_directory = directory_ / "shared",
                     .state = state_};
    input.build_config["directory"] = input.directory.native();
    if (wants(selected_, "needs", "files") && surroundings_.files) input.build_config["files"] = surroundings_.files();
    value_or_throw(hooks::base::create_directories(input.shared_directory));
    return input;
  }

  Carried carry(StageInput input) {
    const Stage stage = input.stage;
    const fs::path directory = directory_ / name_of(stage);
    value_or_throw(hooks::base::create_directories(directory));
    input.out_file = private_.make("answer") / "output.json";
    Carried carried = carrier_->carry(std::move(input), directory);
    carried.end.directory = directory;
    if (!carried.output) return carried;
    if (!carried.output->state.is_null()) state_ = carried.output->state;
    return carried;
  }

  // What an answer changes.
  StageEnd take(StageOutput output, Stage stage, BuildData& data, StageEnd end) {
    std::optional<std::string> fault = data.apply(output.patch, {selected_.name, stage});
    if (!fault) fault = fault_of_outputs(output.outputs, stage);
    if (fault) {
      const auto duration = end.duration;
      StageEnd failed = end;
      failed.outcome = outcome::project_failure(*fault);
      failed.outcome.violation = true;
      failed.exit_code = failed.outcome.exit_code;
      failed.duration = duration;
      return failed;
    }
    surroundings_.environment.apply(output.environment);
    outputs().remember(output.outputs);
    return end;
  }

  // Makes the paths absolute.
  std::optional<std::string> fault_of_outputs(std::vector<fs::path>& outputs, Stage stage) const {
    for (fs::path& output : outputs) {
      output = (surroundings_.project.root / output).lexically_normal();
      std::error_code error;
      if (fs::exists(fs::symlink_status(output, error))) continue;
      return "hook " + shown(selected_.name) + ", stage " + std::string(name_of(stage)) +
             ": outputs: " + shown(output.native()) + " does not exist, but the hook vouches for it";
    }
    return std::nullopt;
  }

  SelectedHook selected_;
  std::int64_t index_;
  std::unique_ptr<Carrier> carrier_;
  Surroundings& surroundings_;
  fs::path directory_;
  PrivateDirectory private_;
  Json state_;
};

}  // namespace

fs::path hook_directory(const Surroundings& surroundings, const std::string& hook) {
  return surroundings.own_directory() / "hooks" / path_part(surroundings.target) / path_part(hook);
}

std::unique_ptr<StagedHook> document_hook(const SelectedHook& selected, std::int64_t index,
                                          std::unique_ptr<Carrier> carrier, Surroundings& surroundings) {
  return std::make_unique<DocumentHook>(selected, index, std::move(carrier), surroundings);
}

}  // namespace grapnel::target
