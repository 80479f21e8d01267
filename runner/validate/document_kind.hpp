// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The documents that grapnel can judge by themselves, and how to tell them apart. Pure.
#pragma once

#include <hooks/json.hpp>

#include <array>
#include <filesystem>
#include <optional>
#include <string_view>

namespace grapnel::validate {

/// A kind of document.
enum class DocumentKind {
  build_input,
  build_output,
  link_input,
  link_output,
  result,
  package_config,
  package_graph,
  grapnel_toml
};

/// All of them, in the order in which messages name them.
inline constexpr std::array kDocumentKinds{
    DocumentKind::build_input, DocumentKind::build_output,   DocumentKind::link_input,    DocumentKind::link_output,
    DocumentKind::result,      DocumentKind::package_config, DocumentKind::package_graph, DocumentKind::grapnel_toml};

/// "build-input", "package-config", …: the words of the command line.
[[nodiscard]] std::string_view name_of(DocumentKind kind) noexcept;
/// The kind of that name; nothing for another word.
[[nodiscard]] std::optional<DocumentKind> document_kind(std::string_view name) noexcept;

/// By the name of the file: the package files, and all TOML. Inputs and outputs have one name for two kinds.
[[nodiscard]] std::optional<DocumentKind> recognise_name(const std::filesystem::path& file);

/// By the members that only one kind has. Nothing where there are none. Every output counts as a build hook's: without
/// `assets_for_build`, the same is right and wrong in both.
[[nodiscard]] std::optional<DocumentKind> recognise(const hooks::Json& document);

}  // namespace grapnel::validate
