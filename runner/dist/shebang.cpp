// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/shebang.hpp"

#include <algorithm>

namespace grapnel::dist {
namespace {

constexpr std::string_view kSpace = " \t\r";

// "python3.11", "pypy", "pythonw.exe" and their like.
bool is_python(std::string_view program) {
  program = program.substr(std::min(program.find_last_of("/\\") + 1, program.size()));
  if (program.ends_with(".exe")) program.remove_suffix(4);
  for (const std::string_view name : {"pythonw", "python", "pypyw", "pypy"}) {
    if (!program.starts_with(name)) continue;
    return program.find_first_not_of("0123456789.", name.size()) == std::string_view::npos;
  }
  return false;
}

bool is_env(std::string_view program) { return program == "env" || program.ends_with("/env"); }

}  // namespace

std::optional<std::size_t> python_shebang(std::string_view begin) {
  if (!begin.starts_with("#!")) return std::nullopt;
  const std::string_view line = begin.substr(0, std::min(begin.find('\n'), begin.size()));
  if (line.size() > kMaxShebangBytes) return std::nullopt;
  bool is_first = true;
  for (std::size_t position = line.find_first_not_of(kSpace, 2); position < line.size();) {
    const std::size_t end = std::min(line.find_first_of(kSpace, position), line.size());
    const std::string_view word = line.substr(position, end - position);
    if (is_python(word)) return end;
    // env may have options and variables before the program that it starts.
    const bool goes_on = is_first ? is_env(word) : word.front() == '-' || word.find('=') != std::string_view::npos;
    if (!goes_on) return std::nullopt;
    is_first = false;
    position = line.find_first_not_of(kSpace, end);
  }
  return std::nullopt;
}

}  // namespace grapnel::dist
