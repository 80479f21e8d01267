// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/hook_run.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/output.hpp"
#include "runner/base/errors.hpp"
#include "runner/base/lock_wait.hpp"
#include "runner/base/shell.hpp"
#include "runner/engine/evidence.hpp"
#include "runner/engine/hook_directories.hpp"
#include "runner/engine/hook_files.hpp"
#include "runner/engine/hook_input.hpp"
#include "runner/engine/hook_memory.hpp"
#include "runner/engine/hook_retries.hpp"
#include "runner/engine/hook_story.hpp"
#include "runner/engine/hook_verdict.hpp"
#include "runner/engine/latest_link.hpp"
#include "runner/engine/off_loop.hpp"
#include "runner/engine/program_memory.hpp"
#include "runner/engine/tool_versions.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/outcome/exception.hpp"
#include "runner/process/end_carriers.hpp"
#include "runner/process/leftovers.hpp"
#include "runner/process/stop_relay.hpp"
#include "runner/process/supervise_patiently.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
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
        memory_(session.log, session.environment_key, session.ran, HookMemory::Learning::is_recorded, session.stop),
        directories_(session.workspace.state_directory, job_.question.hook, job_.question.config),
        story_(job_.question.hook, directories_.build, session.events, session.redactor) {}

  asio::awaitable<HookRun> run() {
    result_.directory = directories_.build;
    try {
      co_await steps();
    } catch (...) {
      result_.outcome = outcome::outcome_of_current_exception();
    }
    if (story_.has_failed_attempts() && result_.outcome.success()) {
      result_.outcome = outcome::passed_on_retry(std::move(result_.outcome));
    }
    story_.finishes(result_.outcome, result_.up_to_date, result_.duration);
    co_return std::move(result_);
  }

 private:
  [[nodiscard]] const HookId& id() const { return job_.question.hook; }

  asio::awaitable<void> steps() {
    compose_input();

    const std::string purpose = std::string(name_of(id().kind)) + " hook of package '" + id().package + "'";
    const LockWait wait{.timeout = session_.toolchain.lock_timeout,
                        .stop = session_.stop,
                        .run = session_.run_id,
                        .on_shortage = [this](int lack) { return on_shortage(lack); },
                        .on_wait = [this](const std::string& sentence) { story_.warning(sentence); }};
    const auto package_lock = co_await wait_for_lock(directories_.shared_lock, purpose, wait);
    const auto build_lock = co_await wait_for_lock(directories_.build_lock, purpose, wait);
    if (!package_lock || !build_lock) {
      cancel("canceled while waiting for a lock");
      co_return;
    }
    co_await end_hooks_of(package_lock->dead_run());
    co_await end_hooks_of(build_lock->dead_run());
    create_directories();
    config_.emplace(check_input(document_, id()));
    std::vector<Reason> reasons = co_await decide();
    if (reasons.empty()) co_return;

    session_.ran.insert(id().package);
    result_.reasons = reasons;
    for (unsigned attempt = 0;; ++attempt) {
      co_await take_slot();
      if (!slot_) {
        cancel("canceled before it was started");
        co_return;
      }
      if (attempt == 0) update_latest_link(directories_, id().kind);
      if (attempt == 0) story_.starts(result_.reasons);
      const Moment began = now();
      try {
        co_await run_until_nothing_moves();
      } catch (...) {
        result_.outcome = outcome::outcome_of_current_exception();
      }
      result_.duration += now() - began;
      slot_.reset();  // with the tokens that its processes have not given back
      if (result_.outcome.success()) add_tool_versions(result_.reasons, result_.output, &Reason::after);
      if (session_.stop.stop_requested() || !may_try_again(result_.outcome, attempt, session_.options.retries)) {
        co_return;
      }
      story_.failed_attempt({.outcome = result_.outcome,
                             .duration = now() - began,
                             .log = set_logs_aside(directories_, attempt),
                             .began = began});
      co_await pause(pause_before_retry(session_.options.retry_delay, attempt));
      if (session_.stop.stop_requested()) {
        cancel("canceled before it was tried again");
        co_return;
      }
    }
  }

  // The right to run, and the pipe that its own jobs take tokens from; for that there may be no descriptors just now.
  asio::awaitable<void> take_slot() {
    constexpr std::chrono::milliseconds kPause(50);
    constexpr int kTries = 600;
    for (int tries = 0; tries < kTries;) {
      int lack = 0;
      try {
        slot_ = co_await session_.jobserver.acquire(session_.stop);
        co_return;
      } catch (const SystemError& error) {
        lack = error.error_number();
        if ((lack != EMFILE && lack != ENFILE) || tries + 1 == kTries) throw;
      }
      if (!on_shortage(lack)) ++tries;
      asio::steady_timer timer(co_await asio::this_coro::executor, kPause);
      co_await timer.async_wait(asio::use_awaitable);
    }
  }

  // The run that died with this lock has a guard that ends its hooks, but its locks are free before it gets to that.
  asio::awaitable<void> end_hooks_of(const std::string& run) {
    if (run.empty() || run == session_.run_id || !session_.dead_runs.insert(run).second) co_return;
    co_await process::end_carriers_of_run(run);
  }

  // Whether the hook has to run, asked under its locks. Where it has not, the result is the record's.
  asio::awaitable<std::vector<Reason>> decide() {
    std::vector<Reason> reasons;
    if (!session_.use_cache) reasons.push_back({.kind = Reason::Kind::forced});
    if (session_.use_cache) session_.log.refresh();
    const auto record = session_.use_cache ? memory_.find(id(), job_.question.config) : std::nullopt;
    if (session_.use_cache && !record) reasons.push_back({.kind = Reason::Kind::no_record});
    if (!record) co_return reasons;
    job_.question.program = program::recipe_for(job_.source, *job_.package, session_.toolchain).identity;
    auto look = [&] { return memory_.look(*record); };
    std::vector<Look> looks;
    if (takes_long(bytes_of(*record))) {
      looks = co_await off_loop(std::move(look));
    } else {
      looks = look();
    }
    reasons =
        memory_.changes(*record, job_.question, looks, document_, directories_, upstream_givers(job_.input), before_);
    add_old_tool_versions(reasons);
    if (job_.is_forced) reasons.insert(reasons.begin(), Reason{.kind = Reason::Kind::forced});
    for (Reason& reason : reasons) {
      reason.before = session_.redactor.redact(reason.before);
      reason.after = session_.redactor.redact(reason.after);
    }
    if (!reasons.empty()) co_return reasons;
    // What changes() learnt is in the log by now.
    const auto renewed = memory_.find(id(), job_.question.config);
    if (!HookMemory::is_judged(*renewed, *job_.link_hooks)) {
      const auto read = read_evidence(directories_.output, {}, rules());
      std::string fault = read.evidence.detail;
      if (!read.evidence.faults.empty()) fault = read.evidence.faults.front();
      if (!fault.empty()) {
        reasons.push_back({.kind = Reason::Kind::validation, .after = fault});
        co_return reasons;
      }
      memory_.remember_verdict(*renewed, job_.question, *job_.link_hooks);
    }
    accept(*memory_.find(id(), job_.question.config));
    co_return reasons;
  }

  // They stand in the last run's output.json alone, which the next one removes.
  void add_old_tool_versions(std::vector<Reason>& reasons) const {
    const auto is_tool = [](const Reason& reason) { return reason.kind == Reason::Kind::tool; };
    if (std::none_of(reasons.begin(), reasons.end(), is_tool)) return;
    const auto text = base::read_file(directories_.output, base::JsonLimits{}.bytes);
    const auto document = text ? base::parse_json(*text) : tl::unexpected(base::JsonError{});
    if (document) {
      add_tool_versions(reasons, protocol::read_output(*document, job_.input.kind).output, &Reason::before);
    }
  }

  void accept(const cache::HookRecord& record) {
    result_.outcome = outcome::cached();
    result_.up_to_date = true;
    result_.output = output_of(record, id().kind);
    result_.gives = record.gives;
    append_dependencies(record.dependencies, result_.dependencies);
    result_.duration = std::chrono::nanoseconds(record.duration);
    for (const std::string_view warning : record.warnings) {
      story_.warning(std::string(warning));
    }
  }

  // A dependency that changes while the hook runs may have been read before or after: so it runs again, once.
  asio::awaitable<void> run_until_nothing_moves() {
    co_await run_once();
    if (!result_.outcome.success() || !session_.use_cache || must_move_.empty()) co_return;
    const std::map<std::string, cache::Digest> first = std::exchange(must_move_, {});
    for (const auto& [path, digest] : first) {
      story_.info(describe(Reason{.kind = Reason::Kind::moved, .subject = path}) + "; it runs again at once");
    }
    for (const auto& [path, digest] : first) before_.insert_or_assign(path, cache::FileState{});
    moved_before_ = first;
    co_await run_once();
    for (const auto& [path, digest] : must_move_) {
      result_.outcome.notes.push_back("'" + path +
                                      "' changed while the hook ran, twice; the next run will run it again");
    }
  }

  asio::awaitable<void> run_once() {
    const cache::Moment wall_clock = cache::file_clock();
    const auto began = std::chrono::steady_clock::now();
    must_move_.clear();
    const ProgramPlace place{.toolchain = session_.toolchain,
                             .launcher = session_.launcher,
                             .log = session_.log,
                             .environment = session_.environment_identity(),
                             .use_cache = session_.use_cache,
                             .stop = session_.stop};
    ReadyProgram program = co_await ready_program(job_.source, *job_.package, place, *this);
    if (program.failure) {
      story_.failed_to_build(*program.failure);
      result_.outcome = judge_build_failure(*program.failure, session_.stop_reason());
      co_return;
    }
    if (!program.command) {
      cancel("canceled while waiting for a lock");
      co_return;
    }
    job_.question.program = program::recipe_for(job_.source, *job_.package, session_.toolchain).identity;
    const std::vector<std::string> upstream = upstream_files(job_.input);
    for (const std::string& file : upstream) before_.insert_or_assign(file, cache::FileState{});
    std::optional<hooks::Json> recorded_uses;
    if (job_.recorded_uses != nullptr) recorded_uses = job_.recorded_uses->for_package(id().package);
    write_input(document_, recorded_uses, directories_);
    for (auto& [path, state] : before_) state = cache::state_of(path.c_str());
    const process::ChildResult child = co_await execute(*program.command);
    std::vector<std::string> warnings = judge(child);
    if (!result_.outcome.success()) co_return;
    result_.dependencies = {};
    // The same paths as the record gives the next time: see append_dependencies().
    for (const cache::Dependency& file : program.made_of) result_.dependencies.add(std::string(file.path));
    for (const auto& path : result_.output.dependencies) result_.dependencies.add(path.native());
    for (const auto& tool : result_.output.declarations.tools) result_.dependencies.add(tool.path.native());
    for (const auto& directory : result_.output.declarations.recursive) {
      result_.dependencies.add(base::directory_text(directory));
    }
    result_.gives = {};
    if (!session_.use_cache) co_return;
    auto observe = [&] {
      return memory_.observe(result_.output, directories_, program.made_of, upstream, before_,
                             child.started.time_since_epoch().count());
    };
    Observation observation;
    if (!result_.output.declarations.recursive.empty() || takes_long(bytes_to_read(result_.output, upstream))) {
      observation = co_await off_loop(std::move(observe));
    } else {
      observation = observe();
    }
    remember(observation, warnings, wall_clock, began);
  }

  void remember(const Observation& observation, const std::vector<std::string>& warnings, cache::Moment wall_clock,
                std::chrono::steady_clock::time_point began) {
    for (const std::size_t place : observation.moved) {
      const cache::Dependency& dependency = observation.dependencies[place];
      const std::string path(dependency.path);
      const auto known = moved_before_.find(path);
      const bool is_own = std::find(observation.own.begin(), observation.own.end(), place) != observation.own.end();
      const bool is_same_again = known != moved_before_.end() && known->second == dependency.digest;
      // Missing after both runs: it was missing in the second one.
      if (is_same_again && dependency.state.kind == cache::FileState::Kind::missing) continue;
      if (is_own || is_same_again) {
        story_.warning("the hook declares '" + path +
                       "' as a dependency and writes it itself; only what it reads is one");
      } else {
        must_move_.emplace(path, dependency.digest);
      }
    }
    if (!must_move_.empty()) return;
    if (!observation.obstacle.empty()) {
      story_.warning("it will run again the next time: " + observation.obstacle);
      return;
    }
    memory_.remember({.question = job_.question,
                      .document = document_,
                      .output = result_.output,
                      .observation = observation,
                      .warnings = warnings,
                      .started = wall_clock,
                      .duration = std::chrono::steady_clock::now() - began},
                     *job_.link_hooks);
    if (const auto record = memory_.find(id(), job_.question.config)) {
      result_.gives = record->gives;
      result_.dependencies = {};
      append_dependencies(record->dependencies, result_.dependencies);
    }
  }

  // Ends early where a stop is requested.
  asio::awaitable<void> pause(std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    timer.expires_after(time);
    const process::StopRelay relay(timer.get_executor(), session_.stop, [&timer] { timer.cancel(); });
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  void cancel(std::string what) { result_.outcome = canceled_before(std::move(what), session_.stop_reason()); }

  // --- the steps -------------------------------------------------------------------------------------------------

  void compose_input() {
    name_places(job_.input, *job_.package, directories_);
    if (job_.recorded_uses != nullptr) job_.input.resource_identifiers = directories_.recorded_uses;
    document_ = protocol::input_to_json(job_.input);
  }

  void create_directories() {
    value_or_throw(base::create_directories(directories_.out));
    value_or_throw(base::create_directories(directories_.shared));
  }

  asio::awaitable<process::ChildResult> execute(const program::Command& command) {
    std::vector<std::string> arguments = command.arguments;
    arguments.push_back("--config=" + directories_.input.string());
    if (job_.recorded_uses != nullptr) arguments.push_back(directories_.recorded_uses.string());

    value_or_throw(base::publish_if_different(
        directories_.run_sh, repeat_script(command.executable, arguments, session_.toolchain.environment,
                                           job_.package->root, session_.toolchain.policy)));
    story_.runs(directories_.stderr_file, directories_.stdout_file, directories_.run_sh);
    on_step("run", command_line(arguments));
    // A variable: g++ 12 destroys a temporary that is made in a co_await expression twice.
    process::ChildRequest child{.executable = command.executable,
                                .arguments = std::move(arguments),
                                .environment = session_.toolchain.environment,
                                .working_directory = job_.package->root,
                                .stdout_file = directories_.stdout_file,
                                .stderr_file = directories_.stderr_file,
                                .grace_period = session_.toolchain.grace_period,
                                .time_limit = session_.options.hook_timeout,
                                .silence_limit = session_.options.silence_timeout,
                                .on_output = story_.listener()};
    equip(child);
    auto running = process::supervise_patiently(std::move(child), session_.launcher, session_.stop,
                                                [this](int lack) { return on_shortage(lack); });
    process::ChildResult result = co_await std::move(running);
    story_.printed_all();
    co_return std::move(result);
  }

  [[nodiscard]] OutputRules rules() const { return {job_.input.kind, *config_, id().package, *job_.link_hooks}; }

  // Gives the warnings of the validation.
  std::vector<std::string> judge(const process::ChildResult& child) {
    HookVerdict verdict = judge_hook(child, directories_.output, rules(), session_.stop_reason());
    story_.ran(child, verdict.document);
    result_.outcome = std::move(verdict.outcome);
    result_.output = std::move(verdict.output);
    for (const std::string& warning : verdict.warnings) story_.warning(warning);
    warn_about_leftovers(child);
    if (!result_.outcome.success()) keep_failed_output();
    return std::move(verdict.warnings);
  }

  void warn_about_leftovers(const process::ChildResult& child) {
    const std::string hook = "the " + std::string(name_of(id().kind)) + " hook";
    for (const process::Leftover& leftover : child.leftovers) {
      session_.told_leftovers.insert(leftover.pid);
      story_.warning("a process that " + hook + " started outlives it: " + leftover.command + " (pid " +
                     std::to_string(leftover.pid) + ")");
    }
    if (child.pipe_still_held && child.leftovers.empty()) {
      story_.warning("a process that " + hook + " started outlives it and holds its output");
    }
  }

  // Never believed again, but there for whoever looks for the reason.
  void keep_failed_output() {
    std::error_code error;
    std::filesystem::rename(directories_.output, directories_.failed_output, error);
    if (error && error != std::errc::no_such_file_or_directory) {
      story_.warning("cannot rename '" + directories_.output.string() + "': " + error.message());
    }
  }

  void on_step(const std::string& what, const std::string& command) override { story_.step(what, command); }

  void on_wait(const std::string& sentence) override { story_.warning(sentence); }

  void equip(process::ChildRequest& child) override {
    session_.equip(child);
    if (!slot_) return;
    child.more_fds = slot_->descriptors();
    for (std::string& variable : slot_->environment()) {
      const std::string name = variable.substr(0, variable.find('=') + 1);
      std::erase_if(child.environment, [&](const std::string& given) { return given.starts_with(name); });
      child.environment.push_back(std::move(variable));
    }
  }

  // The system cannot start one more process now: with fewer at once it may.
  bool on_shortage(int lack) override { return session_.have_fewer_jobs(id().package, lack); }

  HookJob job_;
  Session& session_;
  HookMemory memory_;
  HookDirectories directories_;
  HookStory story_;
  hooks::Json document_;
  StatesBefore before_;                                // the run: what it may depend on
  std::map<std::string, cache::Digest> must_move_;     // what changed during the last run, and is not the hook's own
  std::map<std::string, cache::Digest> moved_before_;  // what had changed during the run before that one
  std::optional<hooks::HookConfig> config_;
  HookRun result_;
  std::optional<process::Jobserver::Slot> slot_;
};

}  // namespace

asio::awaitable<HookRun> run_hook(HookJob job, Session& session) {
  Life life(std::move(job), session);
  co_return co_await life.run();
}

}  // namespace grapnel::engine
