// SPDX-License-Identifier: BSD-3-Clause
// The documents of staged hooks: none crashes a reader, and what was read without faults is the same when it is written
// and read again. An input that has an out_file is then one of Dart's protocol.
#include "hooks_api/build_target/stage_document.hpp"

#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/validate_document.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

using hooks::Json;
using hooks::protocol::Faults;
using hooks::protocol::HookKind;

void require(bool ok) {
  if (!ok) std::abort();
}

void check_texts(const Faults& faults) {
  require(faults.size() <= hooks::protocol::kMaxFaults + 1);
  for (const auto& fault : faults) require(!fault.message.empty() && describe(fault).find('\n') == std::string::npos);
}

void check_input(const Json& document) {
  Faults faults;
  const auto input = hooks::build_target::read_stage_input(document, faults);
  check_texts(faults);
  if (!faults.empty()) return;
  const Json written = to_json(input);
  Faults none;
  require(to_json(hooks::build_target::read_stage_input(written, none)) == written && none.empty());
  if (!input.out_file.empty()) require(validate_input_document(written, HookKind::build).errors.empty());
}

void check_output(const Json& document) {
  Faults faults;
  const auto output = hooks::build_target::read_stage_output(document, faults);
  check_texts(faults);
  if (!faults.empty()) return;
  Faults none;
  require(hooks::build_target::read_stage_output(to_json(output), none) == output && none.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = hooks::base::parse_json({reinterpret_cast<const char*>(data), size});
  if (!document) return 0;
  check_input(*document);
  check_output(*document);
  return 0;
}
