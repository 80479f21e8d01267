// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Programs of hooks, built only where what they are made from has changed.
#pragma once

#include "runner/cache/dependency.hpp"
#include "runner/cache/log.hpp"
#include "runner/engine/session.hpp"
#include "runner/program/program.hpp"

#include <boost/asio/awaitable.hpp>

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace grapnel::engine {

/// A program that can be run, or why there is none.
struct ReadyProgram {
  std::optional<program::Command> command{};       ///< or
  std::optional<program::BuildFailure> failure{};  ///< exactly one is there
  /// What the program is made of, as it was when it was built; the program itself is among it.
  std::vector<cache::Dependency> made_of{};
  std::deque<std::string> paths{};  ///< what `made_of` borrows from
};

/// Builds the program where it is not as the record has it, under the lock on the package's programs. Throws as the
/// room of programs does.
[[nodiscard]] boost::asio::awaitable<ReadyProgram> ready_program(const program::HookSource& source,
                                                                 const workspace::Package& package, Session& session,
                                                                 program::StepObserver& observer);

}  // namespace grapnel::engine
