// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What all hook runs of one call of the Runner share.
#pragma once

#include "runner/base/environment.hpp"
#include "runner/engine/event_stream.hpp"
#include "runner/process/launcher.hpp"
#include "runner/program/program.hpp"
#include "runner/workspace/workspace.hpp"

#include <stop_token>

namespace grapnel::engine {

/// Lives as long as the call; borrowed by its hook runs. Used on one thread.
struct Session {
  const workspace::Workspace& workspace;
  program::Toolchain toolchain;
  Redactor redactor;
  process::Launcher& launcher;
  EventStream& events;
  std::stop_token stop;
};

}  // namespace grapnel::engine
