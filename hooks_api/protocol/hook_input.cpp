// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/path_text.hpp"
#include <hooks/input.hpp>

#include <utility>

namespace hooks {

namespace {

// The value of a metadata asset where it has that key: null where it was sent without one.
const Json* metadata_value(const EncodedAsset& asset, std::string_view key) noexcept {
  static const Json null;
  if (asset.type != kMetadataType || !asset.encoding) return nullptr;
  const Json* found = asset.encoding->find("key");
  const std::string* text = found != nullptr ? found->as_string() : nullptr;
  if (text == nullptr || *text != key) return nullptr;
  const Json* value = asset.encoding->find("value");
  return value != nullptr ? value : &null;
}

}  // namespace

UserDefines::UserDefines(Json::Object defines, std::filesystem::path base_path)
    : defines_(std::move(defines)), base_path_(std::move(base_path)) {}

std::optional<std::filesystem::path> UserDefines::path(std::string_view key) const {
  const Json* value = find(key);
  const std::string* text = value != nullptr ? value->as_string() : nullptr;
  if (text == nullptr) return std::nullopt;
  return protocol::path_beside(base_path_, *text);
}

HookInput::HookInput(Fields fields)
    : json_(std::move(fields.json)),
      package_name_(std::move(fields.package_name)),
      package_root_(std::move(fields.package_root)),
      output_directory_shared_(std::move(fields.output_directory_shared)),
      output_file_(std::move(fields.output_file)),
      config_(std::move(fields.config)),
      user_defines_(std::move(fields.user_defines)),
      output_directory_(output_directory_shared_ / config_.checksum()) {}

HookInput::~HookInput() = default;

// The base takes its own part of `fields` and leaves the rest.
BuildInput::BuildInput(Fields fields)
    : HookInput(static_cast<HookInput::Fields&&>(fields)), assets_(std::move(fields.assets)) {}
BuildInput::~BuildInput() = default;

const std::vector<EncodedAsset>& BuildInput::assets(std::string_view package) const noexcept {
  static const std::vector<EncodedAsset> none;
  const auto found = assets_.find(package);
  return found != assets_.end() ? found->second : none;
}

const Json* BuildInput::metadata(std::string_view package, std::string_view key) const noexcept {
  for (const EncodedAsset& asset : assets(package)) {
    if (const Json* value = metadata_value(asset, key)) return value;
  }
  return nullptr;
}

LinkInput::LinkInput(Fields fields)
    : HookInput(static_cast<HookInput::Fields&&>(fields)),
      assets_(std::move(fields.assets)),
      assets_from_linking_(std::move(fields.assets_from_linking)),
      recorded_uses_file_(std::move(fields.recorded_uses_file)) {}
LinkInput::~LinkInput() = default;

const Json* LinkInput::metadata(std::string_view key) const noexcept {
  for (auto asset = assets_from_linking_.rbegin(); asset != assets_from_linking_.rend(); ++asset) {
    if (const Json* value = metadata_value(*asset, key)) return value;
  }
  return nullptr;
}

}  // namespace hooks
