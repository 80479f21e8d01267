// SPDX-License-Identifier: BSD-3-Clause
// input.json (spec: dart-hooks, section 2).
#include "hooks_api/protocol/input_document.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/shown.hpp"
#include "hooks_api/protocol/asset.hpp"
#include "hooks_api/protocol/config_document.hpp"
#include "hooks_api/protocol/input.hpp"
#include "hooks_api/protocol/path_text.hpp"

namespace hooks::protocol {

namespace {

UserDefines read_user_defines(ObjectReader& reader) {
  auto user_defines = reader.optional_object("user_defines");
  if (!user_defines) return {};
  auto source = user_defines->optional_object("workspace_pubspec");
  if (!source) return {};
  std::filesystem::path base_path = source->required_absolute_path("base_path");
  auto defines = source->required_object("defines");
  return {defines ? defines->json() : Json::Object(), std::move(base_path)};
}

std::filesystem::path read_directory(ObjectReader& reader, std::string_view key) {
  const std::string text = reader.required_absolute_path(key).string();
  if (!text.empty() && !is_directory_text(text)) {
    reader.warn(key, "found " + base::shown(text) + "; expected a separator at the end, as of a directory");
  }
  return directory_from_text(text);
}

template <typename Fields>
Fields read_common(ObjectReader& reader, HookKind kind) {
  if (reader.exact()) (void)reader.optional_string("$schema");  // nobody's business but a validator's
  auto config = reader.required_object("config");
  return Fields{{
      .json = reader.json(),
      .package_name = reader.required_string("package_name"),
      .package_root = read_directory(reader, "package_root"),
      .output_directory_shared = read_directory(reader, "out_dir_shared"),
      .output_file = reader.required_absolute_path("out_file"),
      .config = config ? read_config(*config, kind) : HookConfig({}, {}, std::nullopt, std::nullopt),
      .user_defines = read_user_defines(reader),
  }};
}

template <typename Input, typename Read>
tl::expected<std::unique_ptr<Input>, Faults> read_input(const Json& document, const Read& read) {
  Faults faults;
  const Json::Object* object = document.as_object();
  if (object == nullptr) return tl::unexpected(Faults{{"", wrong_kind(document, "an object")}});
  ObjectReader reader(*object, "", faults);
  auto fields = read(reader);
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return std::make_unique<Input>(std::move(fields));
}

}  // namespace

std::string_view name_of(HookKind kind) noexcept { return kind == HookKind::build ? "build" : "link"; }

Json input_to_json(const InputFields& fields) {
  Json::Object document{{"config", fields.config},
                        {"out_dir_shared", base::directory_text(fields.out_dir_shared)},
                        {"out_file", fields.out_file.string()},
                        {"package_name", fields.package_name},
                        {"package_root", base::directory_text(fields.package_root)}};
  if (fields.user_defines) {
    document["user_defines"] =
        Json::Object{{"workspace_pubspec", Json::Object{{"base_path", fields.user_defines->base_path.string()},
                                                        {"defines", fields.user_defines->defines}}}};
  } else if (fields.has_user_defines) {
    document["user_defines"] = Json::Object();
  }
  if (fields.kind == HookKind::build) {
    Json::Object assets;
    for (const auto& [package, list] : fields.assets_by_package) assets[package] = assets_to_json(list);
    document["assets"] = std::move(assets);
  } else {
    document["assets"] = assets_to_json(fields.assets);
    document["assets_from_linking"] = assets_to_json(fields.assets_from_linking);
    if (fields.resource_identifiers) document["resource_identifiers"] = fields.resource_identifiers->string();
  }
  return document;
}

BuildInput::Fields read_build_fields(ObjectReader& reader) {
  auto fields = read_common<BuildInput::Fields>(reader, HookKind::build);
  fields.assets = read_assets_by_package(reader, "assets");
  return fields;
}

LinkInput::Fields read_link_fields(ObjectReader& reader) {
  auto fields = read_common<LinkInput::Fields>(reader, HookKind::link);
  fields.assets = read_assets(reader, "assets");
  fields.assets_from_linking = read_assets(reader, "assets_from_linking");
  fields.recorded_uses_file = reader.optional_absolute_path("resource_identifiers");
  return fields;
}

tl::expected<std::unique_ptr<BuildInput>, Faults> read_build_input(const Json& document) {
  return read_input<BuildInput>(document, read_build_fields);
}

tl::expected<std::unique_ptr<LinkInput>, Faults> read_link_input(const Json& document) {
  return read_input<LinkInput>(document, read_link_fields);
}

std::filesystem::path out_file_of(const Json& document) {
  const Json* value = document.find("out_file");
  const std::string* text = value != nullptr ? value->as_string() : nullptr;
  return text != nullptr && is_absolute_path_text(*text) ? std::filesystem::path(*text) : std::filesystem::path();
}

}  // namespace hooks::protocol
