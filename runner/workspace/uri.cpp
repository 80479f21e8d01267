// SPDX-License-Identifier: BSD-3-Clause
// URI references as package files have them (RFC 3986), read as paths of this host.
#include "hooks_api/base/utf8.hpp"
#include "runner/base/errors.hpp"
#include "runner/base/file_uri.hpp"
#include "runner/workspace/shown.hpp"
#include "runner/workspace/workspace.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace grapnel::workspace {
namespace {

[[noreturn]] void refuse(std::string_view uri, std::string_view why) {
  throw ProjectError(shown(uri) + " " + std::string(why));
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// The scheme in lower case, or nothing for a relative reference.
std::optional<std::string> scheme_of(std::string_view uri) {
  const std::size_t colon = uri.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_letter(uri.front())) return std::nullopt;
  std::string scheme(uri.substr(0, colon));
  for (char& c : scheme) {
    if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.') return std::nullopt;
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return scheme;
}

template <typename Visit>
void for_each_segment(std::string_view path, Visit visit) {
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    visit(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
}

/// One segment of a path without its percent escapes.
std::string decoded(std::string_view segment, std::string_view uri) {
  std::optional<std::string> text = percent_decoded(segment);
  if (!text) refuse(uri, "holds a NUL, or a '%' that no two hex digits follow");
  if (text->find('/') != std::string::npos) refuse(uri, "has an escaped '/', which no file name can hold");
  return std::move(*text);
}

}  // namespace

std::filesystem::path path_of_uri(std::string_view uri, const std::filesystem::path& base) {
  std::string_view rest = uri;
  if (const auto scheme = scheme_of(uri)) {
    if (*scheme != "file") refuse(uri, "is no file: URI; only packages on this machine can be used");
    rest.remove_prefix(scheme->size() + 1);
    if (!rest.starts_with('/')) refuse(uri, "is a file: URI without an absolute path");
  }
  if (rest.find_first_of("?#") != std::string_view::npos) {
    refuse(uri, "has a query or a fragment, which no path has; escape '?' as %3F and '#' as %23");
  }
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    const std::string_view host = rest.substr(0, rest.find('/'));
    if (!host.empty() && host != "localhost") refuse(uri, "is on another host");
    rest.remove_prefix(host.size());
    if (rest.empty()) refuse(uri, "has no path");
  }

  std::string path;
  const auto add = [&path](std::string_view segment) {
    if (segment == "..") {
      path.resize(path.empty() ? 0 : path.rfind('/'));
    } else if (!segment.empty() && segment != ".") {
      path += '/';
      path += segment;
    }
  };
  if (!rest.starts_with('/')) for_each_segment(base.native(), add);
  for_each_segment(rest, [&](std::string_view segment) {
    if (segment.find('%') == std::string_view::npos && segment.find('\0') == std::string_view::npos) {
      add(segment);
    } else {
      add(decoded(segment, uri));
    }
  });
  // Paths go into documents, which are UTF-8.
  if (!hooks::base::is_utf8(path)) refuse(uri, "is a path that is not UTF-8");
  return path.empty() ? "/" : path;
}

bool is_relative_reference(std::string_view uri) { return !scheme_of(uri) && !uri.starts_with('/'); }

}  // namespace grapnel::workspace
