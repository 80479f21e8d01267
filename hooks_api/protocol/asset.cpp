// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/asset.hpp"

#include "hooks_api/base/shown.hpp"

namespace hooks::protocol {

namespace {

// The two parts of `package:<package>/<name>`.
bool split_id(const std::string& id, std::string& package, std::string& name) {
  constexpr std::string_view kScheme = "package:";
  const std::size_t slash = id.find('/');
  if (!id.starts_with(kScheme) || slash == std::string::npos || slash == kScheme.size()) return false;
  package = id.substr(kScheme.size(), slash - kScheme.size());
  name = id.substr(slash + 1);
  return true;
}

std::optional<LinkMode> read_link_mode(ObjectReader& reader) {
  const std::string type =
      reader.required_one_of("type", {"dynamic_loading_bundle", "dynamic_loading_executable", "dynamic_loading_process",
                                      "dynamic_loading_system", "static"});
  if (type != "dynamic_loading_system" && reader.exact()) (void)reader.optional_string("uri");
  if (type == "dynamic_loading_bundle") return DynamicLoadingBundle{};
  if (type == "dynamic_loading_executable") return DynamicLoadingExecutable{};
  if (type == "dynamic_loading_process") return DynamicLoadingProcess{};
  if (type == "dynamic_loading_system") return DynamicLoadingSystem{reader.required_string("uri")};
  if (type == "static") return StaticLinking{};
  return std::nullopt;
}

std::optional<CodeAsset> read_code_encoding(ObjectReader& encoding) {
  std::string package;
  std::string name;
  const std::string id = encoding.required_string("id");
  const Json* found_id = encoding.json().find("id");
  std::optional<LinkMode> link_mode;
  if (auto mode = encoding.required_object("link_mode")) link_mode = read_link_mode(*mode);
  // Elsewhere, an asset without its file is a finding of its own: validate.hpp.
  const bool needs_file = encoding.exact() && link_mode && has_file(*link_mode);
  auto file = needs_file ? encoding.required_absolute_path("file") : encoding.optional_absolute_path("file");
  if (found_id == nullptr || found_id->as_string() == nullptr || !link_mode) return std::nullopt;
  if (!split_id(id, package, name)) {
    std::string message = "found " + base::shown(id) + "; expected 'package:<package>/<name>'";
    if (encoding.exact()) {
      encoding.warn("id", std::move(message));  // Dart's schema takes any string
    } else {
      encoding.fault("id", std::move(message));
    }
  }
  return CodeAsset{std::move(package), std::move(name), std::move(*link_mode), std::move(file)};
}

DataAsset read_data_encoding(ObjectReader& encoding) {
  DataAsset data;
  data.package = encoding.required_string("package");
  data.name = encoding.required_string("name");
  data.file = encoding.required_absolute_path("file");
  return data;
}

// The encoding as a reader; a fault where it is missing.
std::optional<ObjectReader> encoding_of(const EncodedAsset& asset, const std::string& path, Faults& faults) {
  if (asset.encoding) return ObjectReader(*asset.encoding, path + ".encoding", faults);
  add(faults, {path + ".encoding", "missing; expected an object"});
  return std::nullopt;
}

// One element of a list of assets.
EncodedAsset read_asset(ObjectReader& reader) {
  EncodedAsset asset;
  asset.type = reader.required_string("type");
  const bool is_metadata = asset.type == kMetadataType;
  const bool is_code = reader.exact() && asset.type == kCodeAssetType;
  const bool is_data = reader.exact() && asset.type == kDataAssetType;
  auto encoding =
      is_metadata || is_code || is_data ? reader.required_object("encoding") : reader.optional_object("encoding");
  if (!encoding) return asset;
  if (is_metadata) (void)encoding->required_string("key");
  if (is_code) (void)read_code_encoding(*encoding);
  if (is_data) (void)read_data_encoding(*encoding);
  asset.encoding = encoding->json();
  return asset;
}

std::vector<EncodedAsset> read_list(ObjectReader& reader, std::string_view key, const Json::Array& list) {
  std::vector<EncodedAsset> assets;
  assets.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (auto element = reader.element(key, i, list[i])) assets.push_back(read_asset(*element));
  }
  return assets;
}

// What was read, if there was no fault in it. `faults` may be full, and its size would not tell.
template <typename Asset>
std::optional<Asset> sound(std::optional<Asset> asset, Faults own, Faults& faults) {
  if (own.empty()) return asset;
  for (Fault& fault : own) add(faults, std::move(fault));
  return std::nullopt;
}

}  // namespace

Json asset_to_json(const EncodedAsset& asset) {
  Json::Object object{{"type", asset.type}};
  if (asset.encoding) object["encoding"] = *asset.encoding;
  return object;
}

Json assets_to_json(const std::vector<EncodedAsset>& assets) {
  Json::Array list;
  list.reserve(assets.size());
  for (const EncodedAsset& asset : assets) list.push_back(asset_to_json(asset));
  return list;
}

std::vector<EncodedAsset> read_assets(ObjectReader& reader, std::string_view key) {
  const Json::Array* list = reader.optional_list(key);
  return list != nullptr ? read_list(reader, key, *list) : std::vector<EncodedAsset>();
}

AssetsByPackage read_assets_by_package(ObjectReader& reader, std::string_view key) {
  AssetsByPackage by_package;
  auto packages = reader.optional_object(key);
  if (!packages) return by_package;
  for (const Json::Member& member : packages->json()) {
    if (const Json::Array* list = member.value.as_array()) {
      by_package.emplace(member.key, read_list(*packages, member.key, *list));
    } else {
      packages->fault(member.key, wrong_kind(member.value, "a list"));
    }
  }
  return by_package;
}

std::optional<CodeAsset> read_code_asset(const EncodedAsset& asset, const std::string& path, Faults& faults) {
  Faults own;
  std::optional<CodeAsset> code;
  if (auto encoding = encoding_of(asset, path, own)) code = read_code_encoding(*encoding);
  return sound(std::move(code), std::move(own), faults);
}

std::optional<DataAsset> read_data_asset(const EncodedAsset& asset, const std::string& path, Faults& faults) {
  Faults own;
  std::optional<DataAsset> data;
  if (auto encoding = encoding_of(asset, path, own)) data = read_data_encoding(*encoding);
  return sound(std::move(data), std::move(own), faults);
}

}  // namespace hooks::protocol
