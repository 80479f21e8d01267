// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The seam between supervision and the system: how a process comes to life.
#pragma once

#include "hooks_api/base/error.hpp"
#include "hooks_api/base/spawn.hpp"

#include <sys/types.h>

namespace grapnel::process {

/// Starts processes. Tests put their own in its place.
class Launcher {
 public:
  virtual ~Launcher();
  /// As hooks::base::spawn(). Called on the thread that supervises.
  [[nodiscard]] virtual hooks::base::Expected<pid_t> launch(const hooks::base::SpawnRequest& request) = 0;
};

/// hooks::base::spawn().
class SystemLauncher final : public Launcher {
 public:
  [[nodiscard]] hooks::base::Expected<pid_t> launch(const hooks::base::SpawnRequest& request) override;
};

}  // namespace grapnel::process
