// SPDX-License-Identifier: BSD-3-Clause
// Lines of patterns, and behind the first NUL a path. A path that is not negated anywhere matches with what is in it.
#include "runner/dist/pattern_set.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 16384) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find('\0');
  const std::string_view text = input.substr(0, end);
  const std::string path(end == std::string_view::npos ? std::string_view("a/b.c") : input.substr(end + 1));
  grapnel::dist::PatternSet set;
  set.add_text(text);
  const bool matched = set.matches(path + '/');
  if (set.empty() && matched) std::abort();
  if (matched && text.find('!') == std::string_view::npos && !set.matches(path + "/inside")) std::abort();
  return 0;
}
