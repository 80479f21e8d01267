// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What the build hooks of a plan are given: the same for a run and for a preview of one.
#pragma once

#include "hooks_api/protocol/input.hpp"
#include "runner/cache/digest.hpp"
#include "runner/engine/user_defines.hpp"
#include "runner/plan/plan.hpp"
#include <hooks/asset.hpp>
#include <hooks/config.hpp>
#include <hooks/json.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace grapnel::engine {

/// `config` of input.json. Without `linking_enabled`: of a link hook.
[[nodiscard]] hooks::Json::Object config_of(const std::vector<std::string>& asset_types,
                                            const std::optional<hooks::CodeConfig>& code,
                                            std::optional<bool> linking_enabled, hooks::Json::Object extensions);

/// What all hooks of a run are told: the config, and where they put their files.
[[nodiscard]] cache::Digest digest_of_config(const hooks::Json::Object& config, const workspace::Workspace& workspace);

/// Adds what a package is told of user-defines.
void add(cache::Fields& fields, const RunDefines& defines, const std::string& package);

/// Hooks are named by their places in the plan. On one thread.
class BuildInputs {
 public:
  /// Borrows everything; `config` is that of input.json.
  BuildInputs(const hooks::Json::Object& config, const workspace::Workspace& workspace, const RunDefines& defines,
              const plan::Plan& plan);

  /// Calls `visit` with each hook whose output a hook is given, in the order of names.
  template <typename Visit>
  void for_each_giver(std::size_t hook, Visit&& visit) const {
    for (const workspace::Package* dependency : plan_.hooks[hook].direct_dependencies) {
      const auto giver = places_.find(dependency);
      if (giver != places_.end() && giver->second != hook) visit(giver->second);
    }
  }

  /// Of everything that the hook's input.json is made from. `for_build`: the digest of a giver's assets_for_build.
  [[nodiscard]] cache::Digest ingredients(std::size_t hook,
                                          const std::function<cache::Digest(std::size_t)>& for_build) const;

  /// Puts the user-defines and the assets of the givers into the hook's input.
  void fill(hooks::protocol::InputFields& input, std::size_t hook,
            const std::function<const std::vector<hooks::EncodedAsset>&(std::size_t)>& for_build) const;

 private:
  const RunDefines& defines_;
  const plan::Plan& plan_;
  cache::Digest config_;
  std::unordered_map<const workspace::Package*, std::size_t> places_;
};

}  // namespace grapnel::engine
