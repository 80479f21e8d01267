// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/event_json.hpp"

#include <stdexcept>
#include <utility>

namespace grapnel::report {

namespace {

using hooks::Json;

// Members that say nothing are left out.

std::int64_t since_epoch(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

void add(Json::Object& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}
void add(Json::Object& object, const char* key, std::string_view text) {
  if (!text.empty()) object[key] = text;
}
void add(Json::Object& object, const char* key, const std::filesystem::path& path) { add(object, key, path.native()); }
void add(Json::Object& object, const char* key, std::int64_t number) {
  if (number != 0) object[key] = number;
}
void add_flag(Json::Object& object, const char* key, bool flag) {
  if (flag) object[key] = true;
}

Json to_json(const HookId& hook) { return Json::Object{{"package", hook.package}, {"kind", name_of(hook.kind)}}; }

Json to_json(const Outcome& outcome) {
  Json::Object object{{"class", name_of(outcome.outcome_class)},
                      {"row", outcome.row},
                      {"exit_code", outcome.exit_code},
                      {"retry", name_of(outcome.retry)}};
  add(object, "luci_status", name_of(outcome.luci));
  add(object, "dart_kind", name_of(outcome.dart_kind));
  add_flag(object, "violation", outcome.violation);
  add_flag(object, "confirmed", outcome.confirmed);
  add_flag(object, "crash", outcome.crash);
  add_flag(object, "timeout", outcome.timeout);
  add_flag(object, "resource_exhaustion", outcome.resource_exhaustion);
  add_flag(object, "flaky", outcome.flaky);
  add(object, "reason", outcome.reason);
  if (!outcome.notes.empty()) object["notes"] = Json::Array(outcome.notes.begin(), outcome.notes.end());
  return object;
}

Json to_json(const ProcessEnd& end) {
  if (const auto* exited = std::get_if<Exited>(&end)) return Json::Object{{"exit_code", exited->code}};
  if (const auto* signaled = std::get_if<Signaled>(&end)) {
    Json::Object object{{"signal", signaled->signal}};
    add_flag(object, "core_dumped", signaled->core_dumped);
    return object;
  }
  const auto& not_started = std::get<NotStarted>(end);
  return Json::Object{{"errno", not_started.error_number}, {"what", not_started.what}};
}

Json to_json(const Reason& reason) {
  Json::Object object{{"kind", name_of(reason.kind)}};
  add(object, "subject", reason.subject);
  add(object, "before", reason.before);
  add(object, "after", reason.after);
  add(object, "cause", reason.cause);
  return object;
}

Json to_json(const Attempt& attempt) {
  Json::Object object{
      {"outcome", to_json(attempt.outcome)}, {"duration", attempt.duration.count()}, {"began", attempt.began.count()}};
  add(object, "log", attempt.log);
  return object;
}

template <typename List>
Json::Array to_array(const List& list) {
  Json::Array array;
  array.reserve(list.size());
  for (const auto& one : list) array.push_back(to_json(one));
  return array;
}

Json::Object object_of(const CommandStarted& event) {
  Json::Object object{{"event", "command_started"},
                      {"format", kEventsVersion},
                      {"command", event.command},
                      {"grapnel", event.version},
                      {"id", event.id},
                      {"jobs", static_cast<std::int64_t>(event.jobs)},
                      {"time_of_day", since_epoch(event.time_of_day)}};
  add(object, "workspace", event.workspace);
  add(object, "root_package", event.root_package);
  Json::Array runs;
  for (const HookKind kind : event.runs) runs.emplace_back(name_of(kind));
  object["runs"] = std::move(runs);
  return object;
}

Json::Object object_of(const RunStarted& event) {
  Json::Array waits;
  waits.reserve(event.waits.size());
  for (const Wait& wait : event.waits) {
    waits.emplace_back(Json::Array{static_cast<std::int64_t>(wait.waiter), static_cast<std::int64_t>(wait.giver)});
  }
  return {{"event", "run_started"},
          {"kind", name_of(event.kind)},
          {"hooks", to_array(event.hooks)},
          {"waits", std::move(waits)},
          {"time_of_day", since_epoch(event.time_of_day)}};
}

Json::Object object_of(const HookStarted& event) {
  return {{"event", "hook_started"},
          {"hook", to_json(event.hook)},
          {"directory", event.directory.native()},
          {"reasons", to_array(event.reasons)}};
}

Json::Object object_of(const StepStarted& event) {
  return {{"event", "step_started"}, {"hook", to_json(event.hook)}, {"what", event.what}, {"command", event.command}};
}

Json::Object object_of(const HookOutput& /*event*/) {
  throw std::invalid_argument("what hooks print is in no file of events");
}

Json::Object object_of(const HookFinished& event) {
  Json::Object object{{"event", "hook_finished"},
                      {"hook", to_json(event.hook)},
                      {"outcome", to_json(event.outcome)},
                      {"duration", event.duration.count()}};
  add_flag(object, "up_to_date", event.up_to_date);
  add(object, "directory", event.directory);
  add(object, "log", event.log);
  add(object, "output_log", event.output_log);
  add(object, "run_sh", event.run_sh);
  add(object, "stderr_tail", event.stderr_tail);
  add(object, "stdout_tail", event.stdout_tail);
  add(object, "hang_report", event.hang_report);
  if (!event.attempts.empty()) object["attempts"] = to_array(event.attempts);
  if (event.end) object["end"] = to_json(*event.end);
  add(object, "output", event.output);
  return object;
}

Json::Object object_of(const Message& event) {
  Json::Object object{{"event", "message"},
                      {"severity", event.severity == Message::Severity::warning ? "warning" : "info"},
                      {"text", event.text}};
  add(object, "package", event.package);
  return object;
}

Json::Object object_of(const RunFinished& event) {
  return {{"event", "run_finished"},
          {"kind", name_of(event.kind)},
          {"outcome", to_json(event.outcome)},
          {"duration", event.duration.count()}};
}

Json::Object object_of(const CommandFinished& event) {
  Json::Object object{
      {"event", "command_finished"}, {"outcome", to_json(event.outcome)}, {"exit_code", event.exit_code}};
  add(object, "signal", event.signal);
  add_flag(object, "after_deadline", event.after_deadline);
  return object;
}

}  // namespace

Json event_to_json(const Event& event) {
  return std::visit(
      [](const auto& one) -> Json {
        Json::Object object = object_of(one);
        object["time"] = one.time.count();
        return object;
      },
      event);
}

}  // namespace grapnel::report
