// SPDX-License-Identifier: BSD-3-Clause
// One process for all stages of a hook.
#include "hooks_api/base/shown.hpp"
#include "runner/base/seconds.hpp"
#include "runner/base/shell.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/target/carrier.hpp"
#include "runner/target/evidence.hpp"
#include "runner/target/hook_program.hpp"
#include "runner/target/session.hpp"

#include <optional>
#include <utility>

namespace grapnel::target {

namespace fs = std::filesystem;
using hooks::build_target::StageInput;

namespace {

class SessionCarrier final : public Carrier {
 public:
  SessionCarrier(ProgramSource source, Surroundings& surroundings)
      : source_(std::move(source)), surroundings_(surroundings) {}

  StageEnd construct() override {
    ReadyHookProgram ready = ready_hook_program(source_, surroundings_);
    program_ = std::move(ready.program);
    return std::move(ready.end);
  }

  Carried carry(StageInput input, const fs::path& directory) override {
    Carried carried;
    if (death_) {
      carried.end = *death_;
      return carried;
    }
    input.out_file = directory / "output.json";  // the document has to name one; nobody reads it
    if (!session_) start(directory.parent_path());
    for (const auto& [name, value] : surroundings_.environment.changes()) {
      input.environment[name] = value ? hooks::Json(*value) : hooks::Json();
    }
    if (surroundings_.on_step) surroundings_.on_step("run", std::string(name_of(input.stage)) + " in the session");
    Session::CallResult result = session_->call("stage", to_json(input), surroundings_.hook_timeout);
    StageEnd& end = carried.end;
    end.stderr_tail = session_->new_stderr();
    end.stdout_tail = session_->new_stdout();
    if (surroundings_.on_output) {
      surroundings_.on_output(HookOutput::Stream::standard_output, end.stdout_tail);
      surroundings_.on_output(HookOutput::Stream::standard_error, end.stderr_tail);
    }
    if (const auto* death = std::get_if<SessionEnd>(&result)) {
      judge(*death, end);
      death_ = end;
    } else {
      take(std::get<Session::Answer>(result), carried);
    }
    end.log = stderr_file_;
    end.output_log = stdout_file_;
    return carried;
  }

  [[nodiscard]] std::string identity() const override { return program_.identity; }

  void close() noexcept override {
    if (!session_) return;
    try {
      session_->close();
    } catch (const std::exception&) {
      // The destructor kills it.
    }
    session_.reset();
  }

 private:
  void start(const fs::path& directory) {
    stdout_file_ = directory / "stdout.txt";
    stderr_file_ = directory / "stderr.txt";
    SessionCommand command{.name = "hook " + hooks::base::shown(source_.name),
                           .executable = program_.executable,
                           .arguments = program_.arguments,
                           .environment = surroundings_.environment.filtered(),
                           .working_directory = surroundings_.project.root,
                           .stdout_file = stdout_file_,
                           .stderr_file = stderr_file_};
    if (surroundings_.on_step) {
      surroundings_.on_step("start", surroundings_.redactor.redact(command_line(command.arguments)));
    }
    session_.emplace(surroundings_.loop, std::move(command));
  }

  static void take(const Session::Answer& answer, Carried& carried) {
    StageEnd& end = carried.end;
    if (answer.error) {
      end.outcome = outcome::raised(false, "the hook answers that it knows no such request: " +
                                               hooks::Json(*answer.error).to_string().substr(0, 1000));
      end.outcome.violation = true;
      end.exit_code = end.outcome.exit_code;
      return;
    }
    Evidence evidence = evidence_of(answer.result);
    end.output = evidence.sentence;
    if (evidence.output.failure && evidence.found.faults.empty()) {
      const StageEnd failed = failed_by_answer(*evidence.output.failure);
      end.outcome = failed.outcome;
      end.exit_code = failed.exit_code;
      return;
    }
    // As if a process had ended well with this document.
    end.outcome = outcome::classify({.end = Exited{0}, .output = std::move(evidence.found)});
    end.exit_code = end.outcome.exit_code;
    if (end.success()) carried.output = std::move(evidence.output);
  }

  void judge(const SessionEnd& death, StageEnd& end) const {
    const std::string hook = "the process of hook " + hooks::base::shown(source_.name);
    end.end = death.end;
    end.hang_report = death.hang_report;
    outcome::Evidence evidence{.end = death.end, .out_of_memory = death.out_of_memory};
    switch (death.cause) {
      case SessionEnd::Cause::rubbish:
        end.outcome = outcome::raised(false, hook + " wrote to its channel what is no answer: " + death.detail);
        end.outcome.violation = true;
        break;
      case SessionEnd::Cause::not_ready:
        if (std::holds_alternative<NotStarted>(death.end)) {
          end.outcome = outcome::worker_died(evidence);
        } else {
          end.outcome = outcome::project_failure(
              hook + " is no session: " +
              (death.detail.empty() ? describe(death.end) + " before it was ready" : "it said " + death.detail) +
              ". Leave out `transport`, or begin with {\"ready\": 1} on descriptor 3");
        }
        break;
      case SessionEnd::Cause::time_limit:
        evidence.stop = outcome::StopReason::time_limit;
        end.outcome = outcome::worker_died(evidence);
        break;
      case SessionEnd::Cause::stop:
        evidence.stop = outcome::StopReason::canceled;
        end.outcome = outcome::worker_died(evidence);
        break;
      case SessionEnd::Cause::itself:
        // As in the other transport: a process that has ended without an answer.
        evidence.output.detail = "the hook gave no answer";
        end.outcome = outcome::classify(evidence);
        end.outcome.reason = hook + " ended while it had something to do: " + end.outcome.reason;
        break;
    }
    end.exit_code = end.outcome.exit_code;
  }

  ProgramSource source_;
  Surroundings& surroundings_;
  HookProgram program_;
  std::optional<Session> session_;
  std::optional<StageEnd> death_;
  fs::path stdout_file_;
  fs::path stderr_file_;
};

}  // namespace

std::unique_ptr<Carrier> session(const ProgramSource& source, Surroundings& surroundings) {
  return std::make_unique<SessionCarrier>(source, surroundings);
}

}  // namespace grapnel::target
