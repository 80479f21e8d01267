// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Runs the hooks of a plan and carries assets from one to the next (spec: dart-hooks, section 4.5).
#pragma once

#include "runner/engine/session.hpp"
#include <grapnel/result.hpp>
#include <grapnel/runner.hpp>

#include <boost/asio/awaitable.hpp>

#include <string>

namespace grapnel::engine {

/// Begins to look at what the records of an earlier run say of the files that this one will ask about, while the
/// workspace is read.
void foresee(const BuildRequest& request, const cache::StateLog& log, cache::Checks& checks);
void foresee(const LinkRequest& request, const cache::StateLog& log, cache::Checks& checks);

/// Plans and runs all build hooks that are not up to date. Throws ProjectError and SystemError for what keeps the whole
/// run from going on; the results of hooks are values.
[[nodiscard]] boost::asio::awaitable<BuildResult> build(const BuildRequest& request, Session& session);

/// The same for link hooks.
[[nodiscard]] boost::asio::awaitable<LinkResult> link(const LinkRequest& request, const BuildResult& build_result,
                                                      Session& session);

}  // namespace grapnel::engine
