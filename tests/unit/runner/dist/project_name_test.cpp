// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/project_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace grapnel::dist {
namespace {

TEST(ProjectName, MayHaveSeparatorsWithin) {
  for (const char* name : {"a", "7", "My.Demo-Pkg", "a__b", "A.b_c-d9"}) EXPECT_TRUE(is_project_name(name)) << name;
  for (const char* name : {"", "-a", "a-", "a b", "_", "\xc3\xbc", "a/b", "a\n"}) {
    EXPECT_FALSE(is_project_name(name)) << name;
  }
  EXPECT_FALSE(is_project_name(std::string(257, 'a')));
}

TEST(ProjectName, HasANormalFormAndOneForFiles) {
  EXPECT_EQ(normal_project_name("My.Demo__-Pkg"), "my-demo-pkg");
  EXPECT_EQ(file_project_name("My.Demo__-Pkg"), "my_demo_pkg");
  EXPECT_EQ(file_project_name("demo"), "demo");
}

}  // namespace
}  // namespace grapnel::dist
