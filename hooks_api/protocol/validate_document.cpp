// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/validate_document.hpp"

#include "hooks_api/protocol/input_document.hpp"
#include "hooks_api/protocol/output.hpp"
#include "hooks_api/protocol/reader.hpp"
#include "hooks_api/protocol/validate.hpp"

namespace hooks::protocol {

namespace {

template <typename Read>
Validation validate(const Json& document, const Read& read) {
  Validation found;
  if (const Json::Object* object = document.as_object()) {
    ObjectReader reader(*object, "", found);
    (void)reader.optional_string("$schema");
    (void)read(reader);
  } else {
    found.errors.push_back({"", wrong_kind(document, "an object")});
  }
  return found;
}

}  // namespace

Validation validate_input_document(const Json& document, HookKind kind) {
  if (kind == HookKind::build) return validate(document, read_build_fields);
  return validate(document, read_link_fields);
}

Validation validate_output_document(const Json& document, HookKind kind) {
  return validate(document, [kind](ObjectReader& reader) { return read_output(reader, kind); });
}

Faults check_input_files(const Json& document, HookKind kind) {
  if (kind == HookKind::build) {
    const auto input = read_build_input(document);
    return input ? validate_input(**input) : input.error();
  }
  const auto input = read_link_input(document);
  if (!input) return input.error();
  Faults faults = validate_input(**input);
  if (const auto& uses = (*input)->recorded_uses_file()) check_regular_file(*uses, "resource_identifiers", faults);
  return faults;
}

Faults check_output_files(const Json& document, HookKind kind) {
  ReadOutput read = read_output(document, kind);
  return read.faults.empty() ? check_asset_files(read.output, kind) : std::move(read.faults);
}

}  // namespace hooks::protocol
