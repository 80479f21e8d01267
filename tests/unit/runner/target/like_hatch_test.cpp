// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/like_hatch.hpp"

#include "runner/base/errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace grapnel::target {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<Improvement> all() {
  std::vector<Improvement> all;
  for (std::size_t i = 0; i < kImprovements; ++i) all.push_back(static_cast<Improvement>(i));
  return all;
}

TEST(LikeHatch, EachHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const Improvement one : all()) {
    EXPECT_TRUE(names.insert(name_of(one)).second) << name_of(one);
    EXPECT_EQ(name_of(one).find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string_view::npos);
  }
  EXPECT_EQ(name_of(Improvement::replacement_warning), "replacement-warning");
  EXPECT_EQ(name_of(Improvement::hook_sources), "hook-sources");
}

TEST(LikeHatch, IsWhatIsNamed) {
  const LikeHatch none;
  const LikeHatch every({"all"});
  for (const Improvement one : all()) {
    EXPECT_FALSE(none[one]);
    EXPECT_TRUE(every[one]);
    const LikeHatch only({std::string(name_of(one)), std::string(name_of(one))});
    for (const Improvement other : all()) EXPECT_EQ(only[other], one == other);
  }
}

TEST(LikeHatch, AnUnknownNameIsToldWithThoseThatThereAre) {
  EXPECT_THAT(
      [] {
        LikeHatch({"validation", "containmnt"});
      },
      ThrowsMessage<ProjectError>(AllOf(HasSubstr("'containmnt'"), HasSubstr("all, replacement-warning, "),
                                        HasSubstr(", containment, "), HasSubstr("hook-sources"))));
}

}  // namespace
}  // namespace grapnel::target
