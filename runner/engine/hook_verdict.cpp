// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/hook_verdict.hpp"

#include "hooks_api/base/tool_text.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/outcome/document.hpp"

#include <cerrno>
#include <utility>

namespace grapnel::engine {

namespace {

outcome::StopReason stop_reason(const process::ChildResult& child, outcome::StopReason by_request) {
  switch (child.stopped) {
    case process::Stopped::no:
      return outcome::StopReason::none;
    case process::Stopped::by_request:
      return by_request;
    case process::Stopped::by_time_limit:
    case process::Stopped::by_silence:
      return outcome::StopReason::time_limit;
  }
  return outcome::StopReason::none;
}

}  // namespace

HookVerdict judge_hook(const process::ChildResult& child, const std::filesystem::path& output_file,
                       const OutputRules& rules, outcome::StopReason stop) {
  ReadEvidence read = read_evidence(output_file, child.started, rules);
  HookVerdict verdict{.outcome = {},
                      .output = std::move(read.output),
                      .document = outcome::judge(read.evidence).text,
                      .warnings = std::move(read.warnings)};
  verdict.outcome = outcome::classify({.end = child.end,
                                       .output = std::move(read.evidence),
                                       .stop = stop_reason(child, stop),
                                       .out_of_memory = child.out_of_memory});
  // The disk that did not take the hook's output did not take its files either: whatever it says, the disk is to blame.
  if (child.capture_error && child.stopped == process::Stopped::no) {
    verdict.outcome = outcome::system_failure(child.capture_error->error_number,
                                              child.capture_error->message + "; the hook: " + describe(child.end));
  }
  return verdict;
}

Outcome judge_build_failure(const program::BuildFailure& failure, outcome::StopReason stop) {
  const process::ChildResult& child = failure.child;
  outcome::Evidence evidence{.end = child.end, .stop = stop_reason(child, stop), .out_of_memory = child.out_of_memory};
  if (child.capture_error) {
    evidence.output.system_fault = true;
    evidence.output.detail = child.capture_error->message;
  } else if (hooks::base::blames_the_system(child.stderr_tail) || hooks::base::blames_the_system(child.stdout_tail)) {
    evidence.output.system_fault = true;
    evidence.output.detail = "the compiler's last words say so";
  }
  Outcome outcome = outcome::compile_failure(evidence);
  outcome.reason = failure.what + ": " + outcome.reason;
  return outcome;
}

Outcome canceled_before(std::string what, outcome::StopReason stop) {
  return outcome::classify({.end = NotStarted{ECANCELED, std::move(what)}, .stop = stop});
}

}  // namespace grapnel::engine
