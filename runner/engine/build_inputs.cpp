// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/build_inputs.hpp"

#include <algorithm>

namespace grapnel::engine {

hooks::Json::Object config_of(const std::vector<std::string>& asset_types, const std::optional<hooks::CodeConfig>& code,
                              std::optional<bool> linking_enabled, hooks::Json::Object extensions) {
  const bool wants_code = std::find(asset_types.begin(), asset_types.end(), hooks::kCodeAssetType) != asset_types.end();
  if (wants_code) extensions["code_assets"] = hooks::protocol::code_config_to_json(*code);
  return hooks::protocol::config_to_json({asset_types, linking_enabled, std::move(extensions)});
}

void add(cache::Fields& fields, const RunDefines& defines, const std::string& package) {
  fields.add(defines.are_given() ? 1U : 0U);
  if (const auto* own = defines.find(package)) {
    fields.add(own->base_path.native()).add(hooks::Json(own->defines).to_string());
  }
}

cache::Digest digest_of_config(const hooks::Json::Object& config, const workspace::Workspace& workspace) {
  return cache::Fields()
      .add(hooks::Json(config).to_string())
      .add(workspace.state_directory.native())  // where the hook is told to put its files
      .digest();
}

BuildInputs::BuildInputs(const hooks::Json::Object& config, const workspace::Workspace& workspace,
                         const RunDefines& defines, const plan::Plan& plan)
    : defines_(defines), plan_(plan), config_(digest_of_config(config, workspace)) {
  for (std::size_t i = 0; i < plan.hooks.size(); ++i) places_.emplace(plan.hooks[i].package, i);
}

cache::Digest BuildInputs::ingredients(std::size_t hook,
                                       const std::function<cache::Digest(std::size_t)>& for_build) const {
  const workspace::Package& package = *plan_.hooks[hook].package;
  cache::Fields fields;
  fields.add(config_).add(package.name).add(package.root.native());
  add(fields, defines_, package.name);
  for_each_giver(hook, [&](std::size_t giver) { fields.add(plan_.hooks[giver].package->name).add(for_build(giver)); });
  return fields.digest();
}

void BuildInputs::fill(hooks::protocol::InputFields& input, std::size_t hook,
                       const std::function<const std::vector<hooks::EncodedAsset>&(std::size_t)>& for_build) const {
  defines_.add_to(input, plan_.hooks[hook].package->name);
  for_each_giver(hook, [&](std::size_t giver) {
    input.assets_by_package.emplace(plan_.hooks[giver].package->name, for_build(giver));
  });
}

}  // namespace grapnel::engine
