// SPDX-License-Identifier: BSD-3-Clause
// grapnel validate: recognising a document and judging it as each kind.
#include "hooks_api/base/json.hpp"
#include "runner/validate/judge.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace grapnel::validate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Verdict recognised = judge(text, {});
  for (const DocumentKind kind : kDocumentKinds) {
    const Verdict verdict = judge(text, {.kind = kind, .directory = "/ws"});
    if (verdict.kind != kind) std::abort();
    // What it is recognised as changes nothing of the verdict.
    if (recognised.kind == kind && verdict.found.errors != judge(text, {.directory = "/ws"}).found.errors) std::abort();
    if (kind == DocumentKind::grapnel_toml) continue;
    if (verdict.found.errors.empty() && !hooks::base::parse_json(text, {.bytes = max_bytes(kind)})) std::abort();
  }
  return 0;
}
