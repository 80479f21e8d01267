// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/asset.hpp"

namespace hooks::protocol {

namespace {

// One element of a list of assets; nothing where a fault was found.
std::optional<EncodedAsset> read_asset(const Json& value, const std::string& path, Faults& faults) {
  const Json::Object* object = value.as_object();
  if (object == nullptr) {
    faults.push_back({path, wrong_kind(value, "an object")});
    return std::nullopt;
  }
  const std::size_t before = faults.size();
  ObjectReader reader(*object, path, faults);
  EncodedAsset asset;
  asset.type = reader.required_string("type");
  if (const auto encoding = reader.optional_object("encoding")) asset.encoding = encoding->json();
  if (asset.type == kMetadataType && faults.size() == before) {
    if (asset.encoding) {
      (void)ObjectReader(*asset.encoding, path + ".encoding", faults).required_string("key");
    } else {
      reader.fault("encoding", "missing; expected an object");
    }
  }
  return faults.size() == before ? std::optional(std::move(asset)) : std::nullopt;
}

std::vector<EncodedAsset> read_list(const Json::Array& list, const std::string& path, Faults& faults) {
  std::vector<EncodedAsset> assets;
  assets.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (auto asset = read_asset(list[i], path + "." + std::to_string(i), faults)) assets.push_back(std::move(*asset));
  }
  return assets;
}

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
  if (type == "dynamic_loading_bundle") return DynamicLoadingBundle{};
  if (type == "dynamic_loading_executable") return DynamicLoadingExecutable{};
  if (type == "dynamic_loading_process") return DynamicLoadingProcess{};
  if (type == "dynamic_loading_system") return DynamicLoadingSystem{reader.required_string("uri")};
  if (type == "static") return StaticLinking{};
  return std::nullopt;
}

// The encoding as a reader; a fault where it is missing.
std::optional<ObjectReader> encoding_of(const EncodedAsset& asset, const std::string& path, Faults& faults) {
  if (asset.encoding) return ObjectReader(*asset.encoding, path + ".encoding", faults);
  faults.push_back({path + ".encoding", "missing; expected an object"});
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

std::vector<EncodedAsset> read_assets(ObjectReader& reader, std::string_view key, Faults& faults) {
  const Json::Array* list = reader.optional_list(key);
  return list != nullptr ? read_list(*list, reader.path_of(key), faults) : std::vector<EncodedAsset>();
}

AssetsByPackage read_assets_by_package(ObjectReader& reader, std::string_view key, Faults& faults) {
  AssetsByPackage by_package;
  const auto packages = reader.optional_object(key);
  if (!packages) return by_package;
  for (const Json::Member& member : packages->json()) {
    const std::string path = packages->path_of(member.key);
    if (const Json::Array* list = member.value.as_array()) {
      by_package.emplace(member.key, read_list(*list, path, faults));
    } else {
      faults.push_back({path, wrong_kind(member.value, "a list")});
    }
  }
  return by_package;
}

std::optional<CodeAsset> read_code_asset(const EncodedAsset& asset, const std::string& path, Faults& faults) {
  const std::size_t before = faults.size();
  auto reader = encoding_of(asset, path, faults);
  if (!reader) return std::nullopt;
  std::string package;
  std::string name;
  const std::string id = reader->required_string("id");
  if (faults.size() == before && !split_id(id, package, name)) {
    reader->fault("id", "found '" + id + "'; expected 'package:<package>/<name>'");
  }
  std::optional<LinkMode> link_mode;
  if (auto mode = reader->required_object("link_mode")) link_mode = read_link_mode(*mode);
  auto file = reader->optional_string("file");
  if (!link_mode || faults.size() != before) return std::nullopt;
  return CodeAsset{std::move(package), std::move(name), std::move(*link_mode),
                   file ? std::optional<std::filesystem::path>(std::move(*file)) : std::nullopt};
}

std::optional<DataAsset> read_data_asset(const EncodedAsset& asset, const std::string& path, Faults& faults) {
  const std::size_t before = faults.size();
  auto reader = encoding_of(asset, path, faults);
  if (!reader) return std::nullopt;
  DataAsset data;
  data.package = reader->required_string("package");
  data.name = reader->required_string("name");
  data.file = reader->required_string("file");
  return faults.size() == before ? std::optional(std::move(data)) : std::nullopt;
}

}  // namespace hooks::protocol
