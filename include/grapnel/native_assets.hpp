// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The mapping from asset ids to libraries that Dart's runtime reads (spec: dart-hooks, section 7.4).
#pragma once

#include <hooks/asset.hpp>
#include <hooks/json.hpp>
#include <hooks/target.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace grapnel {

/// Where the runtime finds a library: `["absolute", path]`.
struct AbsolutePath {
  std::filesystem::path path;
  friend bool operator==(const AbsolutePath&, const AbsolutePath&) = default;
};
/// `["relative", path]`: relative to what the embedder decides, normally the executable or the mapping file.
struct RelativePath {
  std::filesystem::path path;
  friend bool operator==(const RelativePath&, const RelativePath&) = default;
};
/// `["system", uri]`.
struct SystemLibrary {
  std::string uri;
  friend bool operator==(const SystemLibrary&, const SystemLibrary&) = default;
};
/// `["executable"]`.
struct InExecutable {
  friend bool operator==(const InExecutable&, const InExecutable&) = default;
};
/// `["process"]`.
struct InProcess {
  friend bool operator==(const InProcess&, const InProcess&) = default;
};

/// One library of the mapping.
struct NativeAsset {
  std::string id;  ///< `package:<package>/<name>`
  std::variant<AbsolutePath, RelativePath, SystemLibrary, InExecutable, InProcess> place;
  friend bool operator==(const NativeAsset&, const NativeAsset&) = default;
};

/// The runtime's name of a target, such as "linux_x64"; nothing for one that it does not know. It knows 21:
/// android_{arm,arm64, ia32,riscv64,x64}, fuchsia_{arm64,x64}, ios_{arm,arm64,x64},
/// linux_{arm,arm64,ia32,riscv32,riscv64,x64}, macos_{arm64,x64}, windows_{arm64,ia32,x64}.
[[nodiscard]] std::optional<std::string> runtime_target(const hooks::OS& os, const hooks::Architecture& architecture);

/// The dynamic code assets among `assets`. Bundled libraries are absolute, or, where `bundle` is not empty, relative to
/// `directory`: the way from there to the copy that write_bundle() made. Static libraries are none of the runtime's.
[[nodiscard]] std::vector<NativeAsset> native_assets(const std::vector<hooks::EncodedAsset>& assets,
                                                     const std::filesystem::path& bundle = {},
                                                     const std::filesystem::path& directory = {});

/// The document: `{"format-version":[1,0,0],"native-assets":{"linux_x64":{id:[form, …]}}}`.
[[nodiscard]] hooks::Json to_json(const std::string& target, const std::vector<NativeAsset>& assets);

}  // namespace grapnel
