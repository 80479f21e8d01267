// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The `config` object of input.json: what the application is built for.
#pragma once

#include <hooks/json.hpp>
#include <hooks/target.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooks {

/// A script that sets up a Windows compiler's environment, with its arguments.
struct DeveloperCommandPrompt {
  std::filesystem::path script;
  std::vector<std::string> arguments;
  friend bool operator==(const DeveloperCommandPrompt&, const DeveloperCommandPrompt&) = default;
};

/// The C tools that the application prescribes. All paths are absolute.
struct CCompilerConfig {
  std::filesystem::path archiver;                                  ///< `ar`
  std::filesystem::path compiler;                                  ///< `cc`
  std::filesystem::path linker;                                    ///< `ld`
  std::optional<DeveloperCommandPrompt> developer_command_prompt;  ///< only for Windows
  friend bool operator==(const CCompilerConfig&, const CCompilerConfig&) = default;
};

struct AndroidConfig {
  std::int64_t target_ndk_api;  ///< minimum SDK level
  friend bool operator==(const AndroidConfig&, const AndroidConfig&) = default;
};

struct IosConfig {
  IosSdk target_sdk;
  std::int64_t target_version;  ///< major version
  friend bool operator==(const IosConfig&, const IosConfig&) = default;
};

struct MacosConfig {
  std::int64_t target_version;  ///< major version
  friend bool operator==(const MacosConfig&, const MacosConfig&) = default;
};

/// `config.extensions.code_assets` (spec: dart-hooks, section 2.3).
struct CodeConfig {
  OS target_os;
  Architecture target_architecture;
  LinkModePreference link_mode_preference = LinkModePreference::dynamic;
  std::optional<Sanitizer> sanitizer{};
  std::optional<AndroidConfig> android{};       ///< exactly when target_os is Android
  std::optional<IosConfig> ios{};               ///< exactly when target_os is iOS
  std::optional<MacosConfig> macos{};           ///< exactly when target_os is macOS
  std::optional<CCompilerConfig> c_compiler{};  ///< absent: the hook looks for a compiler itself
  friend bool operator==(const CodeConfig&, const CodeConfig&) = default;
};

/// The configuration of a hook run. Immutable; concurrent reads are safe.
class HookConfig {
 public:
  /// Takes the `config` object of a document and what was read from it. `linking_enabled` is absent for link hooks.
  HookConfig(Json::Object json, std::vector<std::string> build_asset_types, std::optional<bool> linking_enabled,
             std::optional<CodeConfig> code);

  /// Asset types that the application accepts, such as "code_assets/code"; in the document's order.
  [[nodiscard]] const std::vector<std::string>& build_asset_types() const noexcept { return build_asset_types_; }
  [[nodiscard]] bool accepts(std::string_view asset_type) const noexcept;
  [[nodiscard]] bool build_code_assets() const noexcept { return accepts("code_assets/code"); }
  [[nodiscard]] bool build_data_assets() const noexcept { return accepts("data_assets/data"); }

  /// Whether link hooks run later in this build. False in a link hook.
  [[nodiscard]] bool linking_enabled() const noexcept { return linking_enabled_.value_or(false); }

  /// The code configuration. Throws std::logic_error where code assets are not asked for: test
  /// build_code_assets() first.
  [[nodiscard]] const CodeConfig& code() const;

  /// The object as it came, also what this SDK does not know.
  [[nodiscard]] const Json::Object& json() const noexcept { return json_; }

  /// Ten hex digits that name this configuration (spec: dart-hooks, section 1.6).
  [[nodiscard]] std::string checksum() const;

 private:
  Json::Object json_;
  std::vector<std::string> build_asset_types_;
  std::optional<bool> linking_enabled_;
  std::optional<CodeConfig> code_;
};

}  // namespace hooks
