// SPDX-License-Identifier: BSD-3-Clause
#include "runner/workspace/build_options.hpp"

#include "runner/base/errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grapnel::workspace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;
using testing::Pair;

class BuildOptionsTest : public ::testing::Test {
 protected:
  // The build table's text; `targets.wheel` is the table of the target.
  BuildOptions options(std::string_view text, const std::string& target = "wheel") {
    hooks::protocol::Faults faults;
    table_ = read_table(text, "/p/pyproject.toml", faults);
    EXPECT_TRUE(faults.empty()) << describe(faults);
    return {table_, target};
  }

  template <typename Read>
  std::string fault(std::string_view text, Read read) {
    try {
      read(options(text));
    } catch (const ProjectError& error) {
      return error.what();
    }
    return "none";
  }

  Table table_;
};

TEST_F(BuildOptionsTest, TheTargetsKeyGoesFirst) {
  const BuildOptions both =
      options("a = true\nb = 'all'\n[targets.wheel]\na = false\nc = 'own'\n[targets.sdist]\nb = 1\n");
  EXPECT_EQ(both.target(), "wheel");
  EXPECT_FALSE(both.boolean("a", true));
  EXPECT_EQ(both.string("b"), "all");
  EXPECT_EQ(both.string("c"), "own");
  EXPECT_EQ(both.find("a")->path, "targets.wheel.a");
  EXPECT_EQ(both.find("b")->path, "b");
  EXPECT_EQ(both.find("b")->file(), "/p/pyproject.toml");
  EXPECT_FALSE(both.find_own("b"));
  EXPECT_TRUE(both.find_own("c"));
  EXPECT_NE(both.own(), nullptr);
  EXPECT_EQ(&both.global(), &table_);
}

TEST_F(BuildOptionsTest, WhatIsAbsent) {
  const BuildOptions none = options("", "anything");
  EXPECT_EQ(none.own(), nullptr);
  EXPECT_TRUE(none.boolean("a", true));
  EXPECT_FALSE(none.boolean("a", false));
  EXPECT_EQ(none.string("a"), std::nullopt);
  EXPECT_EQ(none.strings("a"), std::nullopt);
  EXPECT_EQ(none.mapping("a"), std::nullopt);
  EXPECT_FALSE(none.find("a"));
}

TEST_F(BuildOptionsTest, ListsAndMappings) {
  const BuildOptions all = options("l = ['b', 'a', 'b']\ne = []\n[m]\nz = 'last'\na = 'first'\n'x.y' = 'quoted'\n");
  EXPECT_THAT(all.strings("l"), Optional(ElementsAre("b", "a", "b")));
  EXPECT_THAT(all.strings("e"), Optional(ElementsAre()));
  EXPECT_THAT(all.mapping("m"), Optional(ElementsAre(Pair("z", "last"), Pair("a", "first"), Pair("x.y", "quoted"))));
}

TEST_F(BuildOptionsTest, TargetsAreTables) {
  const auto nothing = [](const BuildOptions&) {};
  EXPECT_EQ(fault("targets = 1\n", nothing), "'/p/pyproject.toml': targets: found an integer; expected a table");
  EXPECT_EQ(fault("[targets]\nwheel = []\n", nothing),
            "'/p/pyproject.toml': targets.wheel: found a list; expected a table");
  EXPECT_EQ(fault("[targets]\nsdist = []\n", nothing), "none") << "nobody asks for it";
}

TEST_F(BuildOptionsTest, FaultsNameFilePathAndEntry) {
  const auto boolean = [](const BuildOptions& options) { (void)options.boolean("k", false); };
  const auto string = [](const BuildOptions& options) { (void)options.string("k"); };
  const auto strings = [](const BuildOptions& options) { (void)options.strings("k"); };
  const auto mapping = [](const BuildOptions& options) { (void)options.mapping("k"); };
  const std::string place = "'/p/pyproject.toml': k: ";
  EXPECT_EQ(fault("k = 'true'", boolean), place + "found a string; expected a boolean");
  EXPECT_EQ(fault("k = 1", string), place + "found an integer; expected a string");
  EXPECT_EQ(fault("[k]", string), place + "found a table; expected a string");
  EXPECT_EQ(fault("k = \"a\\u0000\"", string), place + "found a NUL; expected a text without");
  EXPECT_EQ(fault("k = 'a'", strings), place + "found a string; expected a list");
  EXPECT_EQ(fault("k = ['a', 1]", strings), place + "entry #2: found an integer; expected a string");
  EXPECT_EQ(fault("k = [{}]", strings), place + "entry #1: found a table; expected a string");
  EXPECT_EQ(fault("k = ['a', '']", strings), place + "entry #2: found an empty string; expected a text");
  EXPECT_EQ(fault("k = [\"\\u0000\"]", strings), place + "entry #1: found a NUL; expected a text without");
  EXPECT_EQ(fault("k = ['a']", mapping), place + "found a list; expected a table");
  EXPECT_EQ(fault("[k]\na = 1", mapping), "'/p/pyproject.toml': k.a: found an integer; expected a string");
  EXPECT_EQ(fault("[k]\na = ''", mapping), "'/p/pyproject.toml': k.a: found an empty string; expected a text");
  EXPECT_EQ(fault("[k]\na = 'a'\n'' = 'a'", mapping), place + "entry #2: found an empty key; expected a text");
  EXPECT_THAT(fault("[k]\n\"a\\u0000\" = 'a'", mapping), HasSubstr("found a NUL; expected a text without"));
  EXPECT_EQ(fault("[targets.wheel]\nk = 1", strings),
            "'/p/pyproject.toml': targets.wheel.k: found an integer; expected a list");
}

TEST_F(BuildOptionsTest, NobodyJudgesWhatNobodyReads) {
  EXPECT_EQ(fault("k = 1\nl = ['']\n", [](const BuildOptions& options) { (void)options.strings("m"); }), "none");
}

}  // namespace
}  // namespace grapnel::workspace
