// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/execution.hpp"

#include "runner/cache/check.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/outcome/exception.hpp"
#include "runner/process/stop_relay.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace grapnel::engine {

namespace asio = boost::asio;

Execution::Execution(Session& session, HookKind kind, const plan::Plan& plan,
                     std::vector<const program::HookSource*> sources, std::string config,
                     const std::set<std::string, std::less<>>& link_hooks)
    : session_(session),
      kind_(kind),
      plan_(plan),
      sources_(std::move(sources)),
      config_(std::move(config)),
      link_hooks_(link_hooks),
      memory_(session.log, session.environment_key, session.ran),
      states_(plan.hooks.size()),
      up_to_date_(std::make_shared<const Outcome>(outcome::cached())) {}

std::string Execution::directory(std::size_t hook) const {
  const std::string& state = session_.workspace.state_directory.native();
  const std::string& package = plan_.hooks[hook].package->name;
  std::string path;
  path.reserve(state.size() + package.size() + config_.size() + 2);
  return path.append(state).append("/").append(package).append("/").append(config_);
}

void Execution::recall() {
  if (!session_.use_cache) return;
  for (std::size_t hook = 0; hook < states_.size(); ++hook) {
    states_[hook].record = memory_.find_bytes(id(hook), config_);
  }
}

asio::awaitable<void> Execution::run(const PlanJobs& jobs) {
  executor_ = co_await asio::this_coro::executor;
  recall();
  std::vector<std::chrono::nanoseconds> expected(states_.size());
  for (std::size_t hook = 0; hook < states_.size(); ++hook) {
    expected[hook] = cache::duration_of_hook_record(states_[hook].record);
  }
  scheduler_.emplace(plan_.waiters, std::move(expected), session_.options.keep_going);
  wake_.emplace(executor_);
  const process::StopRelay relay(executor_, session_.stop, [this] { wake_->cancel(); });
  while (true) {
    while (scheduler_->running() < session_.jobs_now()) {
      if (session_.stop.stop_requested() && !scheduler_->done()) {
        was_stopped_ = true;
        scheduler_->stop();
      }
      const auto hook = scheduler_->next();
      if (!hook) break;
      start(*hook, jobs);
    }
    if (scheduler_->done()) break;
    // Woken when a hook has ended, and when a stop is requested.
    wake_->expires_at(asio::steady_timer::time_point::max());
    boost::system::error_code ignored;
    co_await wake_->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  skip_the_rest();
}

bool Execution::is_up_to_date(const cache::HookRecord& record, const HookQuestion& question) const {
  if (!memory_.fits(record, question, link_hooks_) || !session_.checks.is_unchanged(record.dependencies)) return false;
  // What another hook of this run has done since was not seen yet.
  return session_.ran.empty() || cache::is_surely_unchanged(record.dependencies);
}

void Execution::start(std::size_t hook, const PlanJobs& jobs) {
  const workspace::Package& package = *plan_.hooks[hook].package;
  const bool is_forced = session_.is_forced(package.name);
  try {
    HookQuestion question{.hook = id(hook), .config = config_};
    question.ingredients = jobs.ingredients(hook);
    // Dependencies that make no sense are not unchanged, so nobody need check them before.
    const auto record = is_forced ? std::nullopt : cache::decode_head_of_hook_record(states_[hook].record);
    if (record) {
      if (sources_[hook]->form != program::Form::executable) {
        question.program = program::recipe_for(*sources_[hook], package, session_.toolchain).identity;
      }
      if (is_up_to_date(*record, question)) {
        accept(hook, *record);
        return;
      }
    }
    HookJob job = jobs.job(hook);
    job.question = std::move(question);
    job.is_forced = is_forced;
    ++session_.active;
    asio::co_spawn(executor_, run_one(hook, std::move(job)), asio::detached);
  } catch (...) {
    fail(hook, outcome::outcome_of_current_exception());
  }
}

// The quick way of an up-to-date hook: no lock, no file opened.
void Execution::accept(std::size_t hook, const cache::HookRecord& record) {
  State& state = states_[hook];
  state.done.outcome = up_to_date_;
  state.done.up_to_date = true;
  state.done.duration = std::chrono::nanoseconds(record.duration);
  state.has_assets = record.has_assets;
  state.for_build = record.for_build;
  state.gives = record.gives;
  for (const std::string_view warning : record.warnings) {
    session_.events.warning(plan_.hooks[hook].package->name, std::string(warning));
  }
  if (session_.events.is_heard()) {
    session_.events.emit(HookFinished{.hook = id(hook),
                                      .outcome = *state.done.outcome,
                                      .up_to_date = true,
                                      .duration = state.done.duration,
                                      .directory = directory(hook)});
  }
  scheduler_->finished(hook, Scheduler::End::succeeded);
}

asio::awaitable<void> Execution::run_one(std::size_t hook, HookJob job) {
  HookRun run = co_await run_hook(std::move(job), session_);
  --session_.active;
  finish(hook, std::move(run));
  wake_->cancel();
}

void Execution::finish(std::size_t hook, HookRun run) {
  State& state = states_[hook];
  const bool succeeded = run.outcome.success();
  state.done = {.outcome = std::make_shared<const Outcome>(std::move(run.outcome)),
                .up_to_date = run.up_to_date,
                .reasons = std::move(run.reasons),
                .duration = run.duration};
  if (succeeded) {
    state.for_build = digest_of_assets(run.output.assets_for_build);
    state.has_assets = true;
    state.gave = std::make_unique<Gave>(Gave{std::move(run.output), std::move(run.dependencies)});
    state.record = {};  // the log has a newer one
    state.gives = run.gives;
  }
  scheduler_->finished(hook, succeeded ? Scheduler::End::succeeded : Scheduler::End::failed);
}

void Execution::fail(std::size_t hook, Outcome outcome) {
  session_.events.emit(HookFinished{.hook = id(hook), .outcome = outcome, .directory = directory(hook)});
  states_[hook].done.outcome = std::make_shared<const Outcome>(std::move(outcome));
  scheduler_->finished(hook, Scheduler::End::failed);
}

void Execution::skip_the_rest() {
  for (const Scheduler::Skipped& skipped : scheduler_->skipped()) {
    const Outcome outcome = outcome::skipped(plan_.hooks[skipped.because].package->name);
    states_[skipped.hook].done.outcome = std::make_shared<const Outcome>(outcome);
    session_.events.emit(
        HookFinished{.hook = id(skipped.hook), .outcome = outcome, .directory = directory(skipped.hook)});
  }
}

const hooks::HookOutput& Execution::output(std::size_t hook) {
  State& state = states_[hook];
  if (!state.gave) {
    const auto record = cache::decode_hook_record(state.record);
    state.gave = std::make_unique<Gave>(Gave{record ? output_of(*record, kind_) : hooks::HookOutput{}, {}});
  }
  return state.gave->output;
}

void Execution::append_dependencies(std::size_t hook, PathList& paths) const {
  const State& state = states_[hook];
  if (!state.record.empty()) {
    engine::append_dependencies(cache::dependencies_of_hook_record(state.record), paths);
  } else if (state.gave) {
    paths.add(state.gave->dependencies);
  }
}

bool Execution::is_complete() const {
  return std::all_of(states_.begin(), states_.end(),
                     [](const State& state) { return state.done.outcome && state.done.outcome->success(); });
}

}  // namespace grapnel::engine
