// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a hook is given.
#pragma once

#include <hooks/asset.hpp>
#include <hooks/config.hpp>
#include <hooks/json.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooks {

/// Settings that the application's author wrote for this package, in its pubspec or on the command line.
/// A package never sees another one's (spec: dart-hooks, section 2.4).
class UserDefines {
 public:
  UserDefines() = default;
  UserDefines(Json::Object defines, std::filesystem::path base_path);

  /// The value of `key`, or nullptr. Valid as long as this object.
  [[nodiscard]] const Json* find(std::string_view key) const noexcept { return defines_.find(key); }
  /// A path: the string under `key`, resolved against the file that it was written in; nothing where there is
  /// no such key or its value is no string.
  [[nodiscard]] std::optional<std::filesystem::path> path(std::string_view key) const;
  /// All of them.
  [[nodiscard]] const Json::Object& json() const noexcept { return defines_; }
  /// The file that holds the defines, such as the workspace's pubspec.yaml; empty without defines.
  [[nodiscard]] const std::filesystem::path& base_path() const noexcept { return base_path_; }

 private:
  Json::Object defines_;
  std::filesystem::path base_path_;
};

/// What build and link hooks have in common. Immutable; concurrent reads are safe. Made by build() and link().
class HookInput {
 public:
  /// The package that owns the hook.
  [[nodiscard]] const std::string& package_name() const noexcept { return package_name_; }
  /// Its directory; the working directory of the hook.
  [[nodiscard]] const std::filesystem::path& package_root() const noexcept { return package_root_; }
  /// Where outputs for this configuration belong: output_directory_shared() plus the checksum of config().
  /// Exists while the callback runs; its contents survive until the next run.
  [[nodiscard]] const std::filesystem::path& output_directory() const noexcept { return output_directory_; }
  /// Where outputs that all configurations share belong.
  [[nodiscard]] const std::filesystem::path& output_directory_shared() const noexcept {
    return output_directory_shared_;
  }
  /// Where output.json is written, by build() and link().
  [[nodiscard]] const std::filesystem::path& output_file() const noexcept { return output_file_; }
  [[nodiscard]] const HookConfig& config() const noexcept { return config_; }
  [[nodiscard]] const UserDefines& user_defines() const noexcept { return user_defines_; }
  /// The document as it came.
  [[nodiscard]] const Json::Object& json() const noexcept { return json_; }

  HookInput(const HookInput&) = delete;
  HookInput& operator=(const HookInput&) = delete;

 protected:
  /// The fields that both documents have; paths of directories end with a separator in documents, not here.
  struct Fields {
    Json::Object json;
    std::string package_name;
    std::filesystem::path package_root;
    std::filesystem::path output_directory_shared;
    std::filesystem::path output_file;
    HookConfig config;
    UserDefines user_defines;
  };
  explicit HookInput(Fields fields);
  ~HookInput();

 private:
  Json::Object json_;
  std::string package_name_;
  std::filesystem::path package_root_;
  std::filesystem::path output_directory_shared_;
  std::filesystem::path output_file_;
  HookConfig config_;
  UserDefines user_defines_;
  std::filesystem::path output_directory_;
};

/// The input of a build hook.
class BuildInput final : public HookInput {
 public:
  using Assets = std::map<std::string, std::vector<EncodedAsset>, std::less<>>;
  struct Fields : HookInput::Fields {
    Assets assets{};
  };
  explicit BuildInput(Fields fields);
  ~BuildInput();

  /// What the build hooks of direct dependencies sent to build hooks, by package.
  [[nodiscard]] const Assets& assets() const noexcept { return assets_; }
  /// The assets of one package; empty where it sent none.
  [[nodiscard]] const std::vector<EncodedAsset>& assets(std::string_view package) const noexcept;
  /// The metadata `key` of `package`, or nullptr: the first match counts. Valid as long as the input.
  [[nodiscard]] const Json* metadata(std::string_view package, std::string_view key) const noexcept;

 private:
  Assets assets_;
};

/// The input of a link hook.
class LinkInput final : public HookInput {
 public:
  struct Fields : HookInput::Fields {
    std::vector<EncodedAsset> assets{};
    std::vector<EncodedAsset> assets_from_linking{};
    std::optional<std::filesystem::path> recorded_uses_file{};
  };
  explicit LinkInput(Fields fields);
  ~LinkInput();

  /// What build hooks sent to this package's link hook, in the order of the build plan.
  [[nodiscard]] const std::vector<EncodedAsset>& assets() const noexcept { return assets_; }
  /// What the link hooks of packages that depend on this one sent to it.
  [[nodiscard]] const std::vector<EncodedAsset>& assets_from_linking() const noexcept { return assets_from_linking_; }
  /// The metadata `key` that link hooks sent, or nullptr: the last match counts. Valid as long as the input.
  [[nodiscard]] const Json* metadata(std::string_view key) const noexcept;
  /// recorded_uses.json of this package, where the application's compiler recorded uses.
  [[nodiscard]] const std::optional<std::filesystem::path>& recorded_uses_file() const noexcept {
    return recorded_uses_file_;
  }

 private:
  std::vector<EncodedAsset> assets_;
  std::vector<EncodedAsset> assets_from_linking_;
  std::optional<std::filesystem::path> recorded_uses_file_;
};

}  // namespace hooks
