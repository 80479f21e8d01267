// SPDX-License-Identifier: BSD-3-Clause
#include "runner/validate/document_kind.hpp"

#include <algorithm>
#include <initializer_list>

namespace grapnel::validate {

namespace {

using hooks::Json;

bool has_any(const Json& document, std::initializer_list<std::string_view> keys) {
  return std::any_of(keys.begin(), keys.end(), [&](std::string_view key) { return document.find(key) != nullptr; });
}

// Link hooks get two lists of assets and are not told whether linking is enabled; build hooks get assets by package.
std::optional<DocumentKind> recognise_input(const Json& document) {
  const Json* config = document.find("config");
  if (config != nullptr && config->find("linking_enabled") != nullptr) return DocumentKind::build_input;
  if (has_any(document, {"assets_from_linking", "resource_identifiers"})) return DocumentKind::link_input;
  const Json* assets = document.find("assets");
  if (assets != nullptr && assets->as_array() != nullptr) return DocumentKind::link_input;
  if (assets != nullptr && assets->as_object() != nullptr) return DocumentKind::build_input;
  return std::nullopt;
}

std::optional<DocumentKind> recognise_package_file(const Json& document) {
  if (document.find("roots") != nullptr) return DocumentKind::package_graph;
  if (const Json::Array* packages = document.find("packages")->as_array()) {
    for (const Json& package : *packages) {
      if (package.find("rootUri") != nullptr) return DocumentKind::package_config;
      if (has_any(package, {"dependencies", "devDependencies"})) return DocumentKind::package_graph;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(DocumentKind kind) noexcept {
  switch (kind) {
    case DocumentKind::build_input:
      return "build-input";
    case DocumentKind::build_output:
      return "build-output";
    case DocumentKind::link_input:
      return "link-input";
    case DocumentKind::link_output:
      return "link-output";
    case DocumentKind::result:
      return "result";
    case DocumentKind::package_config:
      return "package-config";
    case DocumentKind::package_graph:
      return "package-graph";
    case DocumentKind::grapnel_toml:
      return "grapnel-toml";
  }
  return "";
}

std::optional<DocumentKind> document_kind(std::string_view name) noexcept {
  for (const DocumentKind kind : kDocumentKinds) {
    if (name_of(kind) == name) return kind;
  }
  return std::nullopt;
}

std::optional<DocumentKind> recognise_name(const std::filesystem::path& file) {
  if (file.filename() == "package_config.json") return DocumentKind::package_config;
  if (file.filename() == "package_graph.json") return DocumentKind::package_graph;
  if (file.extension() == ".toml") return DocumentKind::grapnel_toml;
  return std::nullopt;
}

std::optional<DocumentKind> recognise(const Json& document) {
  if (has_any(document, {"encodedAssets", "encodedAssetsForLinking"})) return DocumentKind::result;
  if (has_any(document, {"config", "out_file", "out_dir_shared", "package_root"})) return recognise_input(document);
  if (document.find("packages") != nullptr) return recognise_package_file(document);
  // Without assets_for_build the rules for both kinds of output are the same.
  if (has_any(document, {"assets_for_build", "assets_for_linking", "timestamp", "status", "failure_details"})) {
    return DocumentKind::build_output;
  }
  return std::nullopt;
}

}  // namespace grapnel::validate
