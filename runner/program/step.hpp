// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// One step of building a program: a process with its logs, and a script that repeats it.
#pragma once

#include "runner/process/supervise.hpp"
#include "runner/program/program.hpp"

#include <boost/asio/awaitable.hpp>

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace grapnel::program {

/// What every step needs; borrowed from the caller of the room.
struct StepContext {
  const Toolchain& toolchain;
  process::Launcher& launcher;
  StepObserver& observer;
  std::stop_token stop;
};

struct Step {
  std::string what;                    ///< "configure", "compile"
  std::vector<std::string> arguments;  ///< the first is the executable
  std::filesystem::path working_directory;
  std::filesystem::path log_directory;  ///< created; holds stdout.txt, stderr.txt, run.sh

  [[nodiscard]] std::filesystem::path output() const { return log_directory / "stdout.txt"; }
  [[nodiscard]] std::filesystem::path log() const { return log_directory / "stderr.txt"; }
  [[nodiscard]] std::filesystem::path run_sh() const { return log_directory / "run.sh"; }
};

/// A tool of the toolchain, without its files; `arguments` begin with the executable.
[[nodiscard]] process::ChildRequest child_request(std::vector<std::string> arguments,
                                                  const std::filesystem::path& working_directory,
                                                  const StepContext& context);

[[nodiscard]] boost::asio::awaitable<process::ChildResult> run_step(const Step& step, const StepContext& context);

/// What build_program() gives where a step did not succeed. Ninja, for one, prints what compilers say to standard
/// output; so where standard error is empty, that is the log.
[[nodiscard]] Prepared failed(const Step& step, process::ChildResult child, std::string what);

/// What build_program() gives where it was stopped before a step began.
[[nodiscard]] Prepared canceled();

[[nodiscard]] inline bool succeeded(const process::ChildResult& child) {
  return child.end == ProcessEnd(Exited{0}) && child.stopped == process::Stopped::no;
}

}  // namespace grapnel::program
