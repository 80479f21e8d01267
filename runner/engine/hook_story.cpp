// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/hook_story.hpp"

#include <algorithm>
#include <utility>

namespace grapnel::engine {

HookStory::HookStory(HookId hook, std::filesystem::path directory, EventStream& events, const Redactor& redactor)
    : events_(events), redactor_(redactor) {
  finished_.hook = std::move(hook);
  finished_.directory = std::move(directory);
}

void HookStory::starts(const std::vector<Reason>& reasons) {
  if (events_.is_heard()) events_.emit(HookStarted{hook(), finished_.directory, reasons});
}

void HookStory::step(const std::string& what, const std::string& command) {
  if (events_.is_heard()) events_.emit(StepStarted{hook(), what, redactor_.redact(command)});
}

std::function<void(process::OutputStream, std::string_view)> HookStory::listener() {
  if (!events_.wants_output()) return {};
  return [this](process::OutputStream stream, std::string_view bytes) {
    if (stream == process::OutputStream::standard_output) {
      printed(HookOutput::Stream::standard_output, lines_.add(bytes, redactor_));
    } else {
      printed(HookOutput::Stream::standard_error, error_lines_.add(bytes, redactor_));
    }
  };
}

void HookStory::printed_all() {
  printed(HookOutput::Stream::standard_output, lines_.rest(redactor_));
  printed(HookOutput::Stream::standard_error, error_lines_.rest(redactor_));
}

void HookStory::printed(HookOutput::Stream stream, const std::string& text) {
  if (!text.empty()) events_.emit(HookOutput{hook(), stream, text});
}

void HookStory::runs(const std::filesystem::path& log, const std::filesystem::path& output_log,
                     const std::filesystem::path& run_sh) {
  finished_.log = log;
  finished_.output_log = output_log;
  finished_.run_sh = run_sh;
}

void HookStory::ran(const process::ChildResult& child, const std::string& output) {
  take_tails(child);
  finished_.output = output;
}

void HookStory::failed_to_build(const program::BuildFailure& failure) {
  runs(failure.log, {}, failure.run_sh);
  take_tails(failure.child);
}

void HookStory::take_tails(const process::ChildResult& child) {
  finished_.stderr_tail = child.stderr_tail;
  finished_.stdout_tail = child.stdout_tail;
  finished_.hang_report = child.hang_report;
  finished_.end = child.end;
}

void HookStory::failed_attempt(Attempt attempt) {
  warning("attempt " + std::to_string(finished_.attempts.size() + 1) + " of its " + std::string(name_of(hook().kind)) +
          " hook failed (" + attempt.outcome.reason + "); it is tried again");
  finished_.attempts.push_back(std::move(attempt));
}

void HookStory::finishes(Outcome& outcome, bool up_to_date, std::chrono::nanoseconds duration) {
  outcome.reason = redactor_.redact(outcome.reason);
  for (std::string& note : outcome.notes) note = redactor_.redact(note);
  if (!events_.is_heard()) return;
  for (std::string* tail : {&finished_.stderr_tail, &finished_.stdout_tail}) {
    if (tail->size() >= process::kTailBytes) {
      // The cut may have gone through a secret, whose rest nobody would recognise.
      constexpr std::size_t kLongestSecret = 4096;
      tail->erase(0, std::min(tail->find('\n'), kLongestSecret));
    }
    *tail = redactor_.redact(*tail);
  }
  for (Attempt& attempt : finished_.attempts) {
    attempt.outcome.reason = redactor_.redact(attempt.outcome.reason);
    for (std::string& note : attempt.outcome.notes) note = redactor_.redact(note);
  }
  finished_.hang_report = redactor_.redact(finished_.hang_report);
  finished_.output = redactor_.redact(finished_.output);
  finished_.outcome = outcome;
  finished_.up_to_date = up_to_date;
  finished_.duration = duration;
  events_.emit(std::move(finished_));
}

}  // namespace grapnel::engine
