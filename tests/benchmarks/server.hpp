// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Another process of this program that measures when it is asked to, and may be large.
#pragma once

#include "hooks_api/base/files.hpp"
#include "tests/benchmarks/measure.hpp"

#include <sys/types.h>

#include <cstddef>
#include <filesystem>

namespace bench {

/// A process that holds so much memory and runs the hooks of a workspace.
class Server {
 public:
  Server(const std::filesystem::path& workspace, std::size_t mebibytes);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// run_with_library(), there.
  [[nodiscard]] Milliseconds run() const;

 private:
  pid_t pid_ = -1;
  hooks::base::Fd requests_;
  hooks::base::Fd answers_;
};

/// What the process does: for each byte on standard input, runs the hooks and writes a double to standard output.
void serve(const std::filesystem::path& workspace, std::size_t mebibytes);

}  // namespace bench
