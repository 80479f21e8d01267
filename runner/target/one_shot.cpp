// SPDX-License-Identifier: BSD-3-Clause
// A process for each stage.
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/shown.hpp"
#include "hooks_api/protocol/output.hpp"
#include "runner/base/errors.hpp"
#include "runner/base/shell.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/process/supervise.hpp"
#include "runner/process/supervise_patiently.hpp"
#include "runner/target/carrier.hpp"
#include "runner/target/evidence.hpp"
#include "runner/target/hook_program.hpp"
#include "runner/target/loop.hpp"

#include <utility>
#include <variant>

namespace grapnel::target {

namespace fs = std::filesystem;
using hooks::build_target::StageInput;

namespace {

class OneShot final : public Carrier {
 public:
  OneShot(ProgramSource source, Surroundings& surroundings) : source_(std::move(source)), surroundings_(surroundings) {}

  StageEnd construct() override {
    ReadyHookProgram ready = ready_hook_program(source_, surroundings_);
    program_ = std::move(ready.program);
    return std::move(ready.end);
  }

  Carried carry(StageInput input, const fs::path& directory) override {
    const fs::path input_file = directory / "input.json";
    const fs::path output_file = input.out_file;
    value_or_throw(hooks::base::remove_path(output_file));
    value_or_throw(hooks::base::publish_file(input_file, hooks::base::to_pretty_json(to_json(input))));
    std::vector<std::string> arguments = program_.arguments;
    arguments.push_back("--config=" + input_file.native());

    Carried carried;
    StageEnd& end = carried.end;
    end.run_sh = directory / "run.sh";
    end.log = directory / "stderr.txt";
    end.output_log = directory / "stdout.txt";
    const Environment& environment = surroundings_.environment.filtered();
    // They are this run's alone.
    std::vector<fs::path> needed{output_file.parent_path()};
    if (!input.work_directory.empty()) needed.push_back(input.work_directory);
    value_or_throw(hooks::base::publish_if_different(
        end.run_sh, repeat_script(program_.executable, arguments, environment, surroundings_.project.root,
                                  surroundings_.policy, needed)));
    if (surroundings_.on_step) surroundings_.on_step("run", surroundings_.redactor.redact(command_line(arguments)));

    process::ChildRequest child{.executable = program_.executable,
                                .arguments = std::move(arguments),
                                .environment = environment,
                                .working_directory = surroundings_.project.root,
                                .stdout_file = end.output_log,
                                .stderr_file = end.log,
                                .time_limit = surroundings_.hook_timeout,
                                .on_output = listener()};
    surroundings_.loop.equip(child);
    process::ChildResult result = surroundings_.loop.run(process::supervise_patiently(
        std::move(child), surroundings_.loop.launcher(), surroundings_.stop, [](int) { return false; }));

    Evidence evidence = read_evidence(output_file);
    end.output = evidence.sentence;
    end.end = result.end;
    end.stderr_tail = std::move(result.stderr_tail);
    end.stdout_tail = std::move(result.stdout_tail);
    end.hang_report = std::move(result.hang_report);
    end.outcome = outcome::classify({.end = result.end,
                                     .output = std::move(evidence.found),
                                     .stop = stop_reason_of(result),
                                     .out_of_memory = result.out_of_memory});
    if (result.capture_error && result.stopped == process::Stopped::no) {
      end.outcome = outcome::system_failure(result.capture_error->error_number,
                                            result.capture_error->message + "; the hook: " + describe(result.end));
    }
    end.exit_code = end.outcome.exit_code;
    if (end.outcome.success()) {
      carried.output = std::move(evidence.output);
    } else if (evidence.output.failure) {
      // Where code and document agree, what the hook says of it is the reason.
      const std::string& message = evidence.output.failure->message;
      const bool is_its_own_end = std::holds_alternative<Exited>(result.end) && result.stopped == process::Stopped::no;
      if (is_its_own_end && !end.outcome.violation && !message.empty()) end.outcome.reason = message;
      const bool is_classified = end.outcome.outcome_class == OutcomeClass::build_failure ||
                                 end.outcome.outcome_class == OutcomeClass::infra_failure;
      if (is_classified) count_abort(end, evidence.output.failure->code);
    }
    return carried;
  }

  [[nodiscard]] std::string identity() const override { return program_.identity; }

 private:
  [[nodiscard]] std::function<void(process::OutputStream, std::string_view)> listener() const {
    if (!surroundings_.on_output) return {};
    return [this](process::OutputStream stream, std::string_view text) {
      const bool is_error = stream == process::OutputStream::standard_error;
      surroundings_.on_output(is_error ? HookOutput::Stream::standard_error : HookOutput::Stream::standard_output,
                              text);
    };
  }

  static outcome::StopReason stop_reason_of(const process::ChildResult& result) {
    switch (result.stopped) {
      case process::Stopped::no:
        return outcome::StopReason::none;
      case process::Stopped::by_request:
        return outcome::StopReason::canceled;
      case process::Stopped::by_time_limit:
      case process::Stopped::by_silence:
        return outcome::StopReason::time_limit;
    }
    return outcome::StopReason::none;
  }

  ProgramSource source_;
  Surroundings& surroundings_;
  HookProgram program_;
};

}  // namespace

std::unique_ptr<Carrier> one_shot(const ProgramSource& source, Surroundings& surroundings) {
  return std::make_unique<OneShot>(source, surroundings);
}

}  // namespace grapnel::target
