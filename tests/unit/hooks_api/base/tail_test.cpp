// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/tail.hpp"

#include <gtest/gtest.h>

namespace hooks::base {
namespace {

TEST(Tail, KeepsAllUpToTheLimit) {
  Tail tail(4);
  tail.append("ab");
  tail.append("cd");
  EXPECT_EQ(tail.take(), "abcd");
}

TEST(Tail, KeepsTheLastBytes) {
  Tail tail(4);
  for (const char* part : {"ab", "cdefgh", "i", "jklmnopqr", "s"}) tail.append(part);
  EXPECT_EQ(tail.take(), "pqrs");
}

TEST(Tail, IsEmptyAfterwards) {
  Tail tail(4);
  tail.append("abc");
  static_cast<void>(tail.take());
  EXPECT_EQ(tail.take(), "");
}

}  // namespace
}  // namespace hooks::base
