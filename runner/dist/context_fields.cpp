// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/context_fields.hpp"

#include "hooks_api/base/shown.hpp"
#include "runner/base/file_uri.hpp"

#include <cstddef>
#include <cstdlib>
#include <optional>
#include <system_error>

namespace grapnel::dist {
namespace {

using hooks::base::Expected;
using hooks::base::shown;

constexpr int kMaxLevels = 10;

struct Parts {
  std::string_view first;
  std::optional<std::string_view> rest;
};

Parts split(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {text, std::nullopt};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

Expected<std::string> path_field(std::filesystem::path path, std::optional<std::string_view> modifiers) {
  path = path.lexically_normal();
  if (path.has_relative_path() && path.filename().empty()) path = path.parent_path();
  while (modifiers) {
    const Parts parts = split(*modifiers);
    if (parts.first == "parent") {
      path = path.parent_path();
      modifiers = parts.rest;
      continue;
    }
    if (parts.rest) return hooks::base::error(shown(*modifiers) + " is no modifier of a path");
    if (parts.first == "uri") return file_uri(path);
    if (parts.first == "real") {
      std::error_code error;
      const std::filesystem::path real = std::filesystem::weakly_canonical(path, error);
      return (error ? path : real).string();
    }
    return hooks::base::error(shown(parts.first) + " is no modifier of a path; expected 'parent', 'uri' or 'real'");
  }
  return path.string();
}

Expected<std::string> replace(std::string_view text, const std::filesystem::path& root, int level);

Expected<std::string> environment_field(std::optional<std::string_view> data, const std::filesystem::path& root,
                                        int level) {
  if (!data || data->empty()) return hooks::base::error("the field {env} lacks the name of a variable");
  const Parts parts = split(*data);
  if (const char* value = std::getenv(std::string(parts.first).c_str())) return value;
  if (!parts.rest) {
    return hooks::base::error("the environment variable " + shown(parts.first) +
                              " is not set, and the field has no value for that: {env:NAME:VALUE}");
  }
  return replace(*parts.rest, root, level + 1);
}

Expected<std::string> field(std::string_view text, const std::filesystem::path& root, int level) {
  const Parts parts = split(text);
  if (parts.first == "root") return path_field(root, parts.rest);
  if (parts.first == "home") {
    const char* home = std::getenv("HOME");
    if (home == nullptr || *home == '\0') return hooks::base::error("the environment variable 'HOME' is not set");
    return path_field(home, parts.rest);
  }
  if (parts.first == "env") return environment_field(parts.rest, root, level);
  if (text == "/") return "/";
  if (text == ";") return ":";
  return hooks::base::error("found the field {" + std::string(hooks::base::shown_place(parts.first)) +
                            "}; expected {root}, {home}, {env:NAME}, {/} or {;}");
}

/// Where the brace is that ends the field that begins at the beginning of `text`.
std::size_t end_of_field(std::string_view text) {
  std::size_t open = 1;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '{') ++open;
    if (text[at] == '}' && --open == 0) return at;
  }
  return std::string_view::npos;
}

Expected<std::string> replace(std::string_view text, const std::filesystem::path& root, int level) {
  if (level > kMaxLevels) return hooks::base::error("fields within fields beyond 10 levels");
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c != '{' && c != '}') {
      result += c;
      continue;
    }
    if (at + 1 < text.size() && text[at + 1] == c) {
      result += c;
      ++at;
      continue;
    }
    if (c == '}') return hooks::base::error("found a '}' without its '{'");
    const std::string_view rest = text.substr(at + 1);
    const std::size_t end = end_of_field(rest);
    if (end == std::string_view::npos) return hooks::base::error("found a '{' without its '}'");
    const Expected<std::string> value = field(rest.substr(0, end), root, level);
    if (!value) return value;
    result += *value;
    at += end + 1;
  }
  return result;
}

}  // namespace

Expected<std::string> with_context_fields(std::string_view text, const std::filesystem::path& root) {
  return replace(text, root, 0);
}

}  // namespace grapnel::dist
