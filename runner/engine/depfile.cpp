// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/files.hpp"
#include <grapnel/result.hpp>

#include <system_error>

namespace grapnel {

namespace {

// As make and ninja read it: blanks, '#' and backslashes before them escaped by a backslash, '$' doubled.
std::string make_quote(const std::filesystem::path& path) {
  std::string quoted;
  for (const char c : path.native()) {
    if (c == ' ' || c == '#' || c == '\t') quoted += '\\';
    if (c == '$') quoted += '$';
    quoted += c;
  }
  return quoted;
}

}  // namespace

void write_depfile(const std::filesystem::path& file, const std::filesystem::path& target,
                   const std::vector<std::filesystem::path>& dependencies) {
  std::string text = make_quote(target) + ":";
  for (const std::filesystem::path& dependency : dependencies) {
    if (dependency.native().find('\n') != std::string::npos) continue;  // no depfile can express it
    text += " \\\n  " + make_quote(dependency);
  }
  text += "\n";
  if (const auto written = hooks::base::publish_file(file, text); !written) {
    throw std::system_error(written.error().error_number, std::generic_category(), written.error().message);
  }
}

}  // namespace grapnel
