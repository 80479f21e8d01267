// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/output_file.hpp"
#include <grapnel/result.hpp>

#include <string>

namespace grapnel {

namespace {

// As make and ninja read it: a backslash before a blank, ':' or '#'; backslashes that stand right before a blank or ':'
// are doubled; '$' is doubled.
std::string make_quote(const std::filesystem::path& path) {
  std::string quoted;
  std::size_t backslashes = 0;  // right before this character
  for (const char c : path.native()) {
    if (c == ' ' || c == '\t' || c == ':') quoted += std::string(backslashes + 1, '\\');
    if (c == '#') quoted += '\\';
    if (c == '$') quoted += '$';
    quoted += c;
    backslashes = c == '\\' ? backslashes + 1 : 0;
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
  write_output_file(file, text);
}

}  // namespace grapnel
