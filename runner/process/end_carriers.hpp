// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Ends processes that are known by their token alone. Heavy: for few sources.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>

namespace grapnel::process {

/// Kills whoever carries the token, and whoever they start meanwhile, until nobody is found and all of them have let go
/// of their descriptors; gives up after ten seconds.
[[nodiscard]] boost::asio::awaitable<void> end_carriers(std::string token);

/// The same for whoever carries a token of the run.
[[nodiscard]] boost::asio::awaitable<void> end_carriers_of_run(std::string run_id);

}  // namespace grapnel::process
