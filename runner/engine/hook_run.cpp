// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/hook_run.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/tool_text.hpp"
#include "hooks_api/protocol/validate.hpp"
#include "runner/base/errors.hpp"
#include "runner/base/lock_wait.hpp"
#include "runner/base/shell.hpp"
#include "runner/engine/evidence.hpp"
#include "runner/engine/hook_directories.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/outcome/exception.hpp"
#include "runner/process/supervise.hpp"

#include <chrono>
#include <system_error>

namespace grapnel::engine {

namespace asio = boost::asio;
namespace base = hooks::base;
namespace protocol = hooks::protocol;

namespace {

// The steps of one hook run, with what they leave behind for the events.
class Life final : private program::StepObserver {
 public:
  Life(HookJob job, Session& session)
      : job_(std::move(job)),
        session_(session),
        directories_(session.workspace.state_directory, job_.id, protocol::config_checksum(job_.input.config)) {}

  asio::awaitable<HookRun> run() {
    const auto began = std::chrono::steady_clock::now();
    result_.directory = directories_.build;
    session_.events.emit(HookStarted{job_.id, directories_.build});
    try {
      co_await steps();
    } catch (...) {
      result_.outcome = outcome::outcome_of_current_exception();
    }
    redact();
    finished_.hook = job_.id;
    finished_.outcome = result_.outcome;
    finished_.duration = std::chrono::steady_clock::now() - began;
    finished_.directory = directories_.build;
    session_.events.emit(finished_);
    co_return std::move(result_);
  }

 private:
  asio::awaitable<void> steps() {
    compose_input();
    create_directories();
    check_input();

    const std::string purpose = std::string(name_of(job_.id.kind)) + " hook of package '" + job_.id.package + "'";
    const LockWait wait{
        .timeout = session_.toolchain.lock_timeout,
        .stop = session_.stop,
        .on_wait = [this](const std::string& sentence) { session_.events.info(job_.id.package, sentence); }};
    const auto package_lock = co_await wait_for_lock(directories_.shared_lock, purpose, wait);
    const auto build_lock = co_await wait_for_lock(directories_.build_lock, purpose, wait);
    if (!package_lock || !build_lock) {
      result_.outcome = outcome::classify(
          {.end = NotStarted{ECANCELED, "canceled while waiting for a lock"}, .stop = outcome::StopReason::canceled});
      co_return;
    }

    // Here a fingerprint will decide whether the hook has to run at all.
    auto prepared = co_await prepare_program();
    if (!prepared.command && !prepared.failure) {
      result_.outcome = outcome::classify(
          {.end = NotStarted{ECANCELED, "canceled while waiting for a lock"}, .stop = outcome::StopReason::canceled});
      co_return;
    }
    if (prepared.failure) {
      judge_build_failure(*prepared.failure);
      co_return;
    }
    write_input();
    const process::ChildResult child = co_await execute(*prepared.command);
    judge(child);
    if (result_.outcome.success()) {
      result_.dependencies = std::move(prepared.command->dependencies);
      result_.dependencies.insert(result_.dependencies.end(), result_.output.dependencies.begin(),
                                  result_.output.dependencies.end());
      // Here a record will be left for the next run.
    }
  }

  // Neither a program nor a failure where it was stopped while it waited.
  asio::awaitable<program::Prepared> prepare_program() {
    std::optional<FileLock> lock;
    if (job_.source.form != program::Form::executable) {
      lock = co_await program::lock_programs(*job_.package, session_.toolchain, *this, session_.stop);
      if (!lock) co_return program::Prepared{};
    }
    co_return co_await program::build_program(job_.source, *job_.package, session_.toolchain, session_.launcher, *this,
                                              session_.stop);
  }

  void compose_input() {
    job_.input.package_name = job_.id.package;
    job_.input.package_root = job_.package->root;
    job_.input.out_dir_shared = directories_.shared;
    job_.input.out_file = directories_.output;
    if (job_.recorded_uses != nullptr) job_.input.resource_identifiers = directories_.recorded_uses;
    document_ = protocol::input_to_json(job_.input);
  }

  // The document, checked as a hook will check it, and the files that it names, but for recorded_uses.json, which is
  // written under the lock. A fault here is the caller's or ours, never the hook's.
  void check_input() {
    const auto check = [&](const auto& input) {
      const protocol::Faults faults = input ? protocol::validate_input(**input) : input.error();
      if (!faults.empty()) {
        throw std::logic_error("the input of the " + std::string(name_of(job_.id.kind)) + " hook of package '" +
                               job_.id.package + "' is not valid:\n" + describe(faults));
      }
      config_.emplace((*input)->config());
    };
    if (job_.input.kind == protocol::HookKind::build) {
      check(protocol::read_build_input(document_));
    } else {
      check(protocol::read_link_input(document_));
    }
  }

  void create_directories() {
    value_or_throw(base::create_directories(directories_.out));
    value_or_throw(base::create_directories(directories_.shared));
  }

  void write_input() {
    if (job_.recorded_uses != nullptr) {
      value_or_throw(base::publish_if_different(
          directories_.recorded_uses, base::to_pretty_json(job_.recorded_uses->for_package(job_.id.package))));
    }
    value_or_throw(base::publish_if_different(directories_.input, base::to_pretty_json(document_)));
    value_or_throw(base::remove_path(directories_.output));
    value_or_throw(base::remove_path(directories_.failed_output));
  }

  asio::awaitable<process::ChildResult> execute(const program::Command& command) {
    std::vector<std::string> arguments = command.arguments;
    arguments.push_back("--config=" + directories_.input.string());
    if (job_.recorded_uses != nullptr) arguments.push_back(directories_.recorded_uses.string());

    value_or_throw(base::publish_if_different(
        directories_.run_sh,
        repeat_script(command.executable, arguments, session_.toolchain.environment, job_.package->root)));
    finished_.run_sh = directories_.run_sh;
    finished_.log = directories_.stderr_file;
    on_step("run", command_line(arguments));
    // A variable: g++ 12 destroys a temporary that is made in a co_await expression twice.
    process::ChildRequest child{.executable = command.executable,
                                .arguments = std::move(arguments),
                                .environment = session_.toolchain.environment,
                                .working_directory = job_.package->root,
                                .stdout_file = directories_.stdout_file,
                                .stderr_file = directories_.stderr_file,
                                .grace_period = session_.toolchain.grace_period};
    co_return co_await process::supervise(std::move(child), session_.launcher, session_.stop);
  }

  void judge(const process::ChildResult& child) {
    finished_.stderr_tail = child.stderr_tail;
    auto read = read_evidence(directories_.output, child.started,
                              {job_.input.kind, *config_, job_.id.package, *job_.link_hooks});
    result_.outcome = outcome::classify({.end = child.end,
                                         .output = std::move(read.evidence),
                                         .stop = stop_reason(child),
                                         .out_of_memory = child.out_of_memory});
    result_.output = std::move(read.output);
    for (const std::string& warning : read.warnings) session_.events.warning(job_.id.package, warning);
    // The disk that did not take the hook's output did not take its files either: whatever it says, the disk is to
    // blame.
    if (child.capture_error && child.stopped == process::Stopped::no) {
      result_.outcome = outcome::system_failure(child.capture_error->error_number,
                                                child.capture_error->message + "; the hook: " + describe(child.end));
    }
    if (child.pipe_still_held) {
      session_.events.warning(job_.id.package, "a process that the " + std::string(name_of(job_.id.kind)) +
                                                   " hook started outlives it and holds its output");
    }
    if (!result_.outcome.success()) keep_failed_output();
  }

  void judge_build_failure(const program::BuildFailure& failure) {
    finished_.log = failure.log;
    finished_.run_sh = failure.run_sh;
    finished_.stderr_tail = failure.child.stderr_tail;
    outcome::Evidence evidence{
        .end = failure.child.end, .stop = stop_reason(failure.child), .out_of_memory = failure.child.out_of_memory};
    if (failure.child.capture_error) {
      evidence.output.system_fault = true;
      evidence.output.detail = failure.child.capture_error->message;
    } else if (base::blames_the_system(failure.child.stderr_tail) ||
               base::blames_the_system(failure.child.stdout_tail)) {
      evidence.output.system_fault = true;
      evidence.output.detail = "the compiler's last words say so";
    }
    result_.outcome = outcome::compile_failure(evidence);
    result_.outcome.reason = failure.what + ": " + result_.outcome.reason;
  }

  // Never believed again, but there for whoever looks for the reason.
  void keep_failed_output() {
    std::error_code error;
    std::filesystem::rename(directories_.output, directories_.failed_output, error);
    if (error && error != std::errc::no_such_file_or_directory) {
      session_.events.warning(job_.id.package,
                              "cannot rename '" + directories_.output.string() + "': " + error.message());
    }
  }

  // The logs hold what the hook printed, bytes as they came; what leaves them for people and reports holds no secrets.
  void redact() {
    result_.outcome.reason = session_.redactor.redact(result_.outcome.reason);
    for (std::string& note : result_.outcome.notes) note = session_.redactor.redact(note);
    std::string& tail = finished_.stderr_tail;
    if (tail.size() >= process::kTailBytes) {
      // The cut may have gone through a secret, whose rest nobody would recognise.
      constexpr std::size_t kLongestSecret = 4096;
      tail.erase(0, std::min(tail.find('\n'), kLongestSecret));
    }
    tail = session_.redactor.redact(tail);
  }

  static outcome::StopReason stop_reason(const process::ChildResult& child) {
    switch (child.stopped) {
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

  void on_step(const std::string& what, const std::string& command) override {
    session_.events.emit(StepStarted{job_.id, what, session_.redactor.redact(command)});
  }

  void on_wait(const std::string& sentence) override { session_.events.info(job_.id.package, sentence); }

  HookJob job_;
  Session& session_;
  HookDirectories directories_;
  hooks::Json document_;
  std::optional<hooks::HookConfig> config_;
  HookRun result_;
  HookFinished finished_;
};

}  // namespace

asio::awaitable<HookRun> run_hook(HookJob job, Session& session) {
  Life life(std::move(job), session);
  co_return co_await life.run();
}

}  // namespace grapnel::engine
