// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/utf8.hpp"
#include "runner/report/event_json.hpp"

#include <utility>

namespace grapnel::report {

namespace {

void clean(std::string& text) {
  if (!hooks::base::is_utf8(text)) text = hooks::base::to_utf8(text);
}
void clean(std::filesystem::path& path) {
  if (!hooks::base::is_utf8(path.native())) path = hooks::base::to_utf8(path.native());
}
void clean(HookId& hook) { clean(hook.package); }
void clean(ProcessEnd& end) {
  if (auto* const not_started = std::get_if<NotStarted>(&end)) clean(not_started->what);
}
void clean(Outcome& outcome) {
  clean(outcome.reason);
  for (std::string& note : outcome.notes) clean(note);
}
void clean(Reason& reason) {
  for (std::string* text : {&reason.subject, &reason.before, &reason.after, &reason.cause}) clean(*text);
}

void clean(CommandStarted& event) {
  for (std::string* text : {&event.command, &event.version, &event.id, &event.root_package}) clean(*text);
  clean(event.workspace);
}
void clean(RunStarted& event) {
  for (HookId& hook : event.hooks) clean(hook);
}
void clean(HookStarted& event) {
  clean(event.hook);
  clean(event.directory);
  for (Reason& reason : event.reasons) clean(reason);
}
void clean(StepStarted& event) {
  clean(event.hook);
  clean(event.what);
  clean(event.command);
}
void clean(HookOutput& event) {
  clean(event.hook);
  clean(event.text);
}
void clean(HookFinished& event) {
  clean(event.hook);
  clean(event.outcome);
  for (std::filesystem::path* path : {&event.directory, &event.log, &event.output_log, &event.run_sh}) clean(*path);
  for (std::string* text : {&event.stderr_tail, &event.stdout_tail, &event.hang_report, &event.output}) clean(*text);
  for (Attempt& attempt : event.attempts) {
    clean(attempt.outcome);
    clean(attempt.log);
  }
  if (event.end) clean(*event.end);
}
void clean(Message& event) {
  clean(event.package);
  clean(event.text);
}
void clean(RunFinished& event) { clean(event.outcome); }
void clean(CommandFinished& event) { clean(event.outcome); }

}  // namespace

Event with_utf8_text(Event event) {
  std::visit([](auto& one) { clean(one); }, event);
  return event;
}

}  // namespace grapnel::report
