// SPDX-License-Identifier: BSD-3-Clause
#include "runner/validate/judge.hpp"

#include "hooks_api/base/json.hpp"
#include "hooks_api/base/shown.hpp"
#include "hooks_api/protocol/validate_document.hpp"
#include "runner/engine/result_document.hpp"
#include "runner/workspace/documents.hpp"
#include "runner/workspace/grapnel_toml.hpp"

#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace grapnel::validate {

namespace {

using hooks::Json;
using hooks::protocol::Faults;
using hooks::protocol::HookKind;
using hooks::protocol::Validation;

void check_directory(const std::filesystem::path& directory, std::string path, Faults& faults) {
  std::error_code ignored;
  if (std::filesystem::is_directory(directory, ignored)) return;
  faults.push_back(
      {std::move(path), "found " + hooks::base::shown(directory.native()) + "; there is no such directory"});
}

void check_file(const std::filesystem::path& file, std::string path, Faults& faults) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(file, ignored)) return;
  faults.push_back({std::move(path), "found " + hooks::base::shown(file.native()) + "; there is no such file"});
}

Validation judge_package_config(const Json& json, const Judged& document) {
  Validation found;
  const auto packages = workspace::read_package_config(json, document.directory, found.errors);
  for (const workspace::PackageRoot& package : packages) {
    // An error only for a run that needs the package; packages that are no files have no hooks.
    if (!package.root_fault.empty()) found.warnings.push_back({"", package.root_fault});
  }
  if (!document.check_files || !found.errors.empty()) return found;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    if (!packages[i].root_fault.empty()) continue;
    check_directory(packages[i].root, "packages." + std::to_string(i) + ".rootUri", found.errors);
  }
  return found;
}

Validation judge_package_graph(const Json& json) {
  Validation found;
  (void)workspace::read_package_graph(json, found.errors);
  return found;
}

Validation judge_toml(std::string_view text, const Judged& document) {
  Validation found;
  const auto toml = workspace::read_grapnel_toml(text, document.directory, found.errors);
  if (!document.check_files || !found.errors.empty()) return found;
  for (const workspace::PackageRoot& package : toml.roots) {
    check_directory(package.root, "packages." + package.name + ".path", found.errors);
  }
  const workspace::Defaults& defaults = toml.settings.defaults;
  for (const auto& [key, tool] : {std::pair<const char*, const std::optional<std::string>&>{"cc", defaults.cc},
                                  {"ar", defaults.ar},
                                  {"ld", defaults.ld},
                                  {"cxx", defaults.cxx},
                                  {"dart", defaults.dart}}) {
    // A name without a slash is looked for on PATH, which is none of the document's.
    if (tool && tool->starts_with('/')) check_file(*tool, std::string("defaults.") + key, found.errors);
  }
  return found;
}

Validation judge_json(const Json& json, DocumentKind kind, const Judged& document) {
  switch (kind) {
    case DocumentKind::build_input:
      return hooks::protocol::validate_input_document(json, HookKind::build);
    case DocumentKind::link_input:
      return hooks::protocol::validate_input_document(json, HookKind::link);
    case DocumentKind::build_output:
      return hooks::protocol::validate_output_document(json, HookKind::build);
    case DocumentKind::link_output:
      return hooks::protocol::validate_output_document(json, HookKind::link);
    case DocumentKind::result:
      return engine::validate_result_document(json);
    case DocumentKind::package_config:
      return judge_package_config(json, document);
    case DocumentKind::package_graph:
      return judge_package_graph(json);
    case DocumentKind::grapnel_toml:
      break;
  }
  return {};
}

Faults check_files(const Json& json, DocumentKind kind) {
  switch (kind) {
    case DocumentKind::build_input:
      return hooks::protocol::check_input_files(json, HookKind::build);
    case DocumentKind::link_input:
      return hooks::protocol::check_input_files(json, HookKind::link);
    case DocumentKind::build_output:
      return hooks::protocol::check_output_files(json, HookKind::build);
    case DocumentKind::link_output:
      return hooks::protocol::check_output_files(json, HookKind::link);
    case DocumentKind::result:
      return engine::check_result_files(json);
    default:
      return {};  // judged with the rest
  }
}

}  // namespace

std::size_t max_bytes(std::optional<DocumentKind> kind) noexcept {
  if (kind == DocumentKind::package_config || kind == DocumentKind::package_graph) {
    return workspace::kMaxPackageFileBytes;
  }
  return kind == DocumentKind::grapnel_toml ? workspace::kMaxTomlBytes : hooks::base::JsonLimits{}.bytes;
}

Verdict judge(std::string_view text, const Judged& document) {
  Verdict verdict;
  verdict.kind = document.kind ? document.kind : recognise_name(document.file);
  if (verdict.kind == DocumentKind::grapnel_toml) {
    verdict.found = judge_toml(text, document);
    return verdict;
  }
  const auto json = hooks::base::parse_json(text, {.bytes = max_bytes(verdict.kind)});
  if (!json) {
    const hooks::base::JsonError& error = json.error();
    verdict.found.errors.push_back({error.path, error.message, error.line, error.column});
    return verdict;
  }
  if (!verdict.kind) verdict.kind = recognise(*json);
  if (!verdict.kind) return verdict;
  verdict.found = judge_json(*json, *verdict.kind, document);
  if (document.check_files && verdict.found.errors.empty()) verdict.found.errors = check_files(*json, *verdict.kind);
  return verdict;
}

}  // namespace grapnel::validate
