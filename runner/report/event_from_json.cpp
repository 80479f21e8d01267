// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/reader.hpp"
#include "runner/report/event_json.hpp"

#include <array>
#include <limits>
#include <stdexcept>
#include <utility>

namespace grapnel::report {

namespace {

using hooks::Json;
using hooks::protocol::Faults;
using hooks::protocol::ObjectReader;

constexpr std::array kOutcomeClasses{
    OutcomeClass::success,   OutcomeClass::build_failure, OutcomeClass::infra_failure, OutcomeClass::uncategorized,
    OutcomeClass::timed_out, OutcomeClass::canceled,      OutcomeClass::skipped};
constexpr std::array kLuciStatuses{LuciStatus::none, LuciStatus::success, LuciStatus::failure,
                                   LuciStatus::infra_failure, LuciStatus::canceled};
constexpr std::array kRetries{Retry::never, Retry::once, Retry::yes};
constexpr std::array kDartKinds{DartKind::none, DartKind::hook_run, DartKind::infra, DartKind::project_config,
                                DartKind::internal};
constexpr std::array kHookKinds{HookKind::build,
                                HookKind::link,
                                HookKind::build_wheel,
                                HookKind::build_sdist,
                                HookKind::prepare_metadata_for_build_wheel,
                                HookKind::get_requires_for_build_wheel,
                                HookKind::get_requires_for_build_sdist,
                                HookKind::build_editable,
                                HookKind::prepare_metadata_for_build_editable,
                                HookKind::get_requires_for_build_editable,
                                HookKind::dependencies,
                                HookKind::clean,
                                HookKind::initialize,
                                HookKind::finalize};
constexpr std::array kReasonKinds{Reason::Kind::no_record, Reason::Kind::forced,      Reason::Kind::program,
                                  Reason::Kind::input,     Reason::Kind::environment, Reason::Kind::file,
                                  Reason::Kind::directory, Reason::Kind::absent,      Reason::Kind::tool,
                                  Reason::Kind::upstream,  Reason::Kind::output,      Reason::Kind::validation,
                                  Reason::Kind::moved};

// A word of a list; the first one, and a fault, where it is none of them.
template <typename Word, std::size_t size>
Word word(ObjectReader& reader, std::string_view key, const std::string& text, const std::array<Word, size>& words) {
  for (const Word known : words) {
    if (name_of(known) == text) return known;
  }
  reader.fault(key, "found '" + text + "', which is none of the known words");
  return words.front();
}

std::int64_t integer(ObjectReader& reader, std::string_view key, std::int64_t least, std::int64_t most) {
  const std::int64_t number = reader.required_integer(key);
  if (number >= least && number <= most) return number;
  reader.fault(key, "found " + std::to_string(number) + ", which is beyond what it can be");
  return least;
}

int small_integer(ObjectReader& reader, std::string_view key) {
  return static_cast<int>(integer(reader, key, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
}

// Within what reports can add and multiply: some 18 years up and down.
std::chrono::nanoseconds nanoseconds(ObjectReader& reader, std::string_view key) {
  constexpr std::int64_t kMost = std::int64_t{1} << 59U;
  return std::chrono::nanoseconds(integer(reader, key, -kMost, kMost));
}

// From 1970 to 2200 or so.
std::chrono::system_clock::time_point time_of_day(ObjectReader& reader) {
  constexpr std::int64_t kMost = std::int64_t{29} << 58U;
  return std::chrono::system_clock::time_point(std::chrono::duration_cast<std::chrono::system_clock::duration>(
      std::chrono::nanoseconds(integer(reader, "time_of_day", 0, kMost))));
}

std::string text(ObjectReader& reader, std::string_view key) { return reader.optional_string(key).value_or(""); }

bool flag(ObjectReader& reader, std::string_view key) {
  return reader.json().contains(key) && reader.required_bool(key);
}

template <typename Take>
void for_each_object(ObjectReader& reader, std::string_view key, Take take) {
  const Json::Array* const list = reader.optional_list(key);
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    if (auto element = reader.element(key, i, (*list)[i])) take(*element);
  }
}

HookId read_id(ObjectReader& reader) {
  HookId id;
  id.package = reader.required_string("package");
  id.kind = word(reader, "kind", reader.required_string("kind"), kHookKinds);
  return id;
}

HookId read_hook(ObjectReader& reader) {
  auto hook = reader.required_object("hook");
  return hook ? read_id(*hook) : HookId{};
}

Outcome read_outcome(ObjectReader& parent) {
  Outcome outcome;
  auto reader = parent.required_object("outcome");
  if (!reader) return outcome;
  outcome.outcome_class = word(*reader, "class", reader->required_string("class"), kOutcomeClasses);
  outcome.row = small_integer(*reader, "row");
  outcome.exit_code = small_integer(*reader, "exit_code");
  outcome.retry = word(*reader, "retry", reader->required_string("retry"), kRetries);
  outcome.luci = word(*reader, "luci_status", text(*reader, "luci_status"), kLuciStatuses);
  outcome.dart_kind = word(*reader, "dart_kind", text(*reader, "dart_kind"), kDartKinds);
  outcome.violation = flag(*reader, "violation");
  outcome.confirmed = flag(*reader, "confirmed");
  outcome.crash = flag(*reader, "crash");
  outcome.timeout = flag(*reader, "timeout");
  outcome.resource_exhaustion = flag(*reader, "resource_exhaustion");
  outcome.flaky = flag(*reader, "flaky");
  outcome.reason = text(*reader, "reason");
  outcome.notes = reader->optional_strings("notes");
  return outcome;
}

std::optional<ProcessEnd> read_end(ObjectReader& parent) {
  auto reader = parent.optional_object("end");
  if (!reader) return std::nullopt;
  if (reader->json().contains("exit_code")) return Exited{small_integer(*reader, "exit_code")};
  if (reader->json().contains("signal"))
    return Signaled{small_integer(*reader, "signal"), flag(*reader, "core_dumped")};
  return NotStarted{small_integer(*reader, "errno"), reader->required_string("what")};
}

CommandStarted read_command_started(ObjectReader& reader) {
  (void)integer(reader, "format", 1, std::numeric_limits<int>::max());
  CommandStarted event{.command = reader.required_string("command"),
                       .version = reader.required_string("grapnel"),
                       .id = reader.required_string("id"),
                       .workspace = text(reader, "workspace"),
                       .root_package = text(reader, "root_package")};
  event.jobs = static_cast<unsigned>(integer(reader, "jobs", 0, std::numeric_limits<int>::max()));
  for (const std::string& kind : reader.required_strings("runs")) {
    event.runs.push_back(word(reader, "runs", kind, kHookKinds));
  }
  event.time_of_day = time_of_day(reader);
  return event;
}

RunStarted read_run_started(ObjectReader& reader) {
  RunStarted event{.kind = word(reader, "kind", reader.required_string("kind"), kHookKinds)};
  for_each_object(reader, "hooks", [&](ObjectReader& hook) { event.hooks.push_back(read_id(hook)); });
  const Json::Array* const waits = reader.optional_list("waits");
  for (std::size_t i = 0; waits != nullptr && i < waits->size(); ++i) {
    const Json::Array* const pair = (*waits)[i].as_array();
    const auto place = [&](std::size_t index) -> std::optional<std::uint32_t> {
      const std::int64_t* const number = pair != nullptr && pair->size() == 2 ? (*pair)[index].as_integer() : nullptr;
      if (number == nullptr || *number < 0 || *number > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
      return static_cast<std::uint32_t>(*number);
    };
    const auto waiter = place(0);
    const auto giver = place(1);
    if (waiter && giver) {
      event.waits.push_back({*waiter, *giver});
    } else {
      reader.fault("waits." + std::to_string(i), "expected a list of two places");
    }
  }
  event.time_of_day = time_of_day(reader);
  return event;
}

HookStarted read_hook_started(ObjectReader& reader) {
  HookStarted event{.hook = read_hook(reader), .directory = reader.required_string("directory")};
  for_each_object(reader, "reasons", [&](ObjectReader& reason) {
    event.reasons.push_back({.kind = word(reason, "kind", reason.required_string("kind"), kReasonKinds),
                             .subject = text(reason, "subject"),
                             .before = text(reason, "before"),
                             .after = text(reason, "after"),
                             .cause = text(reason, "cause")});
  });
  return event;
}

HookFinished read_hook_finished(ObjectReader& reader) {
  HookFinished event{.hook = read_hook(reader),
                     .outcome = read_outcome(reader),
                     .up_to_date = flag(reader, "up_to_date"),
                     .duration = nanoseconds(reader, "duration"),
                     .directory = text(reader, "directory"),
                     .log = text(reader, "log"),
                     .output_log = text(reader, "output_log"),
                     .run_sh = text(reader, "run_sh"),
                     .stderr_tail = text(reader, "stderr_tail"),
                     .stdout_tail = text(reader, "stdout_tail"),
                     .hang_report = text(reader, "hang_report")};
  for_each_object(reader, "attempts", [&](ObjectReader& attempt) {
    event.attempts.push_back({.outcome = read_outcome(attempt),
                              .duration = nanoseconds(attempt, "duration"),
                              .log = text(attempt, "log"),
                              .began = nanoseconds(attempt, "began")});
  });
  event.end = read_end(reader);
  event.output = text(reader, "output");
  return event;
}

Event read_event(ObjectReader& reader) {
  const std::string name = reader.required_string("event");
  if (name == "command_started") return read_command_started(reader);
  if (name == "run_started") return read_run_started(reader);
  if (name == "hook_started") return read_hook_started(reader);
  if (name == "hook_finished") return read_hook_finished(reader);
  if (name == "step_started") {
    return StepStarted{.hook = read_hook(reader),
                       .what = reader.required_string("what"),
                       .command = reader.required_string("command")};
  }
  if (name == "message") {
    const std::string severity = reader.required_one_of("severity", {"info", "warning"});
    return Message{.severity = severity == "warning" ? Message::Severity::warning : Message::Severity::info,
                   .package = text(reader, "package"),
                   .text = reader.required_string("text")};
  }
  if (name == "run_finished") {
    RunFinished event{.outcome = read_outcome(reader), .duration = nanoseconds(reader, "duration")};
    event.kind = word(reader, "kind", reader.required_string("kind"), kHookKinds);
    return event;
  }
  if (name == "command_finished") {
    CommandFinished event{.outcome = read_outcome(reader), .exit_code = small_integer(reader, "exit_code")};
    if (reader.json().contains("signal")) event.signal = small_integer(reader, "signal");
    event.after_deadline = flag(reader, "after_deadline");
    return event;
  }
  reader.fault("event", "found '" + name + "', which is no event that this version knows");
  return Message{};
}

}  // namespace

Event event_from_json(std::string_view line) {
  const hooks::base::JsonLimits limits{.bytes = kLongestEventLine, .depth = 8, .string_bytes = kLongestEventLine};
  const auto document = hooks::base::parse_json(line, limits);
  if (!document) throw std::invalid_argument(document.error().describe());
  if (document->as_object() == nullptr) throw std::invalid_argument("found no object; expected an event");
  Faults faults;
  ObjectReader reader(*document->as_object(), "", faults);
  Event event = read_event(reader);
  std::visit([&](auto& one) { one.time = nanoseconds(reader, "time"); }, event);
  if (!faults.empty()) throw std::invalid_argument(describe(faults));
  return event;
}

}  // namespace grapnel::report
