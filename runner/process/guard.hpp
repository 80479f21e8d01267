// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The guard: the small process that ends what is left when the runner dies.
#pragma once

#include "hooks_api/base/files.hpp"
#include "runner/process/launcher.hpp"

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace grapnel::process {

/// A process in a session of its own that waits for the end of this one. When this one ends without having destroyed
/// the object, by SIGKILL or in whatever way, the guard kills the groups that were added, then whoever has
/// GRAPNEL_HOOK_RUN=<run>/… in its environment, until nobody is found. It holds nothing but the read end of a pipe and
/// has no environment; no signal but SIGKILL ends it.
///
/// A group is killed by its number, which must not be another's by then. While its leader is not reaped, the kernel
/// gives the number to nobody; so it is added after the start and removed before the leader is reaped. When this
/// process dies, somebody else reaps the leader, but the guard kills at that same moment, and numbers are given out in
/// a circle: the number comes back only after all others were used.
///
/// A process that is forked without exec keeps the pipe open, and so the guard waits for its end too.
/// On one thread.
class Guard {
 public:
  /// Whether the process starts with the object. Groups that are added before are known to it afterwards: who is in a
  /// hurry starts what is to be guarded first.
  enum class When { now, later };

  /// Starts it, from memory; where the system executes no memory, from a file that is made in `directory` and removed
  /// at once. Borrows the launcher. Throws SystemError.
  Guard(Launcher& launcher, std::string run_id, std::filesystem::path directory = {}, When when = When::now);
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  /// Ends the guard, which harms nobody, and reaps it.
  ~Guard();

  /// Starts it where that is still to be done. Throws SystemError.
  void start();

  /// REQUIRES: the group's leader was started and is not reaped. Never blocks, and is no reason to fail: where the
  /// guard was killed, nobody guards.
  void add(pid_t group) noexcept;
  /// REQUIRES: the group's leader is not reaped yet.
  void remove(pid_t group) noexcept;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

 private:
  void tell(pid_t message) noexcept;
  void end() noexcept;

  Launcher& launcher_;
  std::string run_id_;
  std::filesystem::path directory_;
  pid_t pid_ = -1;
  hooks::base::Fd input_;  ///< of the guard, until it is started
  hooks::base::Fd pidfd_;
  hooks::base::Fd pipe_;  ///< its end is the signal: the guard must be dead before it is closed in peace
};

}  // namespace grapnel::process
