// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Supervision without its event loop, for tests.
#pragma once

#include "runner/process/supervise.hpp"
#include "tests/support/temporary_directory.hpp"

#include <cstddef>
#include <functional>
#include <stop_token>
#include <vector>

namespace tests {

/// A request for a program of tests/programs, with its logs in `directory`.
[[nodiscard]] grapnel::process::ChildRequest child(const TemporaryDirectory& directory, const std::string& name,
                                                   std::vector<std::string> arguments = {});

/// Runs one child; rethrows what supervise() throws.
[[nodiscard]] grapnel::process::ChildResult run_child(const grapnel::process::ChildRequest& request,
                                                      std::stop_token stop = {},
                                                      grapnel::process::Launcher* launcher = nullptr);

/// Runs them all on one loop, so many at once.
[[nodiscard]] std::vector<grapnel::process::ChildResult> run_children(
    const std::vector<grapnel::process::ChildRequest>& requests, std::size_t at_once, const std::stop_token& stop = {});

/// Runs one child with so many free descriptors beside those of the event loop.
[[nodiscard]] grapnel::process::ChildResult run_child_with_descriptors(const grapnel::process::ChildRequest& request,
                                                                       unsigned spare);

/// Runs one child, then `afterwards`, then the loop on until `done`.
[[nodiscard]] grapnel::process::ChildResult run_child_and_go_on(const grapnel::process::ChildRequest& request,
                                                                const std::function<void()>& afterwards,
                                                                const std::function<bool()>& done);

/// Runs one child, but destroys its coroutine and its loop as soon as `file` exists.
void abandon_child(const grapnel::process::ChildRequest& request, const std::filesystem::path& file);

/// Whether this process has a child, dead or alive.
[[nodiscard]] bool has_child();

}  // namespace tests
