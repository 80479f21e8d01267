// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/asset.hpp"
#include <hooks/asset.hpp>

namespace hooks {

namespace {

Json::Object encode_link_mode(const LinkMode& mode) {
  Json::Object object;
  object["type"] = name_of(mode);
  if (const auto* system = std::get_if<DynamicLoadingSystem>(&mode)) object["uri"] = system->uri;
  return object;
}

}  // namespace

EncodedAsset CodeAsset::encode() const {
  Json::Object encoding;
  encoding["id"] = id();
  encoding["link_mode"] = encode_link_mode(link_mode);
  if (file) encoding["file"] = file->native();
  return EncodedAsset{kCodeAssetType, std::move(encoding)};
}

std::optional<CodeAsset> CodeAsset::decode(const EncodedAsset& asset) {
  if (asset.type != kCodeAssetType) return std::nullopt;
  protocol::Faults faults;
  return protocol::read_code_asset(asset, "", faults);
}

}  // namespace hooks
