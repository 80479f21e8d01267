// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Compares a text with a file of tests/golden, byte for byte.
#pragma once

#include "tests/paths.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace tests {

/// Fails the current test where `text` differs from tests/golden/`name`, and says where. With GRAPNEL_UPDATE_GOLDEN=1
/// in the environment the file is written instead.
inline void expect_golden(const std::string& name, const std::string& text) {
  const std::filesystem::path file = std::filesystem::path(kSourceDir) / "tests/golden" / name;
  const char* const update = std::getenv("GRAPNEL_UPDATE_GOLDEN");  // NOLINT: no thread changes it
  if (update != nullptr && std::string(update) == "1") {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return;
  }
  ASSERT_TRUE(std::filesystem::exists(file)) << file << " is missing; GRAPNEL_UPDATE_GOLDEN=1 writes it";
  const std::string expected = read_text(file);
  if (text == expected) return;
  const auto [mine, theirs] = std::mismatch(text.begin(), text.end(), expected.begin(), expected.end());
  const auto place = static_cast<std::size_t>(mine - text.begin());
  const auto line = std::count(text.begin(), mine, '\n') + 1;
  const std::size_t from = place < 80 ? 0 : place - 80;
  ADD_FAILURE() << file << " differs at line " << line << " (GRAPNEL_UPDATE_GOLDEN=1 rewrites it; look at the change)\n"
                << "expected: …" << expected.substr(std::min(from, expected.size()), 200) << "…\n"
                << "actual:   …" << text.substr(from, 200) << "…";
}

}  // namespace tests
