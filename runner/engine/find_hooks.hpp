// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The hooks that packages have, looked for only where something in their `hook` folders has changed.
#pragma once

#include "runner/engine/session.hpp"
#include "runner/program/program.hpp"
#include "runner/workspace/workspace.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace grapnel::engine {

/// For each of `packages` its hook of `kind`, or nothing. Throws as program::find_hook() does. After a stop request
/// what is found means nothing.
[[nodiscard]] boost::asio::awaitable<std::vector<std::optional<program::HookSource>>> find_hooks(
    const std::vector<const workspace::Package*>& packages, HookKind kind, Session& session);

/// What find_hooks() would find, as far as that is known without starting or writing anything.
struct KnownHooks {
  std::vector<std::optional<program::HookSource>> sources{};  ///< by place among the packages
  /// Places of packages with a CMake project that would have to be configured first.
  std::vector<std::size_t> unknown{};
};

/// Throws as find_hooks() does.
[[nodiscard]] boost::asio::awaitable<KnownHooks> known_hooks(const std::vector<const workspace::Package*>& packages,
                                                             HookKind kind, Session& session);

}  // namespace grapnel::engine
