// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Assets in documents (spec: dart-hooks, section 2.7).
#pragma once

#include "hooks_api/protocol/fault.hpp"
#include "hooks_api/protocol/reader.hpp"
#include <hooks/asset.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hooks::protocol {

[[nodiscard]] Json asset_to_json(const EncodedAsset& asset);
[[nodiscard]] Json assets_to_json(const std::vector<EncodedAsset>& assets);

/// The assets in member `key`; empty where it is missing. Encodings are judged where Dart judges them: those of
/// metadata always, those of code and data assets where the document is read exactly.
[[nodiscard]] std::vector<EncodedAsset> read_assets(ObjectReader& reader, std::string_view key);

using AssetsByPackage = std::map<std::string, std::vector<EncodedAsset>, std::less<>>;
/// A member that maps packages to lists of assets; empty where it is missing.
[[nodiscard]] AssetsByPackage read_assets_by_package(ObjectReader& reader, std::string_view key);

/// Reads the encoding of a code or data asset; faults are relative to `path`. Nothing where a fault was found.
/// REQUIRES: the asset is of that type.
[[nodiscard]] std::optional<CodeAsset> read_code_asset(const EncodedAsset& asset, const std::string& path,
                                                       Faults& faults);
[[nodiscard]] std::optional<DataAsset> read_data_asset(const EncodedAsset& asset, const std::string& path,
                                                       Faults& faults);

}  // namespace hooks::protocol
