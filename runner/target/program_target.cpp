// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/target/dist_targets.hpp"
#include "runner/target/document_hook.hpp"
#include "runner/target/hook_factory.hpp"

#include <system_error>
#include <utility>

namespace grapnel::target {

namespace fs = std::filesystem;
using hooks::base::shown;
using hooks::build_target::StageInput;

namespace {

class ProgramTarget final : public Target {
 public:
  ProgramTarget(Surroundings& surroundings, const workspace::BuildOptions& options)
      : surroundings_(surroundings), options_(options), directory_(hook_directory(surroundings, "target")) {}

  [[nodiscard]] const std::string& name() const noexcept override { return surroundings_.target; }
  [[nodiscard]] std::vector<std::string> versions() const override {
    std::vector<std::string> versions;
    if (const auto configured = options_.find_own("versions")) {
      add_requirements(versions, workspace::strings_of(*configured));
    }
    return versions.empty() ? std::vector<std::string>{"standard"} : versions;
  }
  [[nodiscard]] std::vector<std::string> default_versions() const override { return versions(); }
  [[nodiscard]] std::vector<DataField> fields() const override { return {}; }
  [[nodiscard]] hooks::Json::Object default_build_data() const override { return {}; }
  void check() const override { (void)program(); }

  StageEnd clean(const fs::path&, const std::vector<std::string>& versions) override {
    StageInput input = input_of(Stage::clean);
    input.versions = versions;
    return carry(std::move(input)).end;
  }

  Built build(const std::string& version, const fs::path&, BuildData& data) override {
    StageInput input = input_of(Stage::initialize);
    input.version = version;
    input.build_data = data.values();
    if (surroundings_.files) input.build_config["files"] = surroundings_.files();
    Carried carried = carry(std::move(input));
    if (!carried.output) return {.end = std::move(carried.end)};
    const std::vector<fs::path>& outputs = carried.output->outputs;
    if (outputs.size() != 1) {
      throw ProjectError("target " + shown(name()) + ": its program vouches for " + std::to_string(outputs.size()) +
                         " files; expected one output, the artifact");
    }
    fs::path artifact = (surroundings_.project.root / outputs.front()).lexically_normal();
    std::error_code error;
    if (!fs::exists(artifact, error)) {
      throw ProjectError("target " + shown(name()) + ": its program says that it made " + shown(artifact.native()) +
                         ", which does not exist");
    }
    return {.end = std::move(carried.end), .artifact = std::move(artifact)};
  }

 private:
  [[nodiscard]] ProgramSource program() const {
    ProgramSource source{.name = name()};
    if (const auto command = options_.find_own("command")) {
      source.command = workspace::strings_of(*command);
      if (source.command.empty()) workspace::refuse(*command, "found an empty list; expected a command line");
    } else if (const auto path = options_.find_own("path")) {
      source.path = (surroundings_.project.root / workspace::string_of(*path)).lexically_normal();
    }
    return source;
  }

  StageInput input_of(Stage stage) {
    StageInput input{.stage = stage,
                     .hook_name = name(),
                     .project_name = surroundings_.project_name,
                     .project_version = surroundings_.project_version,
                     .metadata = surroundings_.metadata,
                     .root = surroundings_.project.root,
                     .directory = surroundings_.absolute_directory(),
                     .target_name = surroundings_.target,
                     .build_config = surroundings_.build_config,
                     .verbosity = surroundings_.verbosity,
                     .config_settings = surroundings_.config_settings,
                     .shared_directory = directory_ / "shared"};
    input.build_config["directory"] = input.directory.native();
    if (options_.own() != nullptr) input.config = options_.own()->values;
    input.config.erase("hooks");
    return input;
  }

  Carried carry(StageInput input) {
    if (!carrier_) {
      carrier_ = one_shot(program(), surroundings_);
      StageEnd end = carrier_->construct();
      if (!end.success()) {
        carrier_.reset();
        return {.end = std::move(end)};
      }
    }
    const fs::path stage_directory = directory_ / name_of(input.stage);
    value_or_throw(hooks::base::create_directories(input.shared_directory));
    value_or_throw(hooks::base::create_directories(stage_directory));
    input.out_file = stage_directory / "output.json";
    const std::string what = "the program of target " + shown(name()) + ", stage " + std::string(name_of(input.stage));
    Carried carried = carrier_->carry(std::move(input), stage_directory);
    if (carried.output) return carried;
    // Nobody else tells: it is no stage of a hook.
    Outcome& outcome = carried.end.outcome;
    outcome.reason = what + ": " + outcome.reason + "; what it said is in " + shown(carried.end.log.native());
    return carried;
  }

  Surroundings& surroundings_;
  const workspace::BuildOptions& options_;
  fs::path directory_;
  std::unique_ptr<Carrier> carrier_;
};

}  // namespace

std::unique_ptr<Target> program_target(Surroundings& surroundings, const workspace::BuildOptions& options) {
  return std::make_unique<ProgramTarget>(surroundings, options);
}

}  // namespace grapnel::target
