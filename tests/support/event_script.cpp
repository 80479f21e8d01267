// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/event_script.hpp"

#include "runner/outcome/classify.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <set>
#include <utility>
#include <variant>

namespace tests {

using namespace grapnel;
using std::chrono::nanoseconds;

namespace {

constexpr Moment kStart = std::chrono::hours(30);  // of a clock that began at an unknown time
constexpr nanoseconds kBackOff = std::chrono::milliseconds(1000);
constexpr nanoseconds kInstant = std::chrono::microseconds(150);
const char* const kRoot = "/home/dev/app/.dart_tool/hooks_runner/";

std::chrono::system_clock::time_point time_of_day(Moment moment) {
  const auto day = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22);
  return day + std::chrono::hours(10) + std::chrono::microseconds(250'007) +
         std::chrono::duration_cast<std::chrono::system_clock::duration>(moment - kStart);
}

// Real directories are named after the package only where the file system takes the name.
std::filesystem::path directory_of(const ScriptedHook& hook, std::size_t number) {
  const bool plain = !hook.package.empty() && std::all_of(hook.package.begin(), hook.package.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  std::array<char, 16> checksum{};
  std::snprintf(checksum.data(), checksum.size(), "%010zx", number * 0x9E3779B1U % 0xFFFFFFFFFU);
  return std::filesystem::path(kRoot) / (plain ? hook.package : "package_" + std::to_string(number)) / checksum.data();
}

bool runs(const ScriptedHook& hook) {
  return hook.outcome.row != 29 && hook.outcome.row != 30 && (hook.outcome.row != 0 || hook.end);
}

bool ends(const ScriptedHook& hook) { return hook.outcome.row != 0 || hook.end; }

nanoseconds time_taken(const ScriptedHook& hook) {
  nanoseconds sum = runs(hook) ? hook.duration : kInstant;
  for (const Attempt& attempt : hook.attempts) sum += attempt.duration + kBackOff;
  return sum;
}

}  // namespace

Moment time_of(const Event& event) {
  return std::visit([](const auto& one) { return one.time; }, event);
}

EventScript::EventScript(std::string command, std::vector<HookKind> runs, unsigned jobs) : jobs_(jobs), now_(kStart) {
  events_.emplace_back(CommandStarted{.command = std::move(command),
                                      .version = "0.1.0",
                                      .id = "20261122-100000-4711",
                                      .workspace = "/home/dev/app/.dart_tool/package_config.json",
                                      .root_package = "app",
                                      .jobs = jobs,
                                      .runs = std::move(runs),
                                      .time_of_day = time_of_day(kStart),
                                      .time = kStart});
}

void EventScript::message(Message::Severity severity, std::string package, std::string text) {
  events_.emplace_back(
      Message{.severity = severity, .package = std::move(package), .text = std::move(text), .time = now_});
}

void EventScript::fail(std::string reason, HookKind kind) {
  outcome_ = outcome::project_failure(std::move(reason));
  now_ += kInstant;
  events_.emplace_back(RunFinished{.outcome = outcome_, .duration = kInstant, .kind = kind, .time = now_});
}

void EventScript::run(HookKind kind, const std::vector<ScriptedHook>& hooks) {
  now_ += std::chrono::milliseconds(12);
  const Moment began = now_;
  RunStarted started{.kind = kind, .time_of_day = time_of_day(now_), .time = now_};
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    started.hooks.push_back({hooks[i].package, kind});
    for (const std::size_t giver : hooks[i].waits_for) {
      started.waits.push_back({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(giver)});
    }
  }
  events_.emplace_back(std::move(started));

  // As grapnel does: whenever a job is free, the first hook of the plan that may run takes it.
  std::vector<std::vector<std::size_t>> waiters(hooks.size());
  std::vector<std::size_t> missing(hooks.size());
  std::set<std::size_t> ready;
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    missing[i] = hooks[i].waits_for.size();
    for (const std::size_t giver : hooks[i].waits_for) waiters[giver].push_back(i);
    if (missing[i] == 0) ready.insert(i);
  }
  std::set<std::pair<Moment, std::size_t>> going;
  std::size_t busy = 0;
  std::vector<Event> happened;
  std::vector<Outcome> outcomes;
  for (Moment time = now_ + kInstant;;) {
    for (auto next = ready.begin(); next != ready.end();) {
      const std::size_t i = *next;
      if (ends(hooks[i]) && runs(hooks[i]) && busy == jobs_) {
        ++next;
        continue;
      }
      next = ready.erase(next);
      if (!ends(hooks[i])) continue;
      if (runs(hooks[i])) ++busy;
      add_hook(kind, hooks[i], i, time, happened);
      outcomes.push_back(hooks[i].outcome);
      going.emplace(time + time_taken(hooks[i]), i);
    }
    if (going.empty()) break;
    const auto [end, ended] = *going.begin();
    going.erase(going.begin());
    if (runs(hooks[ended])) --busy;
    for (const std::size_t waiter : waiters[ended]) {
      if (--missing[waiter] == 0) ready.insert(waiter);
    }
    time = end + kInstant;
  }
  std::stable_sort(happened.begin(), happened.end(),
                   [](const Event& left, const Event& right) { return time_of(left) < time_of(right); });
  for (Event& event : happened) {
    now_ = std::max(now_, time_of(event));
    events_.push_back(std::move(event));
  }
  now_ += kInstant;
  outcome_ = outcome::aggregate(outcomes);
  events_.emplace_back(RunFinished{.outcome = outcome_, .duration = now_ - began, .kind = kind, .time = now_});
}

void EventScript::request(HookKind kind, const ScriptedHook& hook) {
  now_ += std::chrono::milliseconds(2);
  const Moment began = now_;
  const HookId id{hook.package, kind};
  const std::string log = "/var/lib/frontend/" + std::to_string(++requests_);
  events_.emplace_back(RunStarted{.kind = kind, .hooks = {id}, .time_of_day = time_of_day(now_), .time = now_});
  events_.emplace_back(HookStarted{.hook = id, .reasons = {{.kind = Reason::Kind::forced}}, .time = now_});
  now_ += kInstant;
  events_.emplace_back(
      StepStarted{.hook = id, .what = "run", .command = "demo_backend: " + std::string(name_of(kind)), .time = now_});
  now_ += hook.duration;
  events_.emplace_back(HookFinished{.hook = id,
                                    .outcome = hook.outcome,
                                    .duration = now_ - began,
                                    .log = log + ".stderr",
                                    .output_log = log + ".stdout",
                                    .stderr_tail = hook.stderr_tail,
                                    .stdout_tail = hook.stdout_tail,
                                    .hang_report = hook.hang_report,
                                    .end = hook.end,
                                    .output = hook.output,
                                    .time = now_});
  now_ += kInstant;
  outcome_ = outcome::aggregate({hook.outcome});
  events_.emplace_back(RunFinished{.outcome = outcome_, .duration = now_ - began, .kind = kind, .time = now_});
}

void EventScript::stage(HookKind kind, const ScriptedHook& hook) {
  now_ += std::chrono::milliseconds(1);
  const Moment began = now_;
  const HookId id{hook.package, kind};
  const std::filesystem::path directory = "/home/dev/demo/.grapnel/stages/" + std::to_string(++requests_);
  events_.emplace_back(RunStarted{.kind = kind, .hooks = {id}, .time_of_day = time_of_day(now_), .time = now_});
  HookFinished finished{.hook = id,
                        .outcome = hook.outcome,
                        .up_to_date = !runs(hook),
                        .stderr_tail = hook.stderr_tail,
                        .stdout_tail = hook.stdout_tail,
                        .hang_report = hook.hang_report,
                        .end = hook.end,
                        .output = hook.output};
  if (runs(hook)) {
    HookStarted started{.hook = id, .directory = directory, .reasons = hook.reasons, .time = now_};
    if (started.reasons.empty()) started.reasons.push_back({.kind = Reason::Kind::forced});
    events_.emplace_back(std::move(started));
    if (hook.compiling.count() > 0) {
      events_.emplace_back(StepStarted{
          .hook = id, .what = "compile", .command = "g++ -std=c++20 -o tables hook/tables.cpp", .time = now_});
      now_ += hook.compiling;
    }
    events_.emplace_back(StepStarted{
        .hook = id, .what = "run", .command = "./tables --stage=" + std::string(name_of(kind)), .time = now_});
    now_ += hook.duration - hook.compiling;
    finished.directory = directory;
    finished.log = directory / "stderr.txt";
    finished.output_log = directory / "stdout.txt";
  }
  finished.duration = runs(hook) ? now_ - began : hook.duration;
  finished.time = now_;
  events_.emplace_back(std::move(finished));
  now_ += kInstant;
  outcome_ = outcome::aggregate({hook.outcome});
  events_.emplace_back(RunFinished{.outcome = outcome_, .duration = now_ - began, .kind = kind, .time = now_});
}

void EventScript::add_hook(HookKind kind, const ScriptedHook& hook, std::size_t number, Moment start,
                           std::vector<Event>& into) {
  const HookId id{hook.package, kind};
  const std::filesystem::path directory = directory_of(hook, number + (kind == HookKind::link ? 1000 : 0));
  HookFinished finished{.hook = id,
                        .outcome = hook.outcome,
                        .up_to_date = hook.outcome.row == 30,
                        .duration = hook.duration,
                        .directory = directory,
                        .time = start + time_taken(hook)};
  if (runs(hook)) {
    into.emplace_back(HookStarted{.hook = id, .directory = directory, .reasons = hook.reasons, .time = start});
    if (hook.reasons.empty()) std::get<HookStarted>(into.back()).reasons.emplace_back();
    Moment began = start;
    if (hook.compiling.count() > 0) {
      into.emplace_back(StepStarted{
          .hook = id, .what = "compile", .command = "g++ -std=c++20 -o build hook/build.cpp", .time = began});
    }
    for (std::size_t attempt = 0; attempt <= hook.attempts.size(); ++attempt) {
      const nanoseconds compiled = attempt == 0 ? hook.compiling : nanoseconds(0);
      const bool has_run_step = hook.outcome.row != 26;
      if (has_run_step) {
        into.emplace_back(
            StepStarted{.hook = id, .what = "run", .command = "./build --config=input.json", .time = began + compiled});
      }
      if (attempt == hook.attempts.size()) break;
      Attempt kept = hook.attempts[attempt];
      kept.began = began;
      kept.log = directory / ("stderr." + std::to_string(attempt + 1) + ".txt");
      began += kept.duration + kBackOff;
      finished.duration += kept.duration;
      finished.attempts.push_back(std::move(kept));
    }
    finished.log = directory / "stderr.txt";
    finished.output_log = directory / "stdout.txt";
    finished.run_sh = directory / "run.sh";
    finished.stderr_tail = hook.stderr_tail;
    finished.stdout_tail = hook.stdout_tail;
    finished.hang_report = hook.hang_report;
    finished.end = hook.end ? *hook.end : ProcessEnd(Exited{0});
    finished.output = hook.output;
  }
  into.emplace_back(std::move(finished));
}

void EventScript::finish(int signal, bool after_deadline) {
  now_ += std::chrono::milliseconds(3);
  events_.emplace_back(CommandFinished{.outcome = outcome_,
                                       .exit_code = signal != 0 ? -1 : outcome_.exit_code,
                                       .signal = signal,
                                       .after_deadline = after_deadline,
                                       .time = now_});
}

void EventScript::cut_off(nanoseconds time) {
  std::erase_if(events_, [&](const Event& event) { return time_of(event) > kStart + time; });
}

void EventScript::cancel(nanoseconds time) {
  std::vector<Event> later;
  for (const Event& event : events_) {
    if (time_of(event) > kStart + time) later.push_back(event);
  }
  cut_off(time);
  std::vector<HookId> running;
  HookKind kind = HookKind::build;
  Moment began = kStart;
  for (const Event& event : events_) {
    if (const auto* started = std::get_if<HookStarted>(&event)) running.push_back(started->hook);
    if (const auto* finished = std::get_if<HookFinished>(&event)) std::erase(running, finished->hook);
    if (const auto* run = std::get_if<RunStarted>(&event)) {
      kind = run->kind;
      began = run->time;
    }
  }
  now_ = kStart + time;
  outcome_ = outcome::classify({.end = Signaled{SIGTERM}, .stop = outcome::StopReason::canceled});
  for (const Event& event : later) {
    const auto* finished = std::get_if<HookFinished>(&event);
    if (finished == nullptr || std::find(running.begin(), running.end(), finished->hook) == running.end()) continue;
    HookFinished cut = *finished;
    now_ += std::chrono::milliseconds(7);
    cut.outcome = outcome_;
    cut.duration -= cut.time - now_;
    cut.end = Signaled{SIGTERM};
    cut.time = now_;
    events_.emplace_back(std::move(cut));
  }
  now_ += kInstant;
  events_.emplace_back(RunFinished{.outcome = outcome_, .duration = now_ - began, .kind = kind, .time = now_});
}

}  // namespace tests
