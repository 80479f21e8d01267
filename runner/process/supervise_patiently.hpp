// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// supervise() for a system that may be short of processes, descriptors or memory for a while.
#pragma once

#include "runner/process/supervise.hpp"

#include <functional>

namespace grapnel::process {

/// Tries again where nothing could be started for lack of something, with pauses; for half a minute after the last time
/// that `on_shortage` (an errno), which is called before each pause, said that something else runs whose end may help.
/// Then the result says so.
[[nodiscard]] boost::asio::awaitable<ChildResult> supervise_patiently(ChildRequest request, Launcher& launcher,
                                                                      std::stop_token stop,
                                                                      std::function<bool(int)> on_shortage);

}  // namespace grapnel::process
