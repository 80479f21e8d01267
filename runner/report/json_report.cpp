// SPDX-License-Identifier: BSD-3-Clause
// The whole command as one document; docs/schema/report.schema.json says what is in it.
#include "runner/report/facts.hpp"
#include "runner/report/failure.hpp"
#include "runner/report/hook_kind.hpp"
#include "runner/report/json_text.hpp"
#include "runner/report/report.hpp"
#include "runner/report/time_text.hpp"

#include <variant>

namespace grapnel::report {

namespace {

std::string_view name_of_actor(Actor actor) {
  switch (actor) {
    case Actor::hook_author:
      return "hook_author";
    case Actor::project:
      return "project";
    case Actor::infrastructure:
      return "infrastructure";
    case Actor::grapnel:
      return "grapnel";
    case Actor::nobody:
      return "";
  }
  return "";
}

// What an outcome says, as members of the object that is open.
void add_outcome(JsonText& json, const Outcome& outcome) {
  json.string("class", name_of(outcome.outcome_class));
  json.integer("row", outcome.row);
  json.string("reason", outcome.reason);
  json.string("retry", name_of(outcome.retry));
  json.some("dart_kind", name_of(outcome.dart_kind));
  json.some("luci_status", name_of(outcome.luci));
  json.boolean("violation", outcome.violation);
  json.boolean("confirmed", outcome.confirmed);
  json.boolean("crash", outcome.crash);
  json.boolean("timeout", outcome.timeout);
  json.boolean("resource_exhaustion", outcome.resource_exhaustion);
  json.boolean("flaky", outcome.flaky);
  json.open_list("notes");
  for (const std::string& note : outcome.notes) json.string(note);
  json.close();
}

void add_hook_id(JsonText& json, const HookId& hook) {
  json.string("package", hook.package);
  json.string("hook", name_of(hook.kind));
}

void add_times(JsonText& json, const Model& model, Moment started, std::chrono::nanoseconds duration) {
  json.string("started", time_text(model.time_of_day(started)));
  json.number("duration_ms", milliseconds_text(duration));
}

void add_counts(JsonText& json, const Model& model) {
  const Counts counts = counts_of(model);
  json.open_object("counts");
  json.integer("hooks", static_cast<std::int64_t>(model.hooks.size()));
  json.integer("flaky", static_cast<std::int64_t>(counts.flaky));
  json.open_object("states");
  for (const Fate fate : kFates) json.integer(name_of(fate), static_cast<std::int64_t>(counts.of(fate)));
  json.close();
  json.open_object("classes");
  for (const OutcomeClass one : kClasses) json.integer(name_of(one), static_cast<std::int64_t>(counts.of(one)));
  json.close();
  json.close();
}

void add_reasons(JsonText& json, const std::vector<Reason>& reasons) {
  json.open_list("reasons");
  for (const Reason& reason : reasons) {
    json.open_object();
    json.string("kind", name_of(reason.kind));
    json.string("text", describe(reason));
    json.some("subject", reason.subject);
    json.some("before", reason.before);
    json.some("after", reason.after);
    json.some("cause", reason.cause);
    json.close();
  }
  json.close();
}

void add_evidence(JsonText& json, const HookFinished& end) {
  json.open_object("evidence");
  if (end.end) {
    json.string("process", describe(*end.end));
    if (const auto* exited = std::get_if<Exited>(&*end.end)) {
      json.integer("exit_code", exited->code);
    } else if (const auto* signaled = std::get_if<Signaled>(&*end.end)) {
      json.string("signal", signal_name(signaled->signal));
      json.boolean("core_dumped", signaled->core_dumped);
    } else {
      json.integer("errno", std::get<NotStarted>(*end.end).error_number);
    }
  }
  json.some("output", end.output);
  json.some("hang_report", end.hang_report);
  json.close();
}

void add_first_error(JsonText& json, const HookModel& hook) {
  const auto error = first_error(tails_of(hook));
  if (!error) return;
  json.open_object("first_error");
  json.string("text", error->text);
  json.some("file", error->file);
  if (error->line) json.integer("line", *error->line);
  if (error->column) json.integer("column", *error->column);
  json.some("message", error->message);
  json.close();
}

void add_attempts(JsonText& json, const Model& model, const HookModel& hook) {
  json.open_list("attempts");
  for (const Try& one : tries_of(hook)) {
    json.open_object();
    json.string("class", name_of(one.outcome.outcome_class));
    json.integer("row", one.outcome.row);
    json.string("reason", one.outcome.reason);
    add_times(json, model, one.began, one.duration);
    json.some("log", one.log.native());
    json.close();
  }
  json.close();
}

void add_end(JsonText& json, const Model& model, const HookModel& hook) {
  add_outcome(json, hook.end.outcome);
  if (is_failure(hook.end.outcome)) {
    const Actor actor = actor_of(hook.end.outcome);
    json.some("who_is_to_act", name_of_actor(actor));
    add_first_error(json, hook);
  }
  add_evidence(json, hook.end);
  if (hook.started) {
    add_times(json, model, *hook.started, hook.end.duration);
    json.string("ended", time_text(model.time_of_day(*hook.ended)));
  } else {
    json.number("duration_ms", milliseconds_text(hook.end.duration));
  }
  add_attempts(json, model, hook);
}

void add_hook(JsonText& json, const Model& model, const HookModel& hook) {
  const Fate fate = fate_of(model, hook);
  json.open_object();
  add_hook_id(json, hook.id);
  json.string("state", name_of(fate));
  if (fate == Fate::up_to_date) json.string("cache", "hit");
  if (hook.started && !runs_alone(hook.id.kind)) json.string("cache", "miss");
  if (hook.state == HookModel::State::finished) {
    add_end(json, model, hook);
  } else if (hook.started) {
    json.string("started", time_text(model.time_of_day(*hook.started)));
  }
  if (hook.started) {
    json.integer("job", static_cast<std::int64_t>(hook.slot));
    add_reasons(json, hook.reasons);
    json.open_list("steps");
    for (const StepStarted& step : hook.steps) {
      json.open_object();
      json.string("what", step.what);
      json.some("command", step.command);
      json.string("started", time_text(model.time_of_day(step.time)));
      json.close();
    }
    json.close();
  }
  json.open_list("waits_for");
  for (const std::size_t giver : hook.waits_for) json.string(model.hooks[giver].id.package);
  json.close();
  json.some("directory", hook.end.directory.native());
  json.some("log", hook.end.log.native());
  json.some("output_log", hook.end.output_log.native());
  json.some("run_sh", hook.end.run_sh.native());
  json.close();
}

void add_runs(JsonText& json, const Model& model) {
  json.open_list("runs");
  for (const RunModel& run : model.runs) {
    json.open_object();
    if (run.kind) json.string("hook", name_of(*run.kind));
    json.integer("hooks", static_cast<std::int64_t>(run.hook_count));
    json.string("started", time_text(model.time_of_day(run.started)));
    if (run.end) {
      json.number("duration_ms", milliseconds_text(run.end->duration));
      add_outcome(json, run.end->outcome);
    }
    json.close();
  }
  json.close();
}

}  // namespace

std::string json_report(const Model& model, const ReportTarget& /*target*/) {
  std::string out;
  JsonText json(out, JsonText::Layout::indented);
  json.open_object();
  json.integer("version", 1);
  json.string("grapnel", model.command.version);
  json.string("command", model.command.command);
  json.string("id", model.command.id);
  json.some("workspace", model.command.workspace.native());
  json.some("root_package", model.command.root_package);
  json.integer("jobs", model.command.jobs);
  add_times(json, model, model.command.time, model.since_start(model.now));
  json.boolean("complete", model.is_complete());
  json.boolean("retryable", is_retryable(model));
  if (model.end) {
    if (model.end->signal == 0) {
      json.integer("exit_code", model.end->exit_code);
    } else {
      json.string("signal", signal_name(model.end->signal));
      json.boolean("after_deadline", model.end->after_deadline);
    }
    add_outcome(json, model.end->outcome);
  }
  add_counts(json, model);
  add_runs(json, model);
  json.open_list("critical_path");
  for (const std::size_t place : critical_path(model)) {
    json.open_object();
    add_hook_id(json, model.hooks[place].id);
    json.close();
  }
  json.close();
  json.open_list("hooks");
  for (const HookModel& hook : model.hooks) add_hook(json, model, hook);
  json.close();
  json.open_list("messages");
  for (const Message& message : model.messages) {
    json.open_object();
    json.string("severity", message.severity == Message::Severity::warning ? "warning" : "info");
    json.some("package", message.package);
    json.string("text", message.text);
    json.string("time", time_text(model.time_of_day(message.time)));
    json.close();
  }
  json.close();
  json.close();
  return out + "\n";
}

}  // namespace grapnel::report
