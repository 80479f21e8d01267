// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/hook_events.hpp"

#include "runner/process/supervise.hpp"

#include <chrono>
#include <utility>
#include <variant>

namespace grapnel::hookd {

namespace {

// Both lists have the same names in the same order.
HookKind kind_of(hooks::pep517::Hook hook) {
  constexpr auto place = [](auto one) { return static_cast<int>(one); };
  using hooks::pep517::Hook;
  static_assert(place(HookKind::get_requires_for_build_editable) - place(HookKind::build_wheel) ==
                place(Hook::get_requires_for_build_editable) - place(Hook::build_wheel));
  return static_cast<HookKind>(place(HookKind::build_wheel) + place(hook));
}

std::string name_of_tree(const std::filesystem::path& tree) {
  const std::filesystem::path name = tree.lexically_normal();
  return (name.has_filename() ? name : name.parent_path()).filename().native();
}

}  // namespace

HookEvents::HookEvents(EventSink* sink, const std::filesystem::path& source_tree, const Environment& environment)
    : events_(sink), package_(name_of_tree(source_tree)) {
  if (!events_.is_heard()) return;
  redactor_ = Redactor(environment);
  events_.hide(redactor_);
}

void HookEvents::starts(const Request& request) {
  if (!events_.is_heard()) return;
  hook_ = {.package = package_, .kind = kind_of(request.hook)};
  began_ = now();
  events_.emit(RunStarted{.kind = hook_.kind, .hooks = {hook_}, .time_of_day = std::chrono::system_clock::now()});
  events_.emit(HookStarted{.hook = hook_, .reasons = {Reason{.kind = Reason::Kind::forced}}});
  events_.emit(StepStarted{.hook = hook_,
                           .what = "run",
                           .command = redactor_.redact(request.backend + ": " + std::string(name_of(request.hook)))});
}

void HookEvents::finishes(Verdict verdict, const OutputFiles& files) {
  if (!events_.is_heard()) return;
  verdict.outcome.reason = redactor_.redact(verdict.outcome.reason);
  const auto duration = now() - began_;
  events_.emit(HookFinished{.hook = hook_,
                            .outcome = verdict.outcome,
                            .duration = duration,
                            .log = files.standard_error,
                            .output_log = files.standard_output,
                            .stderr_tail = redactor_.redact(tail_of_file(files.standard_error, process::kTailBytes)),
                            .stdout_tail = redactor_.redact(tail_of_file(files.standard_output, process::kTailBytes)),
                            .hang_report = redactor_.redact(verdict.hang_report),
                            .end = verdict.end});
  events_.emit(RunFinished{.outcome = std::move(verdict.outcome), .duration = duration, .kind = hook_.kind});
}

}  // namespace grapnel::hookd
