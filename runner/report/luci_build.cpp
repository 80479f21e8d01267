// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/luci_build.hpp"

#include "runner/report/facts.hpp"
#include "runner/report/hook_kind.hpp"
#include "runner/report/luci_summary.hpp"
#include "runner/report/plain_text.hpp"
#include "runner/report/visible_text.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace grapnel::report::luci {

namespace {

constexpr std::size_t kMostTagValue = 1024;

Status status_of(const Outcome& outcome) {
  switch (outcome.luci) {
    case LuciStatus::success:
      return Status::success;
    case LuciStatus::failure:
      return Status::failure;
    case LuciStatus::infra_failure:
      return Status::infra_failure;
    case LuciStatus::canceled:
      return Status::canceled;
    case LuciStatus::none:
      break;
  }
  return outcome.success() ? Status::success : Status::failure;
}

// Makes the steps of one model.
class StepMaker {
 public:
  StepMaker(const Model& model, const LogsOf& logs_of) : model_(model), logs_of_(logs_of) {}

  std::vector<Step> make() {
    for (const RunModel& run : model_.runs) add(run);
    return std::move(steps_);
  }

 private:
  void add(const RunModel& run) {
    const bool over = run.end || model_.is_complete();
    Step step{.name = unique(title_of(run))};
    step.start_time = model_.time_of_day(run.started);
    step.status = Status::started;
    if (over) {
      const Outcome& outcome = run.end ? run.end->outcome : model_.end->outcome;
      step.status = status_of(outcome);
      step.end_time = model_.time_of_day(run.end ? run.end->time : model_.end->time);
      step.tags = {{"grapnel.class", std::string(grapnel::name_of(outcome.outcome_class))}};
    }
    step.summary_markdown = summary_of(model_, run);
    const std::string name = step.name;
    add(std::move(step));
    const std::size_t end = std::min(run.first_hook + run.hook_count, model_.hooks.size());
    for (std::size_t i = run.first_hook; i < end; ++i) add(name, model_.hooks[i], over);
  }

  void add(const std::string& run, const HookModel& hook, bool over) {
    if (!was_started(hook)) return;
    Step step{.name = unique(run + "|" + step_name(hook.id))};
    step.start_time = hook.started ? model_.time_of_day(*hook.started) : std::optional<Time>();
    if (hook.state == HookModel::State::finished) {
      const Outcome& outcome = hook.end.outcome;
      step.status = status_of(outcome);
      step.end_time = model_.time_of_day(hook.ended.value_or(hook.end.time));
      step.tags = tags_of(hook, outcome);
    } else if (!over) {
      step.status = Status::started;
      add_cache_tag(step.tags, hook);
    } else {
      // Nobody said how it ended.
      step.status =
          model_.end->outcome.outcome_class == OutcomeClass::canceled ? Status::canceled : Status::infra_failure;
      step.end_time = model_.time_of_day(model_.now);
    }
    step.summary_markdown = summary_of(hook, over);
    step.logs = logs_of_(hook, std::nullopt);
    const std::string name = step.name;
    add(std::move(step));
    if (hook.state == HookModel::State::finished && !hook.end.attempts.empty()) add_attempts(name, hook);
  }

  void add_attempts(const std::string& hook_step, const HookModel& hook) {
    const std::vector<Attempt>& attempts = hook.end.attempts;
    for (std::size_t i = 0; i < attempts.size(); ++i) {
      Step step = attempt_step(hook_step, i, attempts[i].outcome);
      step.start_time = model_.time_of_day(attempts[i].began);
      step.end_time = model_.time_of_day(attempts[i].began + attempts[i].duration);
      step.logs = logs_of_(hook, i);
      add(std::move(step));
    }
    // The last one is the one that decided; what it did first says when it began.
    const Moment earliest = attempts.back().began + attempts.back().duration;
    const auto first = std::find_if(hook.steps.begin(), hook.steps.end(),
                                    [&](const StepStarted& one) { return one.time >= earliest; });
    Step step = attempt_step(hook_step, attempts.size(), hook.end.outcome);
    step.start_time = model_.time_of_day(first != hook.steps.end() ? first->time : earliest);
    step.end_time = model_.time_of_day(hook.ended.value_or(hook.end.time));
    add(std::move(step));
  }

  static Step attempt_step(const std::string& hook_step, std::size_t place, const Outcome& outcome) {
    const std::string number = std::to_string(place + 1);
    Step step{.name = hook_step + "|attempt " + number};
    step.status = status_of(outcome);
    add_tag(step.tags, "grapnel.class", std::string(grapnel::name_of(outcome.outcome_class)));
    add_tag(step.tags, "grapnel.row", std::to_string(outcome.row));
    add_tag(step.tags, "grapnel.attempt", number);
    step.summary_markdown = summary_of(outcome);
    return step;
  }

  // The server's rules: a start and an end where the status asks for them, and in this order.
  void add(Step step) {
    if (is_terminal(step.status)) {
      if (!step.start_time && step.status != Status::canceled) step.start_time = step.end_time;
      if (step.start_time && step.end_time) step.end_time = std::max(*step.end_time, *step.start_time);
    }
    steps_.push_back(std::move(step));
  }

  static void add_tag(std::vector<StringPair>& tags, std::string key, const std::string& value) {
    if (!value.empty()) tags.push_back({std::move(key), first_bytes(visible_text(value), kMostTagValue)});
  }

  static void add_cache_tag(std::vector<StringPair>& tags, const HookModel& hook) {
    if (runs_alone(hook.id.kind) && !hook.end.up_to_date) return;
    add_tag(tags, "grapnel.cache", hook.end.up_to_date ? "hit" : hook.started ? "miss" : "");
  }

  static std::vector<StringPair> tags_of(const HookModel& hook, const Outcome& outcome) {
    std::vector<StringPair> tags;
    add_tag(tags, "grapnel.class", std::string(grapnel::name_of(outcome.outcome_class)));
    add_tag(tags, "grapnel.row", std::to_string(outcome.row));
    add_tag(tags, "grapnel.package", hook.id.package);
    add_cache_tag(tags, hook);
    if (hook.end.end) {
      if (const auto* exited = std::get_if<Exited>(&*hook.end.end)) {
        add_tag(tags, "grapnel.exit_code", std::to_string(exited->code));
      } else if (const auto* signaled = std::get_if<Signaled>(&*hook.end.end)) {
        add_tag(tags, "grapnel.signal", signal_name(signaled->signal));
      }
    }
    if (hook.started) add_tag(tags, "grapnel.attempt", std::to_string(hook.end.attempts.size() + 1));
    if (outcome.outcome_class == OutcomeClass::infra_failure)
      add_tag(tags, "grapnel.confirmed", outcome.confirmed ? "true" : "false");
    const auto flag = [&](bool set, const char* key) {
      if (set) add_tag(tags, key, "true");
    };
    flag(outcome.violation, "grapnel.violation");
    flag(outcome.crash, "grapnel.crash");
    flag(outcome.timeout, "grapnel.timeout");
    flag(outcome.resource_exhaustion, "grapnel.resource_exhaustion");
    flag(outcome.flaky, "grapnel.flaky");
    return tags;
  }

  // A front end may ask for one hook any number of times.
  std::string unique(const std::string& name) {
    std::size_t& times = names_[name];
    if (++times == 1) return name;
    std::string candidate;
    do {
      candidate = name + " (" + std::to_string(times) + ")";
    } while (names_.contains(candidate) && ++times != 0);
    names_[candidate] = 1;
    return candidate;
  }

  const Model& model_;
  const LogsOf& logs_of_;
  std::vector<Step> steps_;
  std::unordered_map<std::string, std::size_t> names_;  ///< how often each was wanted
};

hooks::Json::Object properties_of(const Model& model) {
  hooks::Json::Object counts;
  for (const auto& [outcome_class, count] : count_classes(model)) {
    counts[grapnel::name_of(outcome_class)] = static_cast<std::int64_t>(count);
  }
  hooks::Json::Object own{{"counts", std::move(counts)}, {"version", model.command.version}};
  if (model.is_complete()) {
    const Outcome& outcome = model.end->outcome;
    own["class"] = grapnel::name_of(outcome.outcome_class);
    own["retryable"] = is_retryable(model);
    if (const HookModel* hook = first_failure(model)) {
      constexpr std::size_t kMostReason = 1000;
      const Outcome failure = hook->end.outcome;
      own["first_failure"] =
          hooks::Json::Object{{"class", grapnel::name_of(failure.outcome_class)},
                              {"hook", grapnel::name_of(hook->id.kind)},
                              {"package", first_bytes(visible_text(hook->id.package), kMostTagValue)},
                              {"reason", first_bytes(visible_text(failure.reason), kMostReason)},
                              {"row", failure.row}};
    }
  }
  return {{"grapnel", std::move(own)}};
}

bool lacks_memory(const Model& model) {
  return std::any_of(model.hooks.begin(), model.hooks.end(), [](const HookModel& hook) {
    return hook.state == HookModel::State::finished && hook.end.outcome.resource_exhaustion;
  });
}

}  // namespace

std::string_view name_of(Status status) noexcept {
  switch (status) {
    case Status::scheduled:
      return "SCHEDULED";
    case Status::started:
      return "STARTED";
    case Status::success:
      return "SUCCESS";
    case Status::failure:
      return "FAILURE";
    case Status::infra_failure:
      return "INFRA_FAILURE";
    case Status::canceled:
      return "CANCELED";
    case Status::unspecified:
      break;
  }
  return "";
}

bool is_terminal(Status status) noexcept {
  constexpr unsigned kEndedMask = 4;
  return (static_cast<unsigned>(status) & kEndedMask) != 0;
}

Build make_build(const Model& model, const BuildIdentity& identity, const LogsOf& logs_of) {
  Build build{.identity = identity};
  const Time started = model.time_of_day(model.command.time);
  if (!build.identity.start_time) build.identity.start_time = started;
  if (!build.identity.create_time) build.identity.create_time = build.identity.start_time;
  build.update_time = std::max(model.time_of_day(model.now), *build.identity.start_time);
  if (model.is_complete()) {
    const Outcome& outcome = model.end->outcome;
    constexpr int kDeadline = 22;
    build.status = status_of(outcome);
    build.end_time = build.update_time;
    build.timeout = outcome.row == kDeadline;
    build.resource_exhaustion = build.status != Status::success && lacks_memory(model);
  }
  build.summary_markdown = summary_of(model);
  build.properties = properties_of(model);
  build.steps = StepMaker(model, logs_of).make();
  return build;
}

}  // namespace grapnel::report::luci
