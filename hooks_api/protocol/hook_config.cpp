// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/input.hpp"
#include <hooks/config.hpp>

#include <algorithm>
#include <stdexcept>

namespace hooks {

HookConfig::HookConfig(Json::Object json, std::vector<std::string> build_asset_types,
                       std::optional<bool> linking_enabled, std::optional<CodeConfig> code)
    : json_(std::move(json)),
      build_asset_types_(std::move(build_asset_types)),
      linking_enabled_(linking_enabled),
      code_(std::move(code)) {}

bool HookConfig::accepts(std::string_view asset_type) const noexcept {
  return std::find(build_asset_types_.begin(), build_asset_types_.end(), asset_type) != build_asset_types_.end();
}

const CodeConfig& HookConfig::code() const {
  if (!code_) {
    throw std::logic_error(
        "config().code(): the application asks for no code assets; test config().build_code_assets() first");
  }
  return *code_;
}

std::string HookConfig::checksum() const { return protocol::config_checksum(json_); }

}  // namespace hooks
