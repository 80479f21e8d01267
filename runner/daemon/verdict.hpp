// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What became of a request: for the front end, and for reports. Pure.
#pragma once

#include "hooks_api/pep517/channel.hpp"
#include "runner/daemon/protocol.hpp"
#include "runner/worker/worker.hpp"
#include <grapnel/outcome.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace grapnel::hookd {

/// Both sides of the end of a request.
struct Verdict {
  Reply reply{};
  Outcome outcome{};
  std::optional<ProcessEnd> end{};  ///< where the hook's process ended with it
  std::string hang_report{};
};

/// The backend has answered.
[[nodiscard]] Verdict judge(const Request& request, const hooks::pep517::Answer& answer);

/// The worker died. `worker`: its name, for messages.
[[nodiscard]] Verdict judge(const Request& request, const worker::Death& death, const std::string& worker,
                            std::chrono::milliseconds time_limit);

/// The hook could not be given to a worker; `outcome` says why.
[[nodiscard]] Verdict not_run(Outcome outcome);

}  // namespace grapnel::hookd
