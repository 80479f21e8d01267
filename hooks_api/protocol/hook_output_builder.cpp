// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/declarations.hpp"
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

std::filesystem::path absolute(const char* function, const std::filesystem::path& path) {
  if (path.empty()) throw std::invalid_argument(std::string(function) + ": the path is empty");
  return std::filesystem::absolute(path);
}

}  // namespace

HookOutputBuilder::HookOutputBuilder() = default;
HookOutputBuilder::~HookOutputBuilder() = default;
BuildOutputBuilder::BuildOutputBuilder() = default;
BuildOutputBuilder::~BuildOutputBuilder() = default;
LinkOutputBuilder::LinkOutputBuilder() = default;
LinkOutputBuilder::~LinkOutputBuilder() = default;

void HookOutputBuilder::add_dependency(const std::filesystem::path& path) {
  output_.dependencies.push_back(absolute("add_dependency", path));
}

void HookOutputBuilder::add_directory_tree(const std::filesystem::path& directory) {
  output_.declarations.recursive.push_back(absolute("add_directory_tree", directory));
}

void HookOutputBuilder::add_absent(const std::filesystem::path& path) {
  output_.declarations.absent.push_back(absolute("add_absent", path));
}

void HookOutputBuilder::add_tool(const std::filesystem::path& path, std::string version) {
  if (!path.is_absolute()) {
    throw std::invalid_argument("add_tool: '" + path.string() +
                                "' is not an absolute path; give that of the file that was called");
  }
  output_.declarations.tools.push_back({path, std::move(version)});
}

void HookOutputBuilder::add_environment(std::string name) {
  if (!protocol::is_variable_name(name)) {
    throw std::invalid_argument("add_environment: '" + name +
                                "' cannot be the name of an environment variable; give it without '=' and a value");
  }
  auto& names = output_.declarations.environment;
  if (!names) names.emplace();
  names->push_back(std::move(name));
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
