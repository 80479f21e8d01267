// SPDX-License-Identifier: BSD-3-Clause
#include "runner/workspace/pubspec.hpp"

#include "runner/workspace/documents.hpp"
#include "runner/workspace/yaml.hpp"

#include <optional>
#include <string>
#include <utility>

namespace grapnel::workspace {
namespace {

using hooks::protocol::Faults;
using Node = YamlDocument::Node;

// The value of `key`, or nothing where it is missing or null. Other keys are not judged, so they may be anything.
std::optional<YamlNode> find(const YamlDocument& document, const Node& map, const std::string& path,
                             std::string_view key, Faults& faults) {
  std::optional<YamlNode> found;
  for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
    const Node& candidate = document.at(map.children[i]);
    if (candidate.kind != Node::Kind::scalar || candidate.text != key) continue;
    if (found) {
      const Node& place = document.place(map.children[i]);
      add(faults, {path_below(path, key), "found this key again; expected it once", place.line, place.column});
    }
    found = map.children[i + 1];
  }
  if (found && document.at(*found).kind == Node::Kind::null) return std::nullopt;
  return found;
}

bool is_map(const YamlDocument& document, YamlNode node, const std::string& path, Faults& faults) {
  if (document.at(node).kind == Node::Kind::map) return true;
  const Node& place = document.place(node);
  add(faults, {path, "found " + kind_of(document.at(node)) + "; expected a map", place.line, place.column});
  return false;
}

}  // namespace

DefinesByPackage read_pubspec(std::string_view text, Faults& faults) {
  const std::optional<YamlDocument> document = parse_yaml(text, faults);
  if (!document || document->root() == nullptr || document->root()->kind == Node::Kind::null) return {};
  if (!is_map(*document, 0, "", faults)) return {};
  const auto hooks = find(*document, *document->root(), "", "hooks", faults);
  if (!hooks || !is_map(*document, *hooks, "hooks", faults)) return {};
  const std::string path = "hooks.user_defines";
  const auto user_defines = find(*document, document->at(*hooks), "hooks", "user_defines", faults);
  if (!user_defines || !is_map(*document, *user_defines, path, faults)) return {};

  DefinesByPackage defines;
  YamlToJson converter(*document, faults);
  for (const YamlToJson::Member& package : converter.members(document->at(*user_defines), path)) {
    const std::string package_path = path_below(path, package.key);
    if (!is_map(*document, package.value, package_path, faults)) continue;
    hooks::Json values = converter.convert(package.value, package_path);
    if (values.as_object() != nullptr) defines.emplace(package.key, std::move(*values.as_object()));
  }
  return defines;
}

DefinesByPackage load_pubspec(const std::filesystem::path& file) {
  Faults faults;
  DefinesByPackage defines = read_pubspec(read_text(file, kMaxYamlBytes), faults);
  refuse_faults(file, faults, "User-defines stand under hooks, user_defines and the package's name.");
  return defines;
}

}  // namespace grapnel::workspace
