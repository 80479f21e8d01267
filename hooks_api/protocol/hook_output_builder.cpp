// SPDX-License-Identifier: BSD-3-Clause
#include <hooks/output.hpp>

#include <stdexcept>
#include <utility>

namespace hooks {

namespace {

EncodedAsset encode_metadata(std::string key, Json value) {
  Json::Object encoding;
  encoding["key"] = std::move(key);
  encoding["value"] = std::move(value);
  return EncodedAsset{kMetadataType, std::move(encoding)};
}

}  // namespace

HookOutputBuilder::HookOutputBuilder() = default;
HookOutputBuilder::~HookOutputBuilder() = default;
BuildOutputBuilder::BuildOutputBuilder() = default;
BuildOutputBuilder::~BuildOutputBuilder() = default;
LinkOutputBuilder::LinkOutputBuilder() = default;
LinkOutputBuilder::~LinkOutputBuilder() = default;

void HookOutputBuilder::add_dependency(const std::filesystem::path& path) {
  if (path.empty()) throw std::invalid_argument("add_dependency: the path is empty");
  output_.dependencies.push_back(std::filesystem::absolute(path));
}

void BuildOutputBuilder::Assets::add(const CodeAsset& asset, const BuildRouting& routing) {
  add(asset.encode(), routing);
}

void BuildOutputBuilder::Assets::add(const DataAsset& asset, const BuildRouting& routing) {
  add(asset.encode(), routing);
}

void BuildOutputBuilder::Assets::add(EncodedAsset asset, const BuildRouting& routing) {
  if (const auto* link_hook = std::get_if<ToLinkHook>(&routing)) {
    output_->assets_for_linking[link_hook->package].push_back(std::move(asset));
  } else if (std::holds_alternative<ToBuildHooks>(routing)) {
    output_->assets_for_build.push_back(std::move(asset));
  } else {
    output_->assets.push_back(std::move(asset));
  }
}

void BuildOutputBuilder::Metadata::add(std::string key, Json value) {
  output_->assets_for_build.push_back(encode_metadata(std::move(key), std::move(value)));
}

void LinkOutputBuilder::Assets::add(const CodeAsset& asset, const LinkRouting& routing) {
  add(asset.encode(), routing);
}

void LinkOutputBuilder::Assets::add(const DataAsset& asset, const LinkRouting& routing) {
  add(asset.encode(), routing);
}

void LinkOutputBuilder::Assets::add(EncodedAsset asset, const LinkRouting& routing) {
  if (const auto* link_hook = std::get_if<ToLinkHook>(&routing)) {
    output_->assets_for_linking[link_hook->package].push_back(std::move(asset));
  } else {
    output_->assets.push_back(std::move(asset));
  }
}

void LinkOutputBuilder::Metadata::add(const std::string& package, std::string key, Json value) {
  output_->assets_for_linking[package].push_back(encode_metadata(std::move(key), std::move(value)));
}

}  // namespace hooks
