// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Programs of hooks, built only where what they are made from has changed.
#pragma once

#include "runner/cache/dependency.hpp"
#include "runner/cache/log.hpp"
#include "runner/process/launcher.hpp"
#include "runner/program/program.hpp"

#include <boost/asio/awaitable.hpp>

#include <deque>
#include <optional>
#include <stop_token>
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

/// Where programs are built, and what is known of those that were. Borrowed.
struct ProgramPlace {
  const program::Toolchain& toolchain;
  process::Launcher& launcher;
  cache::StateLog& log;
  std::string environment;  ///< of compilers, as text: another text is another environment
  bool use_cache = true;
  std::stop_token stop{};
};

/// Builds the program where it is not as the record has it, under the lock on the package's programs. Throws as the
/// room of programs does.
[[nodiscard]] boost::asio::awaitable<ReadyProgram> ready_program(const program::HookSource& source,
                                                                 const workspace::Package& package,
                                                                 const ProgramPlace& place,
                                                                 program::StepObserver& observer);

}  // namespace grapnel::engine
