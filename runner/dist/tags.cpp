// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/tags.hpp"

#include "hooks_api/base/shown.hpp"
#include "hooks_api/base/spawn.hpp"
#include "runner/base/errors.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace grapnel::dist {
namespace {

using hooks::base::shown;

// Each set may have many members, and their product is written out.
constexpr std::size_t kMaxTags = 4096;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool is_tag_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

constexpr const char* kAskPython = R"(
import sys, sysconfig
name = sys.implementation.name
variables = sysconfig.get_config_vars()
version = variables.get('py_version_nodot') or '%d%d' % sys.version_info[:2]
short = {'python': 'py', 'cpython': 'cp', 'pypy': 'pp', 'ironpython': 'ip', 'jython': 'jy'}.get(name, name)
if name == 'cpython':
    abi = 'cp' + version
    if variables.get('Py_GIL_DISABLED'):
        abi += 't'
    if variables.get('Py_DEBUG') or hasattr(sys, 'gettotalrefcount'):
        abi += 'd'
    if sys.version_info < (3, 8) and variables.get('WITH_PYMALLOC', True):
        abi += 'm'
else:
    soabi = (variables.get('SOABI') or '').split('-')
    abi = '_'.join(soabi[:2]) or 'none'
platform = sysconfig.get_platform()
if sys.maxsize <= 2**32:
    platform = {'linux-x86_64': 'linux-i686', 'linux-aarch64': 'linux-armv8l'}.get(platform, platform)
print('tag=' + '-'.join(part.replace('-', '_').replace('.', '_') for part in (short + version, abi, platform)))
)";

}  // namespace

std::string fault_of_tag(std::string_view tag) {
  const std::vector<std::string_view> parts = split(tag, '-');
  if (parts.size() != 3) {
    return "expected three parts with '-' between them, such as \"cp311-cp311-linux_x86_64\"";
  }
  std::size_t tags = 1;
  for (const std::string_view part : parts) {
    const std::vector<std::string_view> members = split(part, '.');
    for (const std::string_view member : members) {
      if (member.empty()) return "a part or a member of a set is empty";
      if (!std::all_of(member.begin(), member.end(), is_tag_byte)) {
        return "expected letters, digits and '_' in " + shown(member);
      }
    }
    tags *= members.size();
    if (tags > kMaxTags) return "it stands for more than " + std::to_string(kMaxTags) + " tags";
  }
  return {};
}

std::vector<std::string> expanded_tag(std::string_view tag) {
  std::vector<std::string> tags{""};
  for (const std::string_view part : split(tag, '-')) {
    std::vector<std::string> longer;
    for (const std::string& begin : tags) {
      for (const std::string_view member : split(part, '.')) {
        longer.push_back(begin.empty() ? std::string(member) : begin + "-" + std::string(member));
      }
    }
    tags = std::move(longer);
  }
  for (std::string& each : tags) {
    for (char& c : each) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
  }
  std::sort(tags.begin(), tags.end());
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
  return tags;
}

std::string interpreter_tag(const std::filesystem::path& python, const Environment& environment) {
  std::filesystem::path interpreter = python;
  if (interpreter.empty()) interpreter = hooks::base::find_executable("python3", value_of(environment, "PATH"));
  if (interpreter.empty()) {
    throw SystemError(
        "infer_tag: there is no python3 on PATH to ask for its tag. Install Debian's package python3, or "
        "set the tag.");
  }
  const auto result = hooks::base::run_tool({.executable = interpreter,
                                             .arguments = {interpreter.native(), "-I", "-B", "-c", kAskPython},
                                             .environment = environment,
                                             .working_directory = {}});
  if (!result) throw SystemError(result.error());
  constexpr std::string_view kBegin = "tag=";
  const std::size_t begin = result->output.rfind(kBegin);
  if (result->exit_code == 0 && begin != std::string::npos) {
    std::string tag = result->output.substr(begin + kBegin.size());
    tag.erase(std::min(tag.find('\n'), tag.size()));
    if (fault_of_tag(tag).empty()) return tag;
  }
  throw SystemError("infer_tag: " + shown(interpreter.native()) + " does not tell its tag: " + shown(result->output) +
                    ". Name another interpreter, or set the tag.");
}

}  // namespace grapnel::dist
