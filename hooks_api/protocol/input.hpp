// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// input.json: written by the runner, read by the SDK (spec: dart-hooks, section 2).
#pragma once

#include "hooks_api/protocol/fault.hpp"
#include <hooks/asset.hpp>
#include <hooks/config.hpp>
#include <hooks/input.hpp>
#include <hooks/json.hpp>

#include <tl/expected.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooks::protocol {

enum class HookKind { build, link };
/// "build" or "link".
[[nodiscard]] std::string_view name_of(HookKind kind) noexcept;

/// `config.extensions.code_assets`.
[[nodiscard]] Json::Object code_config_to_json(const CodeConfig& config);

/// What makes the `config` object.
struct ConfigFields {
  std::vector<std::string> build_asset_types;
  std::optional<bool> linking_enabled;  ///< absent for link hooks
  Json::Object extensions;              ///< "code_assets" included, where code assets are asked for
};
/// The `config` object; `extensions` is left out where it is empty.
[[nodiscard]] Json::Object config_to_json(const ConfigFields& fields);

/// Ten hex digits: SHA-256 of the compact canonical text of `config` (spec: dart-hooks, section 1.6).
[[nodiscard]] std::string config_checksum(const Json::Object& config);

/// Everything of input.json; the members that belong to the other kind of hook are not written.
struct InputFields {
  HookKind kind = HookKind::build;
  Json::Object config{};
  std::filesystem::path out_dir_shared{};
  std::filesystem::path out_file{};
  std::string package_name{};
  std::filesystem::path package_root{};
  /// The file that holds the defines, and this package's; absent where the application has none at all.
  struct Defines {
    std::filesystem::path base_path;
    Json::Object defines;
  };
  bool has_user_defines = false;  ///< writes `{}` where there are none for this package
  std::optional<Defines> user_defines{};
  std::map<std::string, std::vector<EncodedAsset>, std::less<>> assets_by_package{};  ///< build
  std::vector<EncodedAsset> assets{};                                                 ///< link
  std::vector<EncodedAsset> assets_from_linking{};                                    ///< link
  std::optional<std::filesystem::path> resource_identifiers{};                        ///< link
};

/// The document, directories with a separator at their end.
[[nodiscard]] Json input_to_json(const InputFields& fields);

/// Reads a document, or finds all its faults. Creates no directory.
[[nodiscard]] tl::expected<std::unique_ptr<BuildInput>, Faults> read_build_input(const Json& document);
[[nodiscard]] tl::expected<std::unique_ptr<LinkInput>, Faults> read_link_input(const Json& document);

/// The `out_file` of a document that may be faulty otherwise: where a failure can be reported. Empty where it is
/// unknown.
[[nodiscard]] std::filesystem::path out_file_of(const Json& document);

}  // namespace hooks::protocol
