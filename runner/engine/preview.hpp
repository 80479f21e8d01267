// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a run would do: its decisions without its deeds.
#pragma once

#include "runner/engine/session.hpp"
#include <grapnel/preview.hpp>
#include <grapnel/runner.hpp>

#include <boost/asio/awaitable.hpp>

#include <filesystem>
#include <vector>

namespace grapnel::engine {

/// What a build would run. Starts nothing, writes nothing, takes no lock. `changed`: paths that count as changed, with
/// all below them. Throws ProjectError and SystemError for what would keep the whole run from going on.
[[nodiscard]] boost::asio::awaitable<Preview> preview(const BuildRequest& request,
                                                      const std::vector<std::filesystem::path>& changed,
                                                      Session& session);

/// The packages with hooks and those between them. Errors as preview().
[[nodiscard]] boost::asio::awaitable<PackageGraph> package_graph(Session& session);

}  // namespace grapnel::engine
