// SPDX-License-Identifier: BSD-3-Clause
#include "runner/luci/base64.hpp"

#include <gtest/gtest.h>

namespace {

using grapnel::luci::base64;

// The vectors of RFC 4648, section 10, and what they leave out.
TEST(Base64, IsThatOfTheRfc) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64(std::string(3, '\0')), "AAAA");
  EXPECT_EQ(base64("\xFB\xEF\xFF"), "++//");
}

}  // namespace
