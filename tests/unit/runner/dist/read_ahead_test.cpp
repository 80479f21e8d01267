// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/read_ahead.hpp"

#include "runner/base/errors.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using grapnel::ProjectError;
using grapnel::dist::kMostWholeBytes;
using grapnel::dist::ReadAhead;
using tests::TemporaryDirectory;

TEST(ReadAhead, GivesFilesInTheirOrder) {
  const TemporaryDirectory directory;
  std::vector<std::filesystem::path> files;
  constexpr int kMoreThanAreKept = 1'500;
  for (int i = 0; i < kMoreThanAreKept; ++i) {
    files.push_back(directory.write("f" + std::to_string(i), std::string(static_cast<std::size_t>(i), 'x')));
  }
  ReadAhead ahead(files);
  for (int i = 0; i < kMoreThanAreKept; ++i) {
    const auto file = ahead.next();
    ASSERT_TRUE(file);
    ASSERT_EQ(file->bytes.size(), static_cast<std::size_t>(i));
  }
}

TEST(ReadAhead, KnowsTheDigestOfWhatItRead) {
  const TemporaryDirectory directory;
  ReadAhead ahead({directory.write("a", "abc")});
  const auto file = ahead.next();
  ASSERT_TRUE(file);
  EXPECT_EQ(file->bytes, "abc");
  EXPECT_EQ(file->sha256[0], 0xba);
  EXPECT_EQ(file->sha256[31], 0xad);
}

TEST(ReadAhead, LeavesLargeFilesToOthers) {
  const TemporaryDirectory directory;
  const auto large = directory.write("large", std::string(kMostWholeBytes + 1, 'x'));
  ReadAhead ahead({large, directory.write("small", "1")});
  EXPECT_FALSE(ahead.next());
  EXPECT_EQ(ahead.next().value().bytes, "1");
}

TEST(ReadAhead, ThrowsWhereTheFileIsAsked) {
  const TemporaryDirectory directory;
  ReadAhead ahead({directory.write("a", "1"), directory / "missing", directory.write("b", "2")});
  EXPECT_TRUE(ahead.next());
  EXPECT_THROW(static_cast<void>(ahead.next()), ProjectError);
}

TEST(ReadAhead, EndsWhenNobodyWantsMore) {
  const TemporaryDirectory directory;
  const auto file = directory.write("a", std::string(100'000, 'x'));
  ReadAhead ahead(std::vector<std::filesystem::path>(1'000, file));
  EXPECT_TRUE(ahead.next());
}

}  // namespace
