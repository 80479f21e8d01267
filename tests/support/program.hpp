// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A program that a test talks to.
#pragma once

#include "hooks_api/base/files.hpp"

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

namespace tests {

/// One of the programs of tests/programs, as a child with pipes at its standard input and output. Killed and reaped at
/// the latest by the destructor.
class Program {
 public:
  Program(const std::string& name, std::vector<std::string> arguments);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// The next line that it prints, without its end; empty where it printed no more.
  [[nodiscard]] std::string read_line();
  /// Ends its standard input.
  void close_input() { input_.reset(); }
  void kill(int signal) const { ::kill(pid_, signal); }
  /// Waits for its end; the status of waitpid().
  int wait();

 private:
  pid_t pid_ = -1;
  hooks::base::Fd input_;
  hooks::base::Fd output_;
};

/// The path of a program of tests/programs.
[[nodiscard]] std::filesystem::path program(const std::string& name);

}  // namespace tests
