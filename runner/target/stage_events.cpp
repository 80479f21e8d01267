// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/stage_events.hpp"

#include <chrono>
#include <utility>

namespace grapnel::target {

namespace {

constexpr std::size_t kTailBytes = std::size_t{64} << 10U;  // as events have it

HookKind kind_of(Stage stage) {
  switch (stage) {
    case Stage::dependencies:
      return HookKind::dependencies;
    case Stage::clean:
      return HookKind::clean;
    case Stage::initialize:
      return HookKind::initialize;
    case Stage::finalize:
      return HookKind::finalize;
  }
  return HookKind::initialize;
}

std::string tail(const std::string& text) {
  return text.size() <= kTailBytes ? text : text.substr(text.size() - kTailBytes);
}

}  // namespace

StageEvents::StageEvents(EventSink* sink, std::string project, const Redactor& redactor)
    : events_(sink), project_(std::move(project)), redactor_(redactor) {
  events_.hide(redactor);
}

void StageEvents::enter(const std::string& target, const std::filesystem::path& shown_directory) {
  target_ = target;
  shown_directory_ = shown_directory;
}

HookId StageEvents::id_of(const StagedHook& hook, Stage stage, const std::string& version) const {
  return {.package = project_ + " " + target_ + (version.empty() ? "" : ":" + version) + " " + hook.name(),
          .kind = kind_of(stage)};
}

void StageEvents::begin(HookId hook) {
  running_ = std::move(hook);
  is_running_ = true;
  began_ = now();
  if (!events_.is_heard()) return;
  events_.emit(RunStarted{.kind = running_.kind, .hooks = {running_}, .time_of_day = std::chrono::system_clock::now()});
  events_.emit(HookStarted{.hook = running_, .reasons = {Reason{.kind = Reason::Kind::forced}}});
}

void StageEvents::end(const StageEnd& end) {
  is_running_ = false;
  if (!events_.is_heard()) return;
  tell_output(HookOutput::Stream::standard_output, printed_.rest(redactor_));
  tell_output(HookOutput::Stream::standard_error, said_.rest(redactor_));
  Outcome outcome = end.outcome;
  outcome.reason = redactor_.redact(outcome.reason);
  const auto duration = now() - began_;
  events_.emit(HookFinished{.hook = running_,
                            .outcome = outcome,
                            .up_to_date = end.up_to_date,
                            .duration = duration,
                            .directory = end.directory,
                            .log = end.log,
                            .output_log = end.output_log,
                            .run_sh = end.run_sh,
                            .stderr_tail = redactor_.redact(tail(end.stderr_tail)),
                            .stdout_tail = redactor_.redact(tail(end.stdout_tail)),
                            .hang_report = redactor_.redact(end.hang_report),
                            .end = end.end,
                            .output = end.output});
  events_.emit(RunFinished{.outcome = std::move(outcome), .duration = duration, .kind = running_.kind});
}

void StageEvents::stage_begins(const StagedHook& hook, Stage stage, const std::string& version) {
  begin(id_of(hook, stage, version));
}

void StageEvents::stage_ended(const StagedHook&, Stage, const std::string&, const StageEnd& its_end) { end(its_end); }

void StageEvents::version_begins(const std::string& version) {
  debug("building `" + target_ + "` version `" + version + "`");
}

void StageEvents::only_hooks_ran(const std::string& version) {
  debug("only hooks ran for `" + target_ + "` version `" + version + "`");
}

void StageEvents::artifact_is_made(const std::string& version, const std::filesystem::path& artifact) {
  // Where the directory was given relative, people know the artifact so.
  const std::filesystem::path shown =
      shown_directory_.is_relative() ? shown_directory_ / artifact.filename() : artifact;
  artifacts.push_back({.target = target_, .version = version, .path = artifact, .shown_path = shown});
}

void StageEvents::step(const std::string& what, const std::string& command) {
  if (is_running_ && events_.is_heard()) {
    events_.emit(StepStarted{.hook = running_, .what = what, .command = command});
  }
}

void StageEvents::output(HookOutput::Stream stream, std::string_view text) {
  if (!is_running_ || !events_.wants_output()) return;
  if (stream == HookOutput::Stream::standard_output) {
    tell_output(HookOutput::Stream::standard_output, printed_.add(text, redactor_));
  } else {
    tell_output(HookOutput::Stream::standard_error, said_.add(text, redactor_));
  }
}

void StageEvents::tell_output(HookOutput::Stream stream, std::string text) {
  if (text.empty() || !events_.wants_output()) return;
  events_.emit(HookOutput{.hook = running_, .stream = stream, .text = std::move(text)});
}

void StageEvents::hook_failed(const StagedHook& hook, const StageEnd& its_end) {
  begin(id_of(hook, Stage::initialize, ""));
  end(its_end);
}

void StageEvents::warning(const std::string& text) { events_.warning({}, text); }
void StageEvents::info(const std::string& text) { events_.info({}, text); }
void StageEvents::debug(const std::string& text) {
  if (verbosity_ >= 1) events_.info({}, text);
}

}  // namespace grapnel::target
