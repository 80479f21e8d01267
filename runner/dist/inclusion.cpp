// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/inclusion.hpp"

#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

namespace grapnel::dist {
namespace {

using hooks::Json;
using hooks::base::shown;

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end > 0) parts.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return parts;
}

bool climbs(std::string_view path) {
  const auto parts = parts_of(path);
  return std::find(parts.begin(), parts.end(), "..") != parts.end();
}

// What is wrong with a target; empty where nothing is.
std::string fault_of_target(std::string_view target, bool is_from_hook, const LikeHatch& like_hatch) {
  if (target.find('\0') != std::string_view::npos) return "it holds a NUL";
  if (like_hatch.containment) return {};
  if (target.find('\\') != std::string_view::npos) return "it holds a backslash; write forward slashes";
  // "/" is the archive's own root in Hatch, and safe.
  if (is_from_hook && target.front() == '/' && target.find_first_not_of('/') != std::string_view::npos) {
    return "it is absolute; leave out the leading slash";
  }
  // A path that comes back is fine where a person wrote it, as Hatch takes it too.
  if (is_from_hook ? climbs(target) : climbs(normal_relative_path(target))) return "'..' leaves the archive";
  return {};
}

Inclusion inclusion(std::string_view source, std::string_view target, const std::filesystem::path& root,
                    std::string origin, bool is_from_hook, const LikeHatch& like_hatch) {
  const std::string fault = fault_of_target(target, is_from_hook, like_hatch);
  if (!fault.empty()) {
    throw ProjectError(origin + ": found the target " + shown(target) +
                       "; expected a path inside the archive: " + fault);
  }
  return {.source = normal_source(source, root),
          .target = normal_relative_path(target),
          .origin = std::move(origin),
          .is_from_hook = is_from_hook};
}

}  // namespace

std::string fault_of_hook_target(std::string_view target) { return fault_of_target(target, true, {}); }

std::string normal_relative_path(std::string_view path) {
  std::vector<std::string_view> normal;
  const bool is_absolute = !path.empty() && path.front() == '/';
  for (const std::string_view part : parts_of(path)) {
    if (part == ".") continue;
    if (part == ".." && (normal.empty() ? is_absolute : normal.back() != "..")) {
      if (!normal.empty()) normal.pop_back();
      continue;
    }
    normal.push_back(part);
  }
  std::string text;
  for (const std::string_view part : normal) {
    if (!text.empty()) text += '/';
    text += part;
  }
  return text;
}

std::filesystem::path normal_source(std::string_view source, const std::filesystem::path& root) {
  std::filesystem::path path(source);
  if (source == "~" || source.substr(0, 2) == "~/") {
    const char* const home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe): nobody of ours sets it
    if (home != nullptr && *home != '\0') {
      path = std::filesystem::path(home) / source.substr(std::min<std::size_t>(2, source.size()));
    }
  }
  path = (root / path).lexically_normal();
  if (!path.has_filename() && path.has_parent_path() && path != path.root_path()) path = path.parent_path();
  return path;
}

std::string origin_text(const Origin& origin, std::string_view field, std::string_view key) {
  return (origin ? origin(field, key) : std::string("build data")) + ", " + std::string(field) + " " + shown(key);
}

std::vector<Inclusion> read_inclusions(const workspace::Option& option, const std::filesystem::path& root,
                                       const LikeHatch& like_hatch) {
  std::vector<Inclusion> inclusions;
  for (const auto& [source, target] : workspace::mapping_of(option)) {
    inclusions.push_back(inclusion(source, target, root,
                                   shown(option.file().native()) + ", " + option.path + " " + shown(source), false,
                                   like_hatch));
  }
  // Of several spellings of one source the last counts, as in Python's dict.
  return in_order(merged({}, inclusions));
}

std::vector<Inclusion> read_inclusions(const Json::Object& build_data, std::string_view field,
                                       const std::filesystem::path& root, const Origin& origin,
                                       const LikeHatch& like_hatch) {
  const Json* const value = build_data.find(field);
  if (value == nullptr) return {};
  const Json::Object* const map = value->as_object();
  if (map == nullptr) {
    throw ProjectError(origin_text(origin, field, "") + ": found a " + std::string(name_of(value->kind())) +
                       "; expected an object from sources to targets");
  }
  std::vector<Inclusion> inclusions;
  for (const Json::Member& member : *map) {
    const std::string* const target = member.value.as_string();
    std::string from = origin_text(origin, field, member.key);
    if (target == nullptr || target->empty()) {
      throw ProjectError(from + ": found " +
                         (target == nullptr ? "a " + std::string(name_of(member.value.kind())) : "an empty text") +
                         "; expected a path inside the archive");
    }
    if (member.key.empty() || member.key.find('\0') != std::string::npos) {
      throw ProjectError(from + ": found no path; expected the path of a file or a directory");
    }
    inclusions.push_back(inclusion(member.key, *target, root, std::move(from), true, like_hatch));
  }
  // Of several spellings of one source the last counts, as in Python's dict.
  return in_order(merged({}, inclusions));
}

std::vector<Inclusion> in_order(std::vector<Inclusion> inclusions) {
  const auto depth = [](const Inclusion& each) { return std::count(each.target.begin(), each.target.end(), '/'); };
  std::stable_sort(inclusions.begin(), inclusions.end(), [&](const Inclusion& left, const Inclusion& right) {
    return std::tuple(depth(left), std::string_view(left.target), std::string_view(left.source.native())) <
           std::tuple(depth(right), std::string_view(right.target), std::string_view(right.source.native()));
  });
  return inclusions;
}

std::vector<Inclusion> merged(std::vector<Inclusion> inclusions, const std::vector<Inclusion>& more) {
  std::map<std::filesystem::path, std::size_t> places;
  for (std::size_t i = 0; i < inclusions.size(); ++i) places.emplace(inclusions[i].source, i);
  for (const Inclusion& each : more) {
    const auto [place, is_new] = places.emplace(each.source, inclusions.size());
    if (is_new) {
      inclusions.push_back(each);
    } else {
      inclusions[place->second] = each;
    }
  }
  return inclusions;
}

std::vector<std::string> read_strings(const Json::Object& build_data, std::string_view field, const Origin& origin) {
  const Json* const value = build_data.find(field);
  if (value == nullptr) return {};
  const Json::Array* const list = value->as_array();
  if (list == nullptr) {
    throw ProjectError(origin_text(origin, field, "") + ": found a " + std::string(name_of(value->kind())) +
                       "; expected a list of strings");
  }
  std::vector<std::string> strings;
  for (const Json& entry : *list) {
    const std::string* const text = entry.as_string();
    if (text == nullptr || text->empty() || text->find('\0') != std::string::npos) {
      throw ProjectError(origin_text(origin, field, text == nullptr ? entry.to_string() : *text) +
                         ": expected a text that is not empty and holds no NUL");
    }
    strings.push_back(*text);
  }
  return strings;
}

bool read_boolean(const Json::Object& build_data, std::string_view field, bool otherwise, const Origin& origin) {
  const Json* const value = build_data.find(field);
  if (value == nullptr) return otherwise;
  const bool* const boolean = value->as_bool();
  if (boolean == nullptr) {
    throw ProjectError(origin_text(origin, field, "") + ": found a " + std::string(name_of(value->kind())) +
                       "; expected a boolean");
  }
  return *boolean;
}

}  // namespace grapnel::dist
