// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/depfile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using hooks::base::depfile_prerequisites;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Depfile, FilesOfARule) {
  EXPECT_THAT(depfile_prerequisites("object: a.c b.h\n"), ElementsAre("a.c", "b.h"));
  EXPECT_THAT(depfile_prerequisites("object: a.c \\\n  b.h \\\r\n\tc.h"), ElementsAre("a.c", "b.h", "c.h"));
}

TEST(Depfile, Escapes) {
  EXPECT_THAT(depfile_prerequisites(R"(object: a\ b.c)"), ElementsAre("a b.c"));
  EXPECT_THAT(depfile_prerequisites(R"(object: a\\\ b.c)"), ElementsAre(R"(a\ b.c)"));
  EXPECT_THAT(depfile_prerequisites(R"(object: a\\ b.c)"), ElementsAre(R"(a\)", "b.c"));
  EXPECT_THAT(depfile_prerequisites(R"(object: a\b.c c:\d\\e.h)"), ElementsAre(R"(a\b.c)", R"(c:\d\\e.h)"));
  EXPECT_THAT(depfile_prerequisites("object: a$$b.c a$b.c"), ElementsAre("a$b.c", "a$b.c"));
  EXPECT_THAT(depfile_prerequisites(R"(object: a\#b.c a\\#b.c)"), ElementsAre("a#b.c", R"(a\#b.c)"));
}

TEST(Depfile, ColonsInNames) {
  EXPECT_THAT(depfile_prerequisites("a:b: c:d.h"), ElementsAre("c:d.h"));
  EXPECT_THAT(depfile_prerequisites(R"(a\: b: c.h)"), ElementsAre("c.h"));
  EXPECT_THAT(depfile_prerequisites(R"(a: /c\:d.h /e\: /f\\\:g)"), ElementsAre("/c:d.h", "/e:", R"(/f\:g)"));
}

TEST(Depfile, SeveralTargetsAndRules) {
  EXPECT_THAT(depfile_prerequisites("a b: c.h\nd: e.h\nphony.h:\n"), ElementsAre("c.h", "e.h"));
}

TEST(Depfile, WithoutARuleThereIsNothing) {
  EXPECT_THAT(depfile_prerequisites(""), IsEmpty());
  EXPECT_THAT(depfile_prerequisites("no rule at all"), IsEmpty());
  EXPECT_THAT(depfile_prerequisites("object:"), IsEmpty());
  EXPECT_THAT(depfile_prerequisites("\\"), IsEmpty());
  EXPECT_THAT(depfile_prerequisites("object: \\"), ElementsAre("\\"));
}

TEST(Depfile, AnyBytesAreSafe) {
  // Every text of five characters that mean something.
  const std::string alphabet = "\\ \n:$#a\r";
  const std::size_t count = alphabet.size();
  for (std::size_t i = 0; i < count * count * count * count * count; ++i) {
    std::string text;
    for (std::size_t rest = i, n = 0; n < 5; ++n, rest /= count) text += alphabet[rest % count];
    for (const std::string& file : depfile_prerequisites(text)) ASSERT_FALSE(file.empty());
  }
}

}  // namespace
