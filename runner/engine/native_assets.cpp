// SPDX-License-Identifier: BSD-3-Clause
#include <grapnel/native_assets.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace grapnel {

using hooks::Json;

namespace {

constexpr std::array<std::string_view, 21> kTargets = {
    "android_arm",   "android_arm64", "android_ia32",  "android_riscv64", "android_x64", "fuchsia_arm64",
    "fuchsia_x64",   "ios_arm",       "ios_arm64",     "ios_x64",         "linux_arm",   "linux_arm64",
    "linux_ia32",    "linux_riscv32", "linux_riscv64", "linux_x64",       "macos_arm64", "macos_x64",
    "windows_arm64", "windows_ia32",  "windows_x64"};

struct ToJson {
  Json operator()(const AbsolutePath& place) const { return Json::Array{"absolute", place.path.string()}; }
  Json operator()(const RelativePath& place) const { return Json::Array{"relative", place.path.generic_string()}; }
  Json operator()(const SystemLibrary& place) const { return Json::Array{"system", place.uri}; }
  Json operator()(const InExecutable&) const { return Json::Array{"executable"}; }
  Json operator()(const InProcess&) const { return Json::Array{"process"}; }
};

}  // namespace

std::optional<std::string> runtime_target(const hooks::OS& os, const hooks::Architecture& architecture) {
  std::string name = os.name() + "_" + architecture.name();
  if (std::find(kTargets.begin(), kTargets.end(), name) == kTargets.end()) return std::nullopt;
  return name;
}

std::vector<NativeAsset> native_assets(const std::vector<hooks::EncodedAsset>& assets,
                                       const std::filesystem::path& bundle, const std::filesystem::path& directory) {
  std::vector<NativeAsset> natives;
  for (const hooks::EncodedAsset& encoded : assets) {
    const auto code = hooks::CodeAsset::decode(encoded);
    if (!code) continue;
    if (std::holds_alternative<hooks::DynamicLoadingBundle>(code->link_mode) && code->file) {
      if (bundle.empty()) {
        natives.push_back({code->id(), AbsolutePath{*code->file}});
      } else {
        natives.push_back({code->id(), RelativePath{(bundle / code->file->filename()).lexically_relative(directory)}});
      }
    } else if (const auto* system = std::get_if<hooks::DynamicLoadingSystem>(&code->link_mode)) {
      natives.push_back({code->id(), SystemLibrary{system->uri}});
    } else if (std::holds_alternative<hooks::DynamicLoadingExecutable>(code->link_mode)) {
      natives.push_back({code->id(), InExecutable{}});
    } else if (std::holds_alternative<hooks::DynamicLoadingProcess>(code->link_mode)) {
      natives.push_back({code->id(), InProcess{}});
    }
  }
  return natives;
}

Json to_json(const std::string& target, const std::vector<NativeAsset>& assets) {
  Json::Object by_id;
  for (const NativeAsset& asset : assets) by_id[asset.id] = std::visit(ToJson{}, asset.place);
  return Json::Object{{"format-version", Json::Array{1, 0, 0}},
                      {"native-assets", Json::Object{{target, std::move(by_id)}}}};
}

}  // namespace grapnel
