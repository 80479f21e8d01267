// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/asset.hpp"
#include <hooks/asset.hpp>

namespace hooks {

EncodedAsset DataAsset::encode() const {
  Json::Object encoding;
  encoding["file"] = file.native();
  encoding["name"] = name;
  encoding["package"] = package;
  return EncodedAsset{kDataAssetType, std::move(encoding)};
}

std::optional<DataAsset> DataAsset::decode(const EncodedAsset& asset) {
  if (asset.type != kDataAssetType) return std::nullopt;
  protocol::Faults faults;
  return protocol::read_data_asset(asset, "", faults);
}

}  // namespace hooks
