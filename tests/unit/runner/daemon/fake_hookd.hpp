// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Hookds that are real processes, good ones and bad ones (tests/daemon/fake_hookd.py).
#pragma once

#include "tests/paths.hpp"
#include "tests/support/temporary_directory.hpp"
#include <grapnel/hookd_client.hpp>

#include <gtest/gtest.h>

#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <functional>
#include <string>

namespace tests {

inline const std::string kFake = std::string(tests::kSourceDir) + "/tests/daemon/fake_hookd.py";

/// The fake of `mode`.
inline grapnel::HookdOptions fake(const std::string& mode, const TemporaryDirectory& directory,
                                  std::chrono::milliseconds timeout = std::chrono::milliseconds(0)) {
  return {.command = {"/usr/bin/python3", "-I", kFake, mode, directory.path()},
          .source_tree = directory.path(),
          .timeout = timeout};
}

/// build_wheel of b.
inline grapnel::HookdCall wheel() { return {.build_backend = "b", .hook_name = "build_wheel", .directory = "dist"}; }

/// What a HookdError says.
inline std::string error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const grapnel::HookdError& error) {
    return error.what();
  }
  ADD_FAILURE() << "no HookdError";
  return {};
}

/// Starts the hookd and runs one hook.
inline std::string error_of(const std::string& mode, const TemporaryDirectory& directory,
                            std::chrono::milliseconds timeout = std::chrono::milliseconds(0)) {
  return error_of([&] {
    grapnel::HookdClient client(fake(mode, directory, timeout));
    static_cast<void>(client.run(wheel()));
  });
}

/// Whether a child of this process is left, ended or not.
inline bool has_children() { return ::waitpid(-1, nullptr, WNOHANG | __WNOTHREAD) >= 0 || errno != ECHILD; }

}  // namespace tests
