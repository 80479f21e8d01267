// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Answers to calls that failed.
#pragma once

#include "hooks_api/pep517/channel.hpp"

#include <string>

namespace hooks::pep517 {

/// `text` where it has at most 1 MiB, else its beginning.
[[nodiscard]] std::string cut_text(std::string text);

/// An answer of `kind` to `call`; a text beyond 1 MiB is cut.
[[nodiscard]] Answer error_answer(const Call& call, std::string kind, std::string text);
/// A HookRuntimeError that is the infrastructure's fault.
[[nodiscard]] Answer infra_answer(const Call& call, std::string text);

}  // namespace hooks::pep517
