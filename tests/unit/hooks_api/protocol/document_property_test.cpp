// SPDX-License-Identifier: BSD-3-Clause
// Random inputs and outputs: valid as they are written, and read as they were.
#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/declarations.hpp"
#include "hooks_api/protocol/input.hpp"
#include "hooks_api/protocol/output.hpp"
#include "hooks_api/protocol/validate_document.hpp"
#include "tests/support/random_json.hpp"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

namespace {

using hooks::CodeAsset;
using hooks::DataAsset;
using hooks::EncodedAsset;
using hooks::HookOutput;
using hooks::Json;
using hooks::protocol::HookKind;
using hooks::protocol::InputFields;

bool draw_bool() { return *rc::gen::arbitrary<bool>(); }
std::string draw_text() { return *tests::unicode(); }
// Without separators at its end, which mean a directory.
std::filesystem::path draw_path() { return (draw_bool() ? "/" : "C:\\") + draw_text() + "x"; }
std::string draw_name() { return "p" + std::to_string(*rc::gen::inRange(0, 4)); }

hooks::LinkMode draw_link_mode() {
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      return hooks::DynamicLoadingBundle{};
    case 1:
      return hooks::DynamicLoadingExecutable{};
    case 2:
      return hooks::DynamicLoadingProcess{};
    case 3:
      return hooks::DynamicLoadingSystem{draw_text()};
    default:
      return hooks::StaticLinking{};
  }
}

EncodedAsset draw_asset() {
  switch (*rc::gen::inRange(0, 4)) {
    case 0: {
      const hooks::LinkMode mode = draw_link_mode();
      std::optional<std::filesystem::path> file;
      if (has_file(mode) || draw_bool()) file = draw_path();
      const CodeAsset asset{draw_name(), draw_text(), mode, file};
      RC_ASSERT(CodeAsset::decode(asset.encode()) == asset);
      return asset.encode();
    }
    case 1: {
      const DataAsset asset{draw_text(), draw_text(), draw_path()};
      RC_ASSERT(DataAsset::decode(asset.encode()) == asset);
      return asset.encode();
    }
    case 2:
      return {hooks::kMetadataType, Json::Object{{"key", draw_text()}, {"value", tests::random_json(3)}}};
    default:
      return {"x/" + draw_text(), draw_bool() ? std::optional(tests::random_object(3)) : std::nullopt};
  }
}

std::vector<EncodedAsset> draw_assets() {
  std::vector<EncodedAsset> assets(*rc::gen::inRange<std::size_t>(0, 4));
  for (EncodedAsset& asset : assets) asset = draw_asset();
  return assets;
}

std::map<std::string, std::vector<EncodedAsset>, std::less<>> draw_assets_by_package() {
  std::map<std::string, std::vector<EncodedAsset>, std::less<>> assets;
  const int size = *rc::gen::inRange(0, 3);
  for (int i = 0; i < size; ++i) assets[draw_text()] = draw_assets();
  return assets;
}

hooks::CodeConfig draw_code_config() {
  const std::vector<hooks::OS> systems{hooks::os::kAndroid, hooks::os::kIos,     hooks::os::kLinux,
                                       hooks::os::kMacos,   hooks::os::kWindows, hooks::OS("x" + draw_text())};
  hooks::CodeConfig code{.target_os = *rc::gen::elementOf(systems),
                         .target_architecture = hooks::Architecture(draw_text())};
  code.link_mode_preference =
      *rc::gen::element(hooks::LinkModePreference::dynamic, hooks::LinkModePreference::static_,
                        hooks::LinkModePreference::prefer_dynamic, hooks::LinkModePreference::prefer_static);
  if (draw_bool()) code.sanitizer = hooks::Sanitizer(draw_text());
  if (code.target_os == hooks::os::kAndroid) code.android = hooks::AndroidConfig{*tests::any_integer()};
  if (code.target_os == hooks::os::kIos) code.ios = hooks::IosConfig{hooks::IosSdk(draw_text()), *tests::any_integer()};
  if (code.target_os == hooks::os::kMacos) code.macos = hooks::MacosConfig{*tests::any_integer()};
  if (draw_bool()) {
    code.c_compiler = hooks::CCompilerConfig{draw_path(), draw_path(), draw_path(), std::nullopt};
    if (code.target_os == hooks::os::kWindows && draw_bool()) {
      code.c_compiler->developer_command_prompt =
          hooks::DeveloperCommandPrompt{draw_path(), {draw_text(), draw_text()}};
    }
  }
  return code;
}

InputFields draw_input(HookKind kind, const hooks::CodeConfig& code) {
  InputFields fields{.kind = kind};
  hooks::protocol::ConfigFields config;
  config.build_asset_types = {"code_assets/code", draw_text()};
  if (kind == HookKind::build) config.linking_enabled = draw_bool();
  config.extensions["code_assets"] = hooks::protocol::code_config_to_json(code);
  config.extensions.insert("x" + draw_text(), tests::random_json(2));
  fields.config = hooks::protocol::config_to_json(config);
  fields.out_dir_shared = draw_path();
  fields.out_file = draw_path();
  fields.package_name = draw_text();
  fields.package_root = draw_path();
  fields.has_user_defines = draw_bool();
  if (fields.has_user_defines && draw_bool()) fields.user_defines = {draw_path(), tests::random_object(3)};
  fields.assets_by_package = draw_assets_by_package();
  fields.assets = draw_assets();
  fields.assets_from_linking = draw_assets();
  if (draw_bool()) fields.resource_identifiers = draw_path();
  return fields;
}

// The document through its text, as a hook gets it; no fault, no warning.
Json through_text(const InputFields& fields) {
  const Json document = input_to_json(fields);
  const auto read = hooks::base::parse_json(hooks::base::to_pretty_json(document));
  RC_ASSERT(read.has_value() && *read == document);
  RC_ASSERT(describe(validate_input_document(*read, fields.kind).errors).empty());
  RC_ASSERT(describe(validate_input_document(*read, fields.kind).warnings).empty());
  return document;
}

void require_common(const hooks::HookInput& input, const InputFields& fields, const hooks::CodeConfig& code) {
  RC_ASSERT(input.config().json() == fields.config);
  RC_ASSERT(input.config().code() == code);
  RC_ASSERT(input.config().checksum() == hooks::protocol::config_checksum(fields.config));
  RC_ASSERT(input.output_directory_shared() == fields.out_dir_shared);
  RC_ASSERT(input.output_file() == fields.out_file);
  RC_ASSERT(input.package_name() == fields.package_name);
  RC_ASSERT(input.package_root() == fields.package_root);
}

RC_GTEST_PROP(DocumentProperty, BuildInputs, ()) {
  const hooks::CodeConfig code = draw_code_config();
  const InputFields fields = draw_input(HookKind::build, code);
  const auto input = hooks::protocol::read_build_input(through_text(fields));
  RC_ASSERT(input.has_value());
  require_common(**input, fields, code);
  RC_ASSERT((*input)->assets() == fields.assets_by_package);
}

RC_GTEST_PROP(DocumentProperty, LinkInputs, ()) {
  const hooks::CodeConfig code = draw_code_config();
  const InputFields fields = draw_input(HookKind::link, code);
  const auto input = hooks::protocol::read_link_input(through_text(fields));
  RC_ASSERT(input.has_value());
  require_common(**input, fields, code);
  RC_ASSERT((*input)->assets() == fields.assets);
  RC_ASSERT((*input)->assets_from_linking() == fields.assets_from_linking);
  RC_ASSERT((*input)->recorded_uses_file() == fields.resource_identifiers);
}

std::vector<std::filesystem::path> draw_paths() {
  std::vector<std::filesystem::path> paths(*rc::gen::inRange<std::size_t>(0, 4));
  for (auto& path : paths) path = "/" + draw_name() + (draw_bool() ? "" : "/" + draw_text());
  return paths;
}

HookOutput::Declarations draw_declarations() {
  HookOutput::Declarations declarations;
  declarations.recursive = draw_paths();
  declarations.absent = draw_paths();
  for (const auto& path : draw_paths()) declarations.tools.push_back({path, draw_text()});
  if (draw_bool()) {
    declarations.environment.emplace();
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) declarations.environment->push_back(draw_name());
  }
  return declarations;
}

RC_GTEST_PROP(DocumentProperty, Outputs, ()) {
  const HookKind kind = draw_bool() ? HookKind::build : HookKind::link;
  HookOutput output{.timestamp = draw_text()};
  if (draw_bool())
    output.failure =
        HookOutput::Failure{*rc::gen::element<std::string>("build", "infra", "uncategorized"), draw_text()};
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) output.dependencies.push_back(draw_path());
  output.assets = draw_assets();
  if (kind == HookKind::build) output.assets_for_build = draw_assets();
  output.assets_for_linking = draw_assets_by_package();
  output.declarations = draw_declarations();

  const Json document = output_to_json(output, kind);
  const auto read = hooks::base::parse_json(hooks::base::to_pretty_json(document));
  RC_ASSERT(read.has_value() && *read == document);
  RC_ASSERT(describe(validate_output_document(*read, kind).errors).empty());
  RC_ASSERT(describe(validate_output_document(*read, kind).warnings).empty());
  const auto again = read_output(*read, kind);
  RC_ASSERT(again.faults.empty());
  // Written in any order, read in one.
  output.declarations = hooks::protocol::canonical(output.declarations);
  RC_ASSERT(again.output == output);
  RC_ASSERT(output_to_json(output, kind) == document);
}

}  // namespace
