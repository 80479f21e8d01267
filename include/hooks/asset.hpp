// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Assets: what hooks produce, and where they are sent.
#pragma once

#include <hooks/json.hpp>
#include <hooks/target.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

namespace hooks {

/// Asset types as they stand in documents.
inline constexpr const char* kCodeAssetType = "code_assets/code";
inline constexpr const char* kDataAssetType = "data_assets/data";
inline constexpr const char* kMetadataType = "hooks/metadata";

/// An asset as it stands in documents: a type and an encoding whose shape the type decides.
/// Types that grapnel does not know pass through unchanged (spec: dart-hooks, section 2.7).
struct EncodedAsset {
  std::string type;
  std::optional<Json::Object> encoding;  ///< absent where the document has none
  friend bool operator==(const EncodedAsset&, const EncodedAsset&) = default;
};

/// A library, or symbols that are there already. Its id is `package:<package>/<name>`.
struct CodeAsset {
  std::string package;
  std::string name;  ///< often the path of the Dart file that binds it, such as "sqlite3.dart"
  LinkMode link_mode;
  std::optional<std::filesystem::path> file;  ///< absolute; required where has_file(link_mode)

  [[nodiscard]] std::string id() const { return "package:" + package + "/" + name; }
  [[nodiscard]] EncodedAsset encode() const;
  /// The code asset in `asset`, or nothing where the type is another or the encoding is not valid.
  [[nodiscard]] static std::optional<CodeAsset> decode(const EncodedAsset& asset);
  friend bool operator==(const CodeAsset&, const CodeAsset&) = default;
};

/// A file that the application reads at run time. Its id is `package:<package>/<name>`.
struct DataAsset {
  std::string package;
  std::string name;            ///< often the path relative to the package root, with '/' separators
  std::filesystem::path file;  ///< absolute

  [[nodiscard]] std::string id() const { return "package:" + package + "/" + name; }
  [[nodiscard]] EncodedAsset encode() const;
  /// The data asset in `asset`, or nothing where the type is another or the encoding is not valid.
  [[nodiscard]] static std::optional<DataAsset> decode(const EncodedAsset& asset);
  friend bool operator==(const DataAsset&, const DataAsset&) = default;
};

/// Into the application bundle: the default.
struct ToAppBundle {};
/// To the build hooks of the packages that directly depend on this one.
struct ToBuildHooks {};
/// To the link hook of `package`. From a build hook only where config().linking_enabled().
struct ToLinkHook {
  std::string package;
};

/// Where a build hook may send an asset.
using BuildRouting = std::variant<ToAppBundle, ToBuildHooks, ToLinkHook>;
/// Where a link hook may send an asset.
using LinkRouting = std::variant<ToAppBundle, ToLinkHook>;

}  // namespace hooks
