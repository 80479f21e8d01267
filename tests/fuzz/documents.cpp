// SPDX-License-Identifier: BSD-3-Clause
// input.json and output.json of both kinds of hooks: no document crashes a reader, and the readers agree. What is
// exactly valid can be read, and written and judged again.
#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/input.hpp"
#include "hooks_api/protocol/output.hpp"
#include "hooks_api/protocol/validate_document.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using hooks::Json;
using hooks::protocol::Faults;
using hooks::protocol::HookKind;
using hooks::protocol::Validation;

void require(bool ok) {
  if (!ok) std::abort();
}

// Faults have messages, and each is a line of its own.
void check_texts(const Faults& faults) {
  for (const auto& fault : faults) require(!fault.message.empty() && describe(fault).find('\n') == std::string::npos);
}

// The members that a reader of input.json gives back, written again.
Json written(const hooks::BuildInput& input) {
  hooks::protocol::InputFields fields{.kind = HookKind::build, .config = input.config().json()};
  fields.assets_by_package = input.assets();
  return hooks::protocol::input_to_json(fields);
}
Json written(const hooks::LinkInput& input) {
  hooks::protocol::InputFields fields{.kind = HookKind::link, .config = input.config().json()};
  fields.assets = input.assets();
  fields.assets_from_linking = input.assets_from_linking();
  return hooks::protocol::input_to_json(fields);
}

template <typename Read>
void check_input(const Json& document, HookKind kind, const Read& read) {
  const Validation found = validate_input_document(document, kind);
  check_texts(found.errors);
  check_texts(found.warnings);
  const auto input = read(document);
  if (!input) {
    check_texts(input.error());
    require(!found.errors.empty());  // readers are no stricter than the schema
    return;
  }
  require(!(*input)->config().checksum().empty());
  (void)(*input)->user_defines().path("k");
  const Json again = written(**input);
  require(*again.find("config") == *document.find("config"));
  if (!found.errors.empty()) return;
  for (const auto& fault : validate_input_document(again, kind).errors) {
    require(!fault.path.starts_with("assets") && !fault.path.starts_with("config"));
  }
}

void check_output(const Json& document, HookKind kind) {
  const Validation found = validate_output_document(document, kind);
  check_texts(found.errors);
  check_texts(found.warnings);
  const auto read = read_output(document, kind);
  check_texts(read.faults);
  if (!found.errors.empty()) return;
  require(read.faults.empty());
  const Json again = output_to_json(read.output, kind);
  const Validation twice = validate_output_document(again, kind);
  require(twice.errors.empty());
  require(read_output(again, kind).output == read.output);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = hooks::base::parse_json({reinterpret_cast<const char*>(data), size});
  if (!document) return 0;
  check_input(*document, HookKind::build, hooks::protocol::read_build_input);
  check_input(*document, HookKind::link, hooks::protocol::read_link_input);
  check_output(*document, HookKind::build);
  check_output(*document, HookKind::link);
  return 0;
}
