// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/sdk/arguments.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace {

std::optional<std::string> config_of(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "hook");
  return hooks::sdk::config_argument(static_cast<int>(arguments.size()), arguments.data());
}

// Spec dart-hooks, section 3.2, step 1.
TEST(Arguments, BothForms) {
  EXPECT_EQ(config_of({"--config=/a b/input.json"}), "/a b/input.json");
  EXPECT_EQ(config_of({"--config", "/a b/input.json"}), "/a b/input.json");
}

TEST(Arguments, TheFirstHitWins) {
  EXPECT_EQ(config_of({"--config=first", "--config", "second"}), "first");
  EXPECT_EQ(config_of({"-v", "--config", "first", "--config=second"}), "first");
}

TEST(Arguments, NothingElseCounts) {
  EXPECT_EQ(config_of({}), std::nullopt);
  EXPECT_EQ(config_of({"config=x", "-config=x", "--configuration=x"}), std::nullopt);
  EXPECT_EQ(config_of({"--config"}), std::nullopt);
}

}  // namespace
