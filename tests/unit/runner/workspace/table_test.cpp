// SPDX-License-Identifier: BSD-3-Clause
#include "runner/workspace/table.hpp"

#include "runner/base/errors.hpp"
#include "runner/workspace/grapnel_toml.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <exception>
#include <limits>
#include <string>
#include <string_view>

namespace grapnel::workspace {
namespace {

using hooks::Json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::ThrowsMessage;

Table read(std::string_view text) {
  hooks::protocol::Faults faults;
  Table table = read_table(text, "/p/pyproject.toml", faults);
  EXPECT_THAT(faults, IsEmpty()) << describe(faults);
  return table;
}

TEST(Table, KeepsTheOrderOfTheFile) {
  const Table table = read(R"(
z = 1
[tool.hatch.build.hooks.zeta]
y = 1
x = {c = 1, b = 2, "a.a" = 3}
[tool.hatch.build.hooks."alpha beta"]
[project]
[tool.hatch.build.hooks.mid.deep]
[tool.hatch.build]
a.last = 1
)");
  EXPECT_THAT(table.keys, ElementsAre("z", "tool", "project"));
  const Table* hooks = table.table({"tool", "hatch", "build", "hooks"});
  ASSERT_NE(hooks, nullptr);
  EXPECT_THAT(hooks->keys, ElementsAre("zeta", "alpha beta", "mid"));
  EXPECT_THAT(hooks->table("zeta")->keys, ElementsAre("y", "x"));
  EXPECT_THAT(hooks->table({"zeta", "x"})->keys, ElementsAre("c", "b", "a.a"));
  EXPECT_EQ(hooks->table("nothing"), nullptr);
  EXPECT_EQ(hooks->table({"zeta", "y", "deeper"}), nullptr);
  EXPECT_EQ(table.table({}), &table);
}

TEST(Table, KnowsWhereThingsStand) {
  const Table table = read("[tool.hatch.'a b'.c]\nd = 1\n");
  const Table* inner = table.table({"tool", "hatch", "a b", "c"});
  ASSERT_NE(inner, nullptr);
  EXPECT_EQ(table.path, "");
  EXPECT_EQ(table.path_of("tool"), "tool");
  EXPECT_EQ(table.path_of("x"), "x");
  EXPECT_THAT(inner->path_of("d"), AllOf(HasSubstr("tool.hatch."), HasSubstr("a b"), HasSubstr(".c.d")));
  EXPECT_EQ(inner->file_of("d"), "/p/pyproject.toml");
}

TEST(Table, ValuesOfAllKinds) {
  const Table table = read(R"(
text = "a\u0000b"
integer = -9223372036854775808
number = 1.5
yes = true
list = [1, "a", [true], {k = 1}]
date = 1979-05-27
time = 07:32:00
both = 1979-05-27T07:32:00Z
nan = nan
inf = inf
)");
  EXPECT_EQ(*table.find("text"), Json(std::string("a\0b", 3)));
  EXPECT_EQ(*table.find("integer"), Json(std::numeric_limits<std::int64_t>::min()));
  EXPECT_EQ(*table.find("number"), Json(1.5));
  EXPECT_EQ(*table.find("yes"), Json(true));
  EXPECT_EQ(*table.find("list"), Json::parse(R"([1, "a", [true], {"k": 1}])"));
  EXPECT_EQ(*table.find("date"), Json("1979-05-27"));
  EXPECT_EQ(*table.find("time"), Json("07:32:00"));
  EXPECT_EQ(*table.find("both"), Json("1979-05-27T07:32:00Z"));
  for (const char* const key : {"nan", "inf"}) EXPECT_NE(table.find(key)->as_string(), nullptr) << key;
  EXPECT_NO_THROW((void)Json(table.values).to_string());
}

TEST(Table, TakesValuesWithTheirPlaces) {
  Table into = read("[a]\nz = 1\nx = {k = 1}\n");
  hooks::protocol::Faults faults;
  const Table from = read_table("[b]\ny = 1\nx = 'text'\nt = {m = 1}\n", "/p/hatch.toml", faults);
  Table& a = into.tables.at("a");
  const Table& b = from.tables.at("b");
  a.take(b, "y");
  a.take(b, "x");
  a.take(b, "t");
  EXPECT_THAT(a.keys, ElementsAre("z", "x", "y", "t"));
  EXPECT_EQ(a.path_of("z"), "a.z");
  EXPECT_EQ(a.path_of("y"), "b.y");
  EXPECT_EQ(a.file_of("y"), "/p/hatch.toml");
  EXPECT_EQ(a.file_of("z"), "/p/pyproject.toml");
  EXPECT_EQ(a.table("x"), nullptr) << "it is a text now";
  EXPECT_EQ(*a.find("x"), Json("text"));
  ASSERT_NE(a.table("t"), nullptr);
  EXPECT_EQ(a.path_of("t"), "b.t");
  EXPECT_EQ(a.table("t")->path_of("m"), "b.t.m");

  Table again;
  again.take(a, "y");
  EXPECT_EQ(again.path_of("y"), "b.y") << "it stays where it was first";
}

TEST(Table, PutAndErase) {
  Table table = read("x = 1\ny = 2\n");
  Table inner = read("k = 1\n");
  inner.path = "elsewhere";
  table.put("x", inner);
  EXPECT_THAT(table.keys, ElementsAre("x", "y"));
  EXPECT_EQ(*table.find("x"), Json::parse(R"({"k": 1})"));
  EXPECT_EQ(table.path_of("x"), "elsewhere");
  table.put("new", inner);
  table.erase("x");
  table.erase("nothing");
  EXPECT_THAT(table.keys, ElementsAre("y", "new"));
  EXPECT_EQ(table.find("x"), nullptr);
  EXPECT_EQ(table.table("x"), nullptr);
}

TEST(Table, ATextThatIsNoTomlIsOneFault) {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "[";
  for (const std::string& text : {std::string("a = "), std::string("a = 1\na = 2\n"), std::string("\xff = 1\n"),
                                  "a = " + deep, std::string(kMaxTomlBytes + 1, '\n')}) {
    hooks::protocol::Faults faults;
    (void)read_table(text, "/p/pyproject.toml", faults);
    EXPECT_THAT(faults, SizeIs(1)) << text.substr(0, 20);
  }
}

TEST(Table, AFileWithFaultsSaysWhere) {
  const tests::TemporaryDirectory directory;
  directory.write("pyproject.toml", "a = 1\nb = = 2\n");
  EXPECT_THAT([&] { (void)load_table(directory / "pyproject.toml"); },
              ThrowsMessage<ProjectError>(AllOf(HasSubstr("pyproject.toml"), HasSubstr("line 2, column 5"))));
  directory.write("pyproject.toml", "a = 1\n");
  const Table table = load_table(directory / "pyproject.toml");
  EXPECT_EQ(table.file, directory / "pyproject.toml");
  EXPECT_THAT(table.keys, ElementsAre("a"));
  EXPECT_THROW((void)load_table(directory / "nothing.toml"), std::exception);
}

}  // namespace
}  // namespace grapnel::workspace
