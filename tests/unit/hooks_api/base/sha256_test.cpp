// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/sha256.hpp"

#include <gtest/gtest.h>

// The examples of FIPS 180-4.
TEST(Sha256, KnowsTheStandardsExamples) {
  EXPECT_EQ(hooks::base::sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hooks::base::sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, PiecesAreOneText) {
  hooks::base::Sha256 hash;
  hash.add("a");
  hash.add("");
  hash.add("bc");
  const auto digest = hash.finish();
  EXPECT_EQ(digest.front(), 0xba);
  EXPECT_EQ(digest.back(), 0xad);
  EXPECT_EQ(hash.finish().front(), 0xe3) << "it begins anew";
}
