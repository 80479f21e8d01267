// SPDX-License-Identifier: BSD-3-Clause
// The `config` object (spec: dart-hooks, sections 1.6, 2.2 and 2.3).
#include "hooks_api/protocol/config_document.hpp"

#include "hooks_api/base/sha256.hpp"
#include "hooks_api/protocol/input.hpp"

#include <algorithm>

namespace hooks::protocol {

namespace {

Json::Array strings_to_json(const std::vector<std::string>& strings) { return {strings.begin(), strings.end()}; }

Json::Object c_compiler_to_json(const CCompilerConfig& compiler, bool windows) {
  Json::Object object{
      {"ar", compiler.archiver.string()}, {"cc", compiler.compiler.string()}, {"ld", compiler.linker.string()}};
  if (windows) {
    Json::Object host;
    if (const auto& prompt = compiler.developer_command_prompt) {
      host["developer_command_prompt"] =
          Json::Object{{"arguments", strings_to_json(prompt->arguments)}, {"script", prompt->script.string()}};
    }
    object["windows"] = std::move(host);
  }
  return object;
}

LinkModePreference read_preference(ObjectReader& reader) {
  const std::string text =
      reader.required_one_of("link_mode_preference", {"dynamic", "static", "prefer_dynamic", "prefer_static"});
  if (text == "static") return LinkModePreference::static_;
  if (text == "prefer_dynamic") return LinkModePreference::prefer_dynamic;
  if (text == "prefer_static") return LinkModePreference::prefer_static;
  return LinkModePreference::dynamic;
}

// The object of one operating system: required where it is the target's. Another one's is left alone, as Dart's readers
// do; a schema judges it too.
std::optional<ObjectReader> object_for(ObjectReader& reader, std::string_view key, bool is_target) {
  if (is_target) return reader.required_object(key);
  return reader.exact() ? reader.optional_object(key) : std::nullopt;
}

CCompilerConfig read_c_compiler(ObjectReader& reader, bool windows) {
  CCompilerConfig compiler{.archiver = reader.required_absolute_path("ar"),
                           .compiler = reader.required_absolute_path("cc"),
                           .linker = reader.required_absolute_path("ld"),
                           .developer_command_prompt = std::nullopt};
  if (auto host = object_for(reader, "windows", windows)) {
    if (auto prompt = host->optional_object("developer_command_prompt")) {
      compiler.developer_command_prompt =
          DeveloperCommandPrompt{prompt->required_absolute_path("script"), prompt->required_strings("arguments")};
    }
  }
  return compiler;
}

CodeConfig read_code_config(ObjectReader& reader) {
  CodeConfig code{.target_os = OS(reader.required_string("target_os")),
                  .target_architecture = Architecture(reader.required_string("target_architecture"))};
  code.link_mode_preference = read_preference(reader);
  if (auto sanitizer = reader.optional_string("sanitizer")) code.sanitizer = Sanitizer(std::move(*sanitizer));
  if (auto android = object_for(reader, "android", code.target_os == os::kAndroid)) {
    code.android = AndroidConfig{android->required_integer("target_ndk_api")};
  }
  if (auto ios = object_for(reader, "ios", code.target_os == os::kIos)) {
    code.ios = IosConfig{IosSdk(ios->required_string("target_sdk")), ios->required_integer("target_version")};
  }
  if (auto macos = object_for(reader, "macos", code.target_os == os::kMacos)) {
    code.macos = MacosConfig{macos->required_integer("target_version")};
  }
  if (auto compiler = reader.optional_object("c_compiler")) {
    code.c_compiler = read_c_compiler(*compiler, code.target_os == os::kWindows);
  }
  return code;
}

// The runner's own extension, which tells recordings apart; hooks do not read it.
void check_record_use(ObjectReader& extensions) {
  auto runner = extensions.optional_object("hooks_runner");
  if (!runner) return;
  if (auto record_use = runner->optional_object("record_use")) {
    (void)record_use->required_string("compiler");
    (void)record_use->required_strings("entry_points");
  }
}

}  // namespace

Json::Object code_config_to_json(const CodeConfig& config) {
  Json::Object object{{"link_mode_preference", name_of(config.link_mode_preference)},
                      {"target_architecture", config.target_architecture.name()},
                      {"target_os", config.target_os.name()}};
  if (config.sanitizer) object["sanitizer"] = config.sanitizer->name();
  if (config.android) object["android"] = Json::Object{{"target_ndk_api", config.android->target_ndk_api}};
  if (config.ios) {
    object["ios"] =
        Json::Object{{"target_sdk", config.ios->target_sdk.name()}, {"target_version", config.ios->target_version}};
  }
  if (config.macos) object["macos"] = Json::Object{{"target_version", config.macos->target_version}};
  if (config.c_compiler)
    object["c_compiler"] = c_compiler_to_json(*config.c_compiler, config.target_os == os::kWindows);
  return object;
}

Json::Object config_to_json(const ConfigFields& fields) {
  Json::Object object{{"build_asset_types", strings_to_json(fields.build_asset_types)}};
  if (fields.linking_enabled) object["linking_enabled"] = *fields.linking_enabled;
  if (!fields.extensions.empty()) object["extensions"] = fields.extensions;
  return object;
}

std::string config_checksum(const Json::Object& config) {
  constexpr std::size_t kDigits = 10;
  return base::sha256_hex(Json(config).to_string()).substr(0, kDigits);
}

HookConfig read_config(ObjectReader& reader, HookKind kind) {
  std::vector<std::string> types = reader.required_strings("build_asset_types");
  std::optional<bool> linking_enabled;
  if (kind == HookKind::build) linking_enabled = reader.required_bool("linking_enabled");

  std::optional<CodeConfig> code;
  auto extensions = reader.optional_object("extensions");
  if (extensions && reader.exact() && kind == HookKind::link) check_record_use(*extensions);
  if (std::find(types.begin(), types.end(), kCodeAssetType) != types.end()) {
    if (!extensions) {
      reader.fault("extensions.code_assets",
                   "missing; expected an object, as build_asset_types has " + std::string(kCodeAssetType));
    } else if (auto code_assets = extensions->required_object("code_assets")) {
      code = read_code_config(*code_assets);
    }
  } else if (extensions && reader.exact()) {
    if (auto code_assets = extensions->optional_object("code_assets")) (void)read_code_config(*code_assets);
  }
  return {reader.json(), std::move(types), linking_enabled, std::move(code)};
}

}  // namespace hooks::protocol
