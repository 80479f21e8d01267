// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/verdict.hpp"

#include "runner/base/seconds.hpp"
#include "runner/daemon/native.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/outcome/table.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace grapnel::hookd {

namespace {

using Cause = worker::Death::Cause;

constexpr std::array kBackendKinds{
    ErrorKind::missing_backend_module, ErrorKind::missing_backend_attribute, ErrorKind::backend_import_error,
    ErrorKind::unsupported_hook,       ErrorKind::malformed_hook_argument,   ErrorKind::hook_runtime_error,
};

// Of what a backend can be at fault for; a worker says no other.
std::optional<ErrorKind> kind_of(const std::string& name) {
  const std::optional<ErrorKind> kind = error_kind_named(name);
  if (!kind || std::find(kBackendKinds.begin(), kBackendKinds.end(), *kind) == kBackendKinds.end()) return std::nullopt;
  return kind;
}

// PEP 517 has only these for every backend; front ends try the others.
bool is_mandatory(hooks::pep517::Hook hook) {
  return hook == hooks::pep517::Hook::build_wheel || hook == hooks::pep517::Hook::build_sdist;
}

Outcome outcome_of(const Request& request, ErrorKind kind, const hooks::pep517::Answer& answer) {
  switch (kind) {
    case ErrorKind::hook_runtime_error:
      return outcome::raised(answer.infra, answer.text);
    case ErrorKind::backend_import_error:
      return outcome::raised(false, answer.text);
    case ErrorKind::unsupported_hook:
      if (!is_mandatory(request.hook)) return outcome::unsupported(answer.text);
      return outcome::project_failure(answer.text);
    default:
      return outcome::project_failure(answer.text);
  }
}

Verdict failed(ErrorKind kind, const std::string& message, Outcome outcome) {
  return {.reply = Failure{kind, message, {}}, .outcome = std::move(outcome)};
}

std::string with_last_words(const std::string& message, const std::string& words) {
  return words.empty() ? message : message + "; it said: " + words;
}

// For now; else it is the program that is wrong.
bool is_shortage(int error_number) {
  constexpr std::array kShortages{EAGAIN, ENOMEM, EMFILE, ENFILE, EIO};
  return std::find(kShortages.begin(), kShortages.end(), error_number) != kShortages.end();
}

// A worker that never was one.
Verdict not_started(const Request& request, const worker::Death& death, const std::string& worker) {
  const bool is_native = is_native_backend(request.backend);
  const auto* const not_started = std::get_if<NotStarted>(&death.end);
  if (not_started == nullptr) {
    const std::string message =
        with_last_words(worker + " is no worker: " + describe(death.end) + " before it was ready", death.last_words);
    if (is_native) return failed(ErrorKind::backend_import_error, message, outcome::project_failure(message));
    return failed(ErrorKind::hook_runtime_error, message, outcome::system_failure(ENOEXEC, message));
  }
  const std::string message = worker + " does not start: " + not_started->what;
  if (!is_native || is_shortage(not_started->error_number)) {
    return failed(ErrorKind::hook_runtime_error, message, outcome::system_failure(not_started->error_number, message));
  }
  const bool is_missing = not_started->error_number == ENOENT;
  return failed(is_missing ? ErrorKind::missing_backend_module : ErrorKind::backend_import_error, message,
                outcome::project_failure(message));
}

std::string message_of(const worker::Death& death, std::chrono::milliseconds time_limit) {
  switch (death.cause) {
    case Cause::time_limit:
      return "the hook did not end within its time limit of " + in_seconds(time_limit) + ", and was ended";
    case Cause::stop:
      return "the hook was ended, as the daemon was asked to end";
    case Cause::rubbish:
      return "the hook's process was ended, since it wrote to grapnel's own channel: " + death.last_words;
    default:
      break;
  }
  std::string message = "the hook ended its process: " + describe(death.end);
  if (death.out_of_memory) message += ", as the system was out of memory";
  return message;
}

}  // namespace

Verdict judge(const Request& request, const hooks::pep517::Answer& answer) {
  if (answer.kind == "OK") return {.reply = Success{answer.text}, .outcome = outcome::row(1, "")};
  const std::optional<ErrorKind> kind = kind_of(answer.kind);
  if (!kind) {
    const std::string message = "the worker's answer is of no known kind: '" + answer.kind.substr(0, 100) + "'";
    return failed(ErrorKind::hook_runtime_error, message, outcome::internal_failure(message));
  }
  return {.reply = Failure{*kind, answer.text, answer.traceback}, .outcome = outcome_of(request, *kind, answer)};
}

Verdict judge(const Request& request, const worker::Death& death, const std::string& worker,
              std::chrono::milliseconds time_limit) {
  Verdict verdict;
  if (death.cause == Cause::start) {
    verdict = not_started(request, death, worker);
  } else if (death.cause == Cause::rubbish) {
    // How the process ended then is our doing.
    const std::string message = message_of(death, time_limit);
    verdict = failed(ErrorKind::hook_runtime_error, message, outcome::raised(false, message));
    verdict.outcome.violation = true;
  } else {
    outcome::Evidence evidence{.end = death.end, .out_of_memory = death.out_of_memory};
    if (death.cause == Cause::time_limit) evidence.stop = outcome::StopReason::time_limit;
    if (death.cause == Cause::stop) evidence.stop = outcome::StopReason::canceled;
    verdict = failed(ErrorKind::hook_runtime_error, message_of(death, time_limit), outcome::worker_died(evidence));
  }
  verdict.end = death.end;
  verdict.hang_report = death.hang_report;
  return verdict;
}

Verdict not_run(Outcome outcome) {
  std::string message = "the hook was not run: " + outcome.reason;
  return failed(ErrorKind::hook_runtime_error, message, std::move(outcome));
}

}  // namespace grapnel::hookd
