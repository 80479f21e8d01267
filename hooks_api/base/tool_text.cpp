// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/tool_text.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace hooks::base {

std::string shell_quote(std::string_view text) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./-_";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) return std::string(text);
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string signal_name(int signal) {
  const char* abbreviation = ::sigabbrev_np(signal);
  return abbreviation != nullptr ? std::string("SIG") + abbreviation : "signal " + std::to_string(signal);
}

bool blames_the_system(std::string_view output) noexcept {
  constexpr std::array<std::string_view, 5> kPhrases = {
      "No space left on device",            // of any tool
      "Disk quota exceeded",                // of any tool
      "Killed signal terminated program",   // GCC, of its compiler proper
      "terminated with signal 9",           // GCC, of its linker
      "unable to execute command: Killed",  // Clang, of either
  };
  return std::any_of(kPhrases.begin(), kPhrases.end(),
                     [output](std::string_view phrase) { return output.find(phrase) != std::string_view::npos; });
}

std::string_view last_lines(std::string_view text, std::size_t count) {
  std::size_t end = text.size();
  if (text.ends_with('\n')) --end;
  std::size_t begin = end;
  while (count > 0) {
    if (begin == 0) break;
    const std::size_t feed = text.rfind('\n', begin - 1);
    --count;
    if (feed == std::string_view::npos) {
      begin = 0;
      break;
    }
    begin = count == 0 ? feed + 1 : feed;
  }
  return text.substr(begin, end - begin);
}

}  // namespace hooks::base
