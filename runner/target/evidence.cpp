// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/evidence.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/output.hpp"
#include "hooks_api/protocol/reader.hpp"
#include "runner/outcome/document.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

namespace grapnel::target {

namespace {

using State = outcome::OutputEvidence::State;

bool is_system_fault(int error_number) {
  constexpr std::array kFaults{EIO, ENOSPC, EDQUOT, EROFS, ENOMEM, EMFILE, ENFILE};
  return std::find(kFaults.begin(), kFaults.end(), error_number) != kFaults.end();
}

Evidence judged(Evidence evidence) {
  evidence.sentence = outcome::judge(evidence.found).text;
  return evidence;
}

}  // namespace

Evidence evidence_of(const hooks::Json& document) {
  constexpr std::size_t kMostFaults = 20;
  Evidence evidence;
  if (document.as_object() == nullptr) {
    evidence.found.state = State::malformed;
    evidence.found.detail = hooks::protocol::wrong_kind(document, "an object");
    return judged(std::move(evidence));
  }
  evidence.found.state = State::read;
  evidence.found.status = hooks::protocol::read_output(document, hooks::protocol::HookKind::build).status;
  hooks::protocol::Faults faults;
  evidence.output = hooks::build_target::read_stage_output(document, faults);
  for (const hooks::protocol::Fault& fault : faults) {
    if (evidence.found.faults.size() == kMostFaults) break;
    evidence.found.faults.push_back(describe(fault).substr(0, 1000));
  }
  return judged(std::move(evidence));
}

Evidence read_evidence(const std::filesystem::path& file) {
  Evidence evidence;
  const auto text = hooks::base::read_file(file, hooks::base::JsonLimits{}.bytes);
  if (!text) {
    evidence.found.state = text.error().error_number == ENOENT ? State::absent : State::malformed;
    evidence.found.detail =
        evidence.found.state == State::absent ? "the hook wrote no output.json" : text.error().message;
    evidence.found.system_fault = is_system_fault(text.error().error_number);
    return judged(std::move(evidence));
  }
  const auto document = hooks::base::parse_json(*text);
  if (!document) {
    evidence.found.state = State::malformed;
    evidence.found.detail = document.error().describe();
    return judged(std::move(evidence));
  }
  return evidence_of(*document);
}

}  // namespace grapnel::target
