// SPDX-License-Identifier: BSD-3-Clause
#include "runner/luci/test_results.hpp"

#include "hooks_api/base/sha256.hpp"
#include "runner/luci/base64.hpp"
#include "runner/report/failure.hpp"
#include "runner/report/hook_kind.hpp"
#include "runner/report/luci_build.hpp"
#include "runner/report/luci_encoders.hpp"
#include "runner/report/luci_summary.hpp"
#include "runner/report/markup.hpp"
#include "runner/report/plain_text.hpp"
#include "runner/report/visible_text.hpp"

#include <algorithm>
#include <cstdio>

namespace grapnel::luci {

namespace {

using report::first_bytes;
using report::last_bytes;
using report::markup;
using report::visible_text;

constexpr std::size_t kMostSummary = 4096;
constexpr std::size_t kMostMessage = 1024;
constexpr std::size_t kMostTrace = 4096;

const char* failure_kind(const Outcome& outcome) {
  if (outcome.crash) return "CRASH";
  return outcome.timeout ? "TIMEOUT" : "ORDINARY";
}

const char* status_of(const report::HookModel& hook, const Outcome& outcome) {
  if (hook.state == report::HookModel::State::waiting) return "PRECLUDED";
  if (hook.state == report::HookModel::State::running) return "EXECUTION_ERRORED";  // nobody said how it ended
  switch (outcome.outcome_class) {
    case OutcomeClass::success:
      return "PASSED";
    case OutcomeClass::skipped:
      return "PRECLUDED";
    case OutcomeClass::canceled:
      return hook.started ? "EXECUTION_ERRORED" : "PRECLUDED";
    case OutcomeClass::build_failure:
      return "FAILED";
    case OutcomeClass::infra_failure:
      return "EXECUTION_ERRORED";
    case OutcomeClass::timed_out:
    case OutcomeClass::uncategorized:
      break;
  }
  // A time limit and a fault of our own count as what the table says they look like.
  return outcome.luci == LuciStatus::infra_failure ? "EXECUTION_ERRORED" : "FAILED";
}

std::string summary_html(const Outcome& outcome, const std::string& output) {
  constexpr std::size_t kMostReason = 500;
  const std::string head = "<p>" + markup(visible_text(first_bytes(outcome.reason, kMostReason))) + "</p>";
  // Escaping makes it longer; a part of an entity must not remain.
  std::size_t bytes = kMostSummary / 2;
  std::string tail = markup(visible_text(last_bytes(output, bytes)));
  while (!tail.empty() && head.size() + tail.size() > kMostSummary - 100)
    tail = markup(visible_text(last_bytes(output, bytes /= 2)));
  return tail.empty() ? head : head + "<pre>" + tail + "</pre>";
}

std::string duration_text(std::chrono::nanoseconds duration) {
  constexpr long long kSecond = 1'000'000'000;
  const long long count = std::max<long long>(duration.count(), 0);
  char text[48];
  std::snprintf(text, sizeof text, "%lld.%09llds", count / kSecond, count % kSecond);
  return text;
}

// The end of what was printed, and not the file: there nothing is redacted.
hooks::Json artifact(const std::string& text) {
  return hooks::Json::Object{{"content_type", "text/plain"}, {"contents", base64(text)}};
}

hooks::Json tag(const char* key, std::string value) {
  return hooks::Json::Object{{"key", key}, {"value", std::move(value)}};
}

}  // namespace

hooks::Json test_result(const report::Model& model, const report::HookModel& hook) {
  const bool is_finished = hook.state == report::HookModel::State::finished;
  const Outcome outcome = hook.end.outcome;
  const std::string status = status_of(hook, outcome);
  const std::string kind(name_of(hook.id.kind));
  constexpr std::size_t kMostId = 32;
  std::string identity = model.command.id + '\0' + kind + '\0' + hook.id.package;
  // One hook may run any number of times: these are results of one test.
  if (report::runs_alone(hook.id.kind)) identity += '\0' + std::to_string(&hook - model.hooks.data());
  hooks::Json::Object result{
      {"result_id", hooks::base::sha256_hex(identity).substr(0, kMostId)},
      {"status_v2", status},
      {"test_id_structured",
       hooks::Json::Object{{"case_name_components", hooks::Json::Array{report::luci::step_name(hook.id.package)}},
                           {"coarse_name", "hooks"},
                           {"fine_name", kind}}}};
  if (hook.started) {
    result["start_time"] = report::luci::rfc3339(model.time_of_day(*hook.started));
    result["duration"] = duration_text(hook.ended.value_or(model.now) - *hook.started);
  }
  if (!is_finished) return result;

  const HookFinished& end = hook.end;
  hooks::Json::Array tags{tag("grapnel.class", std::string(name_of(outcome.outcome_class))),
                          tag("grapnel.row", std::to_string(outcome.row))};
  if (end.up_to_date) tags.push_back(tag("grapnel.cache", "hit"));
  if (outcome.flaky) tags.push_back(tag("grapnel.flaky", "true"));
  result["tags"] = std::move(tags);

  hooks::Json::Object artifacts;
  if (!end.stderr_tail.empty()) artifacts["stderr"] = artifact(end.stderr_tail);
  if (!end.stdout_tail.empty()) artifacts["stdout"] = artifact(end.stdout_tail);
  if (!artifacts.empty()) result["artifacts"] = std::move(artifacts);
  if (outcome.success()) return result;

  const std::string& output = end.stderr_tail.empty() ? end.stdout_tail : end.stderr_tail;
  result["summary_html"] = summary_html(outcome, output);
  if (status != "FAILED") return result;  // only it has a reason
  const auto first = report::first_error(output);
  hooks::Json::Object error{
      {"message", first_bytes(visible_text(outcome.reason + (first ? ": " + first->text : "")), kMostMessage)}};
  const std::string trace = last_bytes(visible_text(last_bytes(output, kMostTrace)), kMostTrace);
  if (!trace.empty()) error["trace"] = trace;
  result["failure_reason"] = hooks::Json::Object{{"errors", hooks::Json::Array{hooks::Json(std::move(error))}},
                                                 {"kind", failure_kind(outcome)}};
  return result;
}

}  // namespace grapnel::luci
