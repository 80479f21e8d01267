// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/model.hpp"

#include "runner/report/hook_kind.hpp"
#include "runner/report/plain_text.hpp"

#include <algorithm>
#include <variant>

namespace grapnel::report {

namespace {

// Through how many pairs of packages without a hook it is followed who waits for whom. Beyond, reports show fewer
// arrows; a graph where each of many waits for each of many through one package has them in the square.
constexpr std::size_t kMostArrows = 200'000;

// Who waits for which hook, packages without one passed through. By place among the hooks of the run.
std::vector<std::vector<std::size_t>> givers_of(const RunStarted& run) {
  const std::size_t hooks = run.hooks.size();
  std::size_t nodes = hooks;
  for (const Wait& wait : run.waits) nodes = std::max<std::size_t>({nodes, wait.waiter + 1ULL, wait.giver + 1ULL});
  // A stream that was read from a file may name any place; in a plan each node behind the hooks is in some edge.
  if (nodes > hooks + 2 * run.waits.size()) return std::vector<std::vector<std::size_t>>(hooks);
  std::vector<std::vector<std::size_t>> direct(nodes);
  for (const Wait& wait : run.waits) direct[wait.waiter].push_back(wait.giver);

  std::vector<std::vector<std::size_t>> givers(hooks);
  std::vector<std::size_t> seen_by(nodes, nodes);
  std::size_t arrows = 0;
  std::vector<std::size_t> open;
  for (std::size_t hook = 0; hook < hooks && arrows < kMostArrows; ++hook) {
    open.assign(direct[hook].begin(), direct[hook].end());
    while (!open.empty()) {
      const std::size_t node = open.back();
      open.pop_back();
      ++arrows;
      if (node == hook || seen_by[node] == hook) continue;
      seen_by[node] = hook;
      if (node < hooks) {
        givers[hook].push_back(node);
      } else {
        open.insert(open.end(), direct[node].begin(), direct[node].end());
      }
    }
    std::sort(givers[hook].begin(), givers[hook].end());
  }
  return givers;
}

// The higher, the more it decides (spec: ci-reporting, section 3.3).
int rank(const Outcome& outcome) {
  if (outcome.outcome_class == OutcomeClass::canceled) return 6;
  if (outcome.exit_code < 0) return 5;
  if (outcome.dart_kind == DartKind::internal) return 4;
  switch (outcome.exit_code) {
    case 0:
      return 0;
    case 1:
      return 2;
    case 2:
      return 3;
    default:
      return 1;
  }
}

}  // namespace

std::chrono::system_clock::time_point Model::time_of_day(Moment moment) const {
  return command.time_of_day + std::chrono::duration_cast<std::chrono::system_clock::duration>(since_start(moment));
}

std::chrono::nanoseconds Model::since_start(Moment moment) const {
  return std::max(moment - command.time, std::chrono::nanoseconds(0));
}

void ModelBuilder::add(const Event& event) {
  std::visit(
      [this](const auto& one) {
        add(one);
        model_.now = std::max(model_.now, one.time);
      },
      event);
}

HookModel* ModelBuilder::find(const HookId& id) {
  const auto place = places_.find({id.kind, id.package});
  return place == places_.end() ? nullptr : &model_.hooks[place->second];
}

void ModelBuilder::add(const CommandStarted& event) { model_.command = event; }

void ModelBuilder::add(const RunStarted& event) {
  const std::size_t first = model_.hooks.size();
  if (runs_alone(event.kind)) {
    RunModel& run = requests(event.time);
    run.hook_count += event.hooks.size();
    run.end.reset();
  } else {
    model_.runs.push_back(
        {.kind = event.kind, .started = event.time, .first_hook = first, .hook_count = event.hooks.size()});
  }
  const std::vector<std::vector<std::size_t>> givers = givers_of(event);
  // Growing by one hook a run would move all of them each time.
  if (const std::size_t needed = first + event.hooks.size(); needed > model_.hooks.capacity()) {
    model_.hooks.reserve(std::max(needed, first + first / 2));
  }
  for (std::size_t i = 0; i < event.hooks.size(); ++i) {
    HookModel& hook = model_.hooks.emplace_back();
    hook.id = event.hooks[i];
    for (const std::size_t giver : givers[i]) hook.waits_for.push_back(first + giver);
    places_[{hook.id.kind, hook.id.package}] = first + i;
  }
}

void ModelBuilder::add(const HookStarted& event) {
  HookModel* const hook = find(event.hook);
  if (hook == nullptr || hook->state != HookModel::State::waiting) return;
  hook->state = HookModel::State::running;
  hook->started = event.time;
  hook->reasons = told_reasons(event);
  hook->end.directory = event.directory;
  const auto free = std::find(slots_.begin(), slots_.end(), false);
  hook->slot = static_cast<std::size_t>(free - slots_.begin());
  if (free == slots_.end()) {
    slots_.push_back(true);
  } else {
    *free = true;
  }
}

void ModelBuilder::add(const StepStarted& event) {
  constexpr std::size_t kMostSteps = 1000;
  HookModel* const hook = find(event.hook);
  if (hook != nullptr && hook->steps.size() < kMostSteps) hook->steps.push_back(event);
}

void ModelBuilder::add(const HookOutput& /*event*/) {}

void ModelBuilder::add(const HookFinished& event) {
  HookModel* const hook = find(event.hook);
  if (hook == nullptr || hook->state == HookModel::State::finished) return;
  if (hook->state == HookModel::State::running) slots_[hook->slot] = false;
  hook->state = HookModel::State::finished;
  hook->ended = event.time;
  hook->end = event;
  bound_tails(hook->end);
}

void ModelBuilder::bound_tails(HookFinished& end) {
  constexpr std::size_t kPlenty = 64U << 20U;
  constexpr std::size_t kShort = 8192;
  if (tails_ >= kPlenty) {
    const std::size_t kept = tails_ >= 2 * kPlenty || end.outcome.success() ? 0 : kShort;
    for (std::string* tail : {&end.stderr_tail, &end.stdout_tail}) *tail = last_bytes(*tail, kept);
  }
  tails_ += end.stderr_tail.size() + end.stdout_tail.size();
}

void ModelBuilder::add(const Message& event) { model_.messages.push_back(event); }

RunModel& ModelBuilder::requests(Moment time) {
  if (model_.runs.empty() || model_.runs.back().kind) {
    model_.runs.push_back({.started = time, .first_hook = model_.hooks.size()});
    decisive_.reset();
  }
  return model_.runs.back();
}

void ModelBuilder::end_request(const RunFinished& event) {
  // A stage may have builds and links within itself.
  const auto open =
      std::find_if(model_.runs.rbegin(), model_.runs.rend(), [](const RunModel& one) { return !one.kind && !one.end; });
  RunModel& run = open != model_.runs.rend() ? *open : requests(event.time - event.duration);
  if (!decisive_ || rank(event.outcome) > rank(*decisive_)) decisive_ = event.outcome;
  run.end = event;
  run.end->outcome = *decisive_;
  run.end->duration = event.time - run.started;
}

void ModelBuilder::add(const RunFinished& event) {
  if (runs_alone(event.kind)) {
    end_request(event);
    return;
  }
  const auto run = std::find_if(model_.runs.rbegin(), model_.runs.rend(),
                                [&](const RunModel& one) { return one.kind == event.kind && !one.end; });
  if (run != model_.runs.rend()) {
    run->end = event;
  } else {
    // Nothing was announced: the run failed before it had a plan.
    model_.runs.push_back({.kind = event.kind,
                           .started = event.time - event.duration,
                           .first_hook = model_.hooks.size(),
                           .hook_count = 0,
                           .end = event});
  }
}

void ModelBuilder::add(const CommandFinished& event) { model_.end = event; }

std::vector<std::size_t> critical_path(const Model& model) {
  const auto ended_later = [&](std::size_t left, std::size_t right) {
    return model.hooks[left].ended < model.hooks[right].ended;
  };
  std::vector<std::size_t> ran;
  for (std::size_t i = 0; i < model.hooks.size(); ++i) {
    const HookModel& hook = model.hooks[i];
    if (hook.started && hook.ended && !runs_alone(hook.id.kind)) ran.push_back(i);
  }
  std::vector<std::size_t> path;
  if (ran.empty()) return path;
  path.push_back(*std::max_element(ran.begin(), ran.end(), ended_later));
  while (path.size() <= model.hooks.size()) {
    const HookModel& last = model.hooks[path.back()];
    const Moment began = last.started ? *last.started : *last.ended;
    std::vector<std::size_t> before;
    for (const std::size_t giver : last.waits_for) {
      // Through hooks that were up to date, too: they waited for others, and took no time themselves.
      if (model.hooks[giver].ended && *model.hooks[giver].ended <= began) before.push_back(giver);
    }
    if (before.empty()) break;
    path.push_back(*std::max_element(before.begin(), before.end(), ended_later));
  }
  std::erase_if(path, [&](std::size_t place) { return !model.hooks[place].started; });
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace grapnel::report
