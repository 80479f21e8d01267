// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The examples in a document.
#pragma once

#include "tests/support/temporary_directory.hpp"

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

namespace tests {

/// The fenced blocks of one language.
inline std::vector<std::string> blocks(const std::filesystem::path& document, const std::string& language) {
  std::vector<std::string> found;
  std::istringstream lines(read_text(document));
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line == "```" + language) {
      inside = true;
      found.emplace_back();
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      found.back() += line + "\n";
    }
  }
  return found;
}

}  // namespace tests
