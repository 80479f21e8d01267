// SPDX-License-Identifier: BSD-3-Clause
// output.json with every end of a process: always one of the classes, with the exit code of the class, and a reason in
// UTF-8. Success takes exit code 0 and a document without faults.
#include "hooks_api/protocol/output.hpp"

#include "hooks_api/base/json.hpp"
#include "hooks_api/base/utf8.hpp"
#include "runner/outcome/classify.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using grapnel::Exited;
using grapnel::Outcome;
using grapnel::OutcomeClass;
using grapnel::ProcessEnd;
using grapnel::Signaled;
using grapnel::outcome::Evidence;
using grapnel::outcome::OutputEvidence;

void require(bool ok) {
  if (!ok) std::abort();
}

OutputEvidence read(std::string_view text, hooks::protocol::HookKind kind) {
  OutputEvidence evidence;
  const auto document = hooks::base::parse_json(text);
  if (!document || document->as_object() == nullptr) {
    evidence.state = OutputEvidence::State::malformed;
    evidence.detail = document ? "no object" : document.error().describe();
    return evidence;
  }
  auto contents = hooks::protocol::read_output(*document, kind);
  evidence.state = OutputEvidence::State::read;
  evidence.status = std::move(contents.status);
  for (const auto& fault : contents.faults) evidence.faults.push_back(describe(fault));
  return evidence;
}

void check(const Outcome& outcome, const Evidence& evidence) {
  require(!outcome.reason.empty() && hooks::base::is_utf8(outcome.reason));
  for (const std::string& note : outcome.notes) require(!note.empty() && hooks::base::is_utf8(note));
  switch (outcome.outcome_class) {
    case OutcomeClass::success:
      require(outcome.exit_code == 0 && evidence.end == ProcessEnd(Exited{0}) && evidence.output.faults.empty());
      break;
    case OutcomeClass::build_failure:
      require(outcome.exit_code == 1);
      break;
    case OutcomeClass::infra_failure:
      require(outcome.exit_code == 2);
      break;
    case OutcomeClass::uncategorized:
      require(outcome.exit_code == 255);
      break;
    case OutcomeClass::timed_out:
    case OutcomeClass::canceled:
    case OutcomeClass::skipped:
      require(false);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const auto kind : {hooks::protocol::HookKind::build, hooks::protocol::HookKind::link}) {
    Evidence evidence{.end = Exited{0}, .output = read({reinterpret_cast<const char*>(data), size}, kind)};
    for (const ProcessEnd& end : {ProcessEnd(Exited{0}), ProcessEnd(Exited{1}), ProcessEnd(Exited{2}),
                                  ProcessEnd(Exited{7}), ProcessEnd(Exited{255}), ProcessEnd(Signaled{9, false})}) {
      evidence.end = end;
      check(classify(evidence), evidence);
    }
  }
  return 0;
}
