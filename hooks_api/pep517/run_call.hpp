// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// One call of a hook of a backend in C++.
#pragma once

#include "hooks_api/pep517/channel.hpp"
#include <hooks/pep517.hpp>

#include <memory>

namespace hooks::pep517 {

/// Runs the hook that `call` names and says what became of it; the answer's nonce is the call's. The backend is made
/// where `backend` is empty, and kept there. The result's directory is created where it is missing. Standard streams
/// and working directory are set already (serve()).
///
/// Whatever the hook throws is an answer. A message beyond 1 MiB is cut. Does not return in a child that the hook
/// forked and that left the hook too: it exits.
[[nodiscard]] Answer run_call(const Call& call, const detail::Pep517Class& kind,
                              std::unique_ptr<Pep517Backend>& backend);

}  // namespace hooks::pep517
