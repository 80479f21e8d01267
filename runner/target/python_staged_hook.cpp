// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/python_staged_hook.hpp"

#include "hooks_api/base/files.hpp"
#include "runner/base/errors.hpp"
#include "runner/outcome/classify.hpp"

#include <utility>

namespace grapnel::target {

namespace fs = std::filesystem;
using hooks::Json;

namespace {

class PythonHook final : public StagedHook {
 public:
  PythonHook(SelectedHook selected, std::int64_t index, std::shared_ptr<PythonHooks> hooks, Surroundings& surroundings)
      : selected_(std::move(selected)), index_(index), hooks_(std::move(hooks)), surroundings_(surroundings) {}

  [[nodiscard]] const std::string& name() const noexcept override { return selected_.name; }

  StageEnd construct() override {
    tell_environment();
    auto loaded = host().load(selected_.name, selected_.table.values, index_);
    StageEnd end = loaded ? StageEnd{} : failed(loaded.error());
    if (loaded) take(*loaded);
    if (!hooks_->is_told) tell_hatchling();
    return with_output(std::move(end));
  }

  StageEnd dependencies(std::vector<std::string>& requirements) override {
    tell_environment();
    const auto answer = host().dependencies(selected_.name);
    if (!answer) return with_output(failed(answer.error()));
    add_requirements(requirements, *answer);
    return with_output(done());
  }

  StageEnd clean(const std::vector<std::string>& versions) override {
    tell_environment();
    const auto answer = host().clean(selected_.name, versions);
    if (!answer) return with_output(failed(answer.error()));
    take(*answer);
    return with_output(done());
  }

  StageEnd initialize(const std::string& version, BuildData& data) override {
    tell_environment();
    if (hooks_->version != version) {
      const auto begun = host().begin(version, data.values());
      if (!begun) return with_output(failed(begun.error()));
      hooks_->version = version;
    }
    return take(host().initialize(selected_.name, version, data.values()), Stage::initialize, data);
  }

  StageEnd finalize(const std::string& version, BuildData& data, const fs::path& artifact) override {
    tell_environment();
    return take(host().finalize(selected_.name, version, data.values(), artifact), Stage::finalize, data);
  }

  // The same version may be built again, with build data of its own.
  void end_version() noexcept override { hooks_->version.clear(); }

 private:
  PythonHost& host() noexcept { return hooks_->host; }

  void tell_environment() {
    for (const auto& [name, value] : surroundings_.environment.changes()) {
      host().set_environment(name, value ? Json(*value) : Json());
    }
  }

  void tell_hatchling() {
    const auto opened = host().open();
    if (!opened) return;
    hooks_->is_told = true;
    // Which one it is matters where it is not the real one.
    if (opened->hatchling.empty() && surroundings_.warn) surroundings_.warn(opened->note);
  }

  void take(const HostChanges& changes) {
    for (const auto& [name, value] : changes.environment) {
      const std::string* text = value.as_string();
      surroundings_.environment.set(name, text == nullptr ? std::nullopt : std::optional(*text));
    }
    for (const auto& [key, value] : changes.metadata) surroundings_.metadata_changes[key] = value;
    if (changes.target_config) surroundings_.target_config = changes.target_config;
  }

  StageEnd take(HostResult<HostStage> answer, Stage stage, BuildData& data) {
    if (!answer) return with_output(failed(answer.error()));
    take(answer->changes);
    if (const auto fault = data.replace(answer->build_data, {selected_.name, stage})) {
      StageEnd end = ended(outcome::project_failure(*fault));
      end.outcome.violation = true;
      return with_output(std::move(end));
    }
    return with_output(done());
  }

  static StageEnd done() { return ended(outcome::returned()); }

  static StageEnd failed(const HostFailure& failure) {
    StageEnd end;
    end.outcome = failure.outcome;
    end.exit_code = failure.exit_code;
    end.end = failure.end;
    end.hang_report = failure.hang_report;
    // Who aborts has said why.
    if (!failure.abort_code) end.stderr_tail = failure.traceback;
    end.is_forgivable = failure.is_unknown_hook || failure.is_import;
    return end;
  }

  StageEnd with_output(StageEnd end) {
    std::string printed = host().new_stderr();
    end.stdout_tail = host().new_stdout();
    if (surroundings_.on_output) {
      surroundings_.on_output(HookOutput::Stream::standard_output, end.stdout_tail);
      surroundings_.on_output(HookOutput::Stream::standard_error, printed);
    }
    // What it says while it fails comes before the traceback.
    end.stderr_tail = printed.empty() ? end.stderr_tail : printed + end.stderr_tail;
    return end;
  }

  SelectedHook selected_;
  std::int64_t index_;
  std::shared_ptr<PythonHooks> hooks_;
  Surroundings& surroundings_;
};

}  // namespace

std::shared_ptr<PythonHooks> python_hooks(Surroundings& surroundings) {
  const fs::path directory = surroundings.own_directory() / "python";
  value_or_throw(hooks::base::create_directories(directory));
  const bool has_project = surroundings.project.project_table() != nullptr;
  PythonHost::Options options{.python = surroundings.python,
                              .environment = surroundings.environment.all(),
                              .root = surroundings.project.root,
                              .target = surroundings.target,
                              .directory = surroundings.directory,
                              .verbosity = surroundings.verbosity,
                              .build = surroundings.project.build.values,
                              .stdout_file = directory / (surroundings.target + ".stdout.txt"),
                              .stderr_file = directory / (surroundings.target + ".stderr.txt"),
                              .time_limit = surroundings.hook_timeout};
  if (!has_project) {
    options.project = Json::Object{{"name", surroundings.project_name}, {"version", surroundings.project_version}};
  }
  return std::make_shared<PythonHooks>(PythonHooks{.host = PythonHost(surroundings.loop, std::move(options))});
}

std::unique_ptr<StagedHook> python_hook(const SelectedHook& selected, std::int64_t index,
                                        std::shared_ptr<PythonHooks> hooks, Surroundings& surroundings) {
  return std::make_unique<PythonHook>(selected, index, std::move(hooks), surroundings);
}

}  // namespace grapnel::target
