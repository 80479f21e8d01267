// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cache/digest.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace grapnel::cache {
namespace {

using Kind = FileState::Kind;
using tests::TemporaryDirectory;

Digest digest_of_list(const std::vector<std::string>& texts) {
  Fields fields;
  for (const std::string& text : texts) fields.add(text);
  return fields.digest();
}

TEST(Digest, HasAKnownValueAndHexDigits) {
  EXPECT_EQ(to_hex(Digest{}), std::string(32, '0'));
  EXPECT_EQ(to_hex(digest_of("")), "99aa06d3014798d86001c324468d497f");  // XXH3's own test vector
  EXPECT_EQ(to_hex({.low = 0x0123456789abcdefU, .high = 0xfedcba9876543210U}), "fedcba98765432100123456789abcdef");
}

// More than anybody reads: who did not look at the request would be at it for hours.
TEST(Content, AStopRequestEndsTheReading) {
  const TemporaryDirectory directory;
  const std::string file = directory.write("large", "");
  constexpr off_t kTiB = off_t{1} << 40;
  ASSERT_EQ(::truncate(file.c_str(), kTiB), 0);
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  const Content content = content_of_file(file, stop.get_token());
  EXPECT_EQ(content.state.kind, Kind::unreadable);
  EXPECT_EQ(content.digest, Digest{});
}

TEST(Fields, AreFramed) {
  EXPECT_NE(digest_of_list({"ab", "c"}), digest_of_list({"a", "bc"}));
  EXPECT_NE(digest_of_list({"abc"}), digest_of_list({"abc", ""}));
  EXPECT_NE(digest_of_list({}), digest_of_list({""}));
  EXPECT_NE(digest_of_list({std::string("a\0b", 3)}), digest_of_list({"a", "b"}));
}

RC_GTEST_PROP(FieldsProperty, OnlyEqualListsAreAlike,
              (const std::vector<std::string>& left, const std::vector<std::string>& right)) {
  RC_ASSERT((digest_of_list(left) == digest_of_list(right)) == (left == right));
}

TEST(ContentOfFile, IsItsBytes) {
  const TemporaryDirectory directory;
  for (const std::size_t size : {0U, 1U, 3U, 4095U, 262'144U, 262'145U, 700'000U}) {
    std::string bytes(size, 'x');
    if (size > 0) bytes.back() = 'y';
    const Content content = content_of_file(directory.write("file", bytes));
    EXPECT_EQ(content.digest, digest_of(bytes)) << size;
    EXPECT_EQ(content.state, state_of((directory / "file").c_str())) << size;
  }
}

TEST(ContentOfFile, SaysWhatIsNoFile) {
  const TemporaryDirectory directory;
  EXPECT_EQ(content_of_file(directory / "missing").state.kind, Kind::missing);
  EXPECT_EQ(content_of_file(directory / "missing").digest, Digest{});
  EXPECT_NE(content_of_file(directory.write("empty", "")).digest, Digest{});
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(content_of_file(directory / "fifo").state.kind, Kind::other);  // and nobody waits for its writer
  EXPECT_EQ(content_of_file("/dev/zero").state.kind, Kind::other);
  EXPECT_EQ(content_of_file(directory / std::string(300, 'x')).state.kind, Kind::unreadable);
  EXPECT_EQ(content_of_file(directory.path()).digest, content_of_directory(directory.path()).digest);
  EXPECT_EQ(content_of_directory(directory / "empty").digest, digest_of(""));
}

// The digest of a directory that is made as `make` says.
template <typename Make>
Digest listing(Make make) {
  const TemporaryDirectory directory;
  make(directory);
  const Content content = content_of_directory(directory.path());
  EXPECT_EQ(content.state.kind, Kind::directory);
  return content.digest;
}

TEST(ContentOfDirectory, CountsNamesAndTypes) {
  const std::vector<Digest> all{
      listing([](const TemporaryDirectory&) {}),
      listing([](const TemporaryDirectory& directory) { directory.write("a", ""); }),
      listing([](const TemporaryDirectory& directory) { directory.write("b", ""); }),
      listing([](const TemporaryDirectory& directory) { directory.write(".a", ""); }),
      listing([](const TemporaryDirectory& directory) { std::filesystem::create_directory(directory / "a"); }),
      listing([](const TemporaryDirectory& directory) { std::filesystem::create_symlink("x", directory / "a"); }),
      listing([](const TemporaryDirectory& directory) { ::mkfifo((directory / "a").c_str(), 0600); }),
      // Dart joins names by ';' (spec: dart-hooks, section 5.3).
      listing([](const TemporaryDirectory& directory) { directory.write("a;b", ""); }),
      listing([](const TemporaryDirectory& directory) { directory.write("a\nb", ""); }),
      listing([](const TemporaryDirectory& directory) {
        directory.write("a", "");
        directory.write("b", "");
      }),
      listing([](const TemporaryDirectory& directory) {
        directory.write("a", "");
        directory.write("fb", "");
      }),
  };
  std::set<std::string> distinct;
  for (const Digest& digest : all) distinct.insert(to_hex(digest));
  EXPECT_EQ(distinct.size(), all.size());
}

TEST(ContentOfDirectory, CountsNeitherContentsNorWhatLiesDeeperNorTheOrder) {
  const Digest one = listing([](const TemporaryDirectory& directory) {
    directory.write("a", "1");
    directory.write("b/c", "1");
  });
  const Digest other = listing([](const TemporaryDirectory& directory) {
    directory.write("b/d", "2");
    directory.write("a", "22");
  });
  EXPECT_EQ(one, other);
}

}  // namespace
}  // namespace grapnel::cache
