// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The life of one hook.
#pragma once

#include "hooks_api/protocol/input.hpp"
#include "runner/engine/hook_memory.hpp"
#include "runner/engine/recorded_uses.hpp"
#include "runner/engine/session.hpp"
#include "runner/program/program.hpp"
#include "runner/workspace/workspace.hpp"
#include <grapnel/events.hpp>
#include <grapnel/outcome.hpp>
#include <hooks/output.hpp>

#include <boost/asio/awaitable.hpp>

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace grapnel::engine {

/// One hook with everything that decides what it is given.
struct HookJob {
  HookQuestion question{};
  bool is_forced = false;             ///< runs also where it is up to date
  const workspace::Package* package;  ///< borrowed
  program::HookSource source;
  /// input.json but for the paths, which follow from the config.
  hooks::protocol::InputFields input;
  /// The application's recording, of which the hook gets its package's part; null without one. Borrowed.
  const RecordedUses* recorded_uses = nullptr;
  /// Packages with a link hook. Borrowed.
  const std::set<std::string, std::less<>>* link_hooks;
};

/// What a hook run gave. `output` and `dependencies` count only where the outcome is a success.
struct HookRun {
  Outcome outcome;
  hooks::HookOutput output;
  PathList dependencies;  ///< the hook's own and its program's
  std::filesystem::path directory;
  bool up_to_date = false;        ///< nothing ran
  cache::Digest gives{};          ///< of the output and its files; 0 where it was not remembered
  std::vector<Reason> reasons{};  ///< why it ran
  std::chrono::nanoseconds duration{};
};

/// The life of a hook from its input to its outcome: under its locks it is decided whether it has to run. Throws
/// nothing: every fault becomes an outcome here. Emits HookStarted (where it runs), StepStarted and HookFinished.
[[nodiscard]] boost::asio::awaitable<HookRun> run_hook(HookJob job, Session& session);

}  // namespace grapnel::engine
