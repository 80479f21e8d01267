// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What the tests of ends have in common.
#pragma once

#include "tests/support/soak.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace tests {

/// How often the long loops run.
inline std::size_t loops() { return soak_or<std::size_t>(1000, 50); }

/// The ways of hard_to_end to resist, one by one and all together; each can be found by its token.
inline const std::vector<std::vector<std::string>>& hard_to_end_words() {
  static const std::vector<std::vector<std::string>> words{
      {"ignore"},
      {"suspend"},
      {"fill"},
      {"fork"},
      {"setsid"},
      {"fork", "setsid"},
      {"fork", "setsid", "ignore", "close"},
      {"fork", "setsid", "ignore", "suspend", "fill"},
  };
  return words;
}

/// As the name of a test's instance.
inline std::string joined(const testing::TestParamInfo<std::vector<std::string>>& instance) {
  std::string name;
  for (const std::string& word : instance.param) name += (name.empty() ? "" : "_") + word;
  return name;
}

}  // namespace tests
