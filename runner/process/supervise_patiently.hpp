// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// supervise() for a system that may be short of processes, descriptors or memory for a while.
#pragma once

#include "runner/process/supervise.hpp"

#include <functional>

namespace grapnel::process {

/// Tries again where nothing could be started for lack of something, with pauses, for half a minute; then the result
/// says so. `on_shortage` (an errno) is called before each pause.
[[nodiscard]] boost::asio::awaitable<ChildResult> supervise_patiently(ChildRequest request, Launcher& launcher,
                                                                      std::stop_token stop,
                                                                      std::function<void(int)> on_shortage);

}  // namespace grapnel::process
