// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/record.hpp"

#include <gtest/gtest.h>

namespace {

using grapnel::dist::Record;
using grapnel::dist::urlsafe_base64;

// The examples of RFC 4648, without their padding.
TEST(Record, Base64) {
  EXPECT_EQ(urlsafe_base64(""), "");
  EXPECT_EQ(urlsafe_base64("f"), "Zg");
  EXPECT_EQ(urlsafe_base64("fo"), "Zm8");
  EXPECT_EQ(urlsafe_base64("foo"), "Zm9v");
  EXPECT_EQ(urlsafe_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(urlsafe_base64("\xFB\xFF\xFE"), "-__-");
}

TEST(Record, LinesAreCsv) {
  hooks::base::Sha256 hash;
  hash.add("abc");
  Record record;
  record.add("a,\"b\"", {.sha256 = hash.finish(), .size = 3});
  record.add_itself("x.dist-info/RECORD");
  EXPECT_EQ(record.text(),
            "\"a,\"\"b\"\"\",sha256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0,3\nx.dist-info/RECORD,,\n");
}

}  // namespace
