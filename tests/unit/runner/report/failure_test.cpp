// SPDX-License-Identifier: BSD-3-Clause
// Who is to act (spec: ci-reporting, section 4) and the first error of what tools print.
#include "runner/report/failure.hpp"

#include "hooks_api/base/utf8.hpp"
#include "runner/outcome/table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace {

using namespace grapnel;
using report::Actor;
using report::actor_of;
using report::ErrorLine;
using report::first_error;

TEST(ActorOf, EveryRow) {
  const std::map<int, Actor> expected{
      {0, Actor::hook_author},     {1, Actor::nobody},          {2, Actor::hook_author},
      {3, Actor::hook_author},     {4, Actor::hook_author},     {5, Actor::hook_author},
      {6, Actor::infrastructure},  {7, Actor::hook_author},     {8, Actor::hook_author},
      {9, Actor::hook_author},     {10, Actor::hook_author},    {11, Actor::infrastructure},
      {12, Actor::infrastructure}, {13, Actor::hook_author},    {14, Actor::hook_author},
      {15, Actor::hook_author},    {16, Actor::hook_author},    {17, Actor::hook_author},
      {18, Actor::infrastructure}, {19, Actor::infrastructure}, {20, Actor::hook_author},
      {21, Actor::infrastructure}, {22, Actor::infrastructure}, {23, Actor::nobody},
      {24, Actor::infrastructure}, {25, Actor::project},        {26, Actor::hook_author},
      {27, Actor::grapnel},        {29, Actor::nobody},         {30, Actor::nobody},
      {31, Actor::nobody}};
  for (const auto& [row, actor] : expected) EXPECT_EQ(actor_of(outcome::row(row, "")), actor) << "row " << row;
}

TEST(ActorOf, AFullDiskBehindABrokenOutputIsNotTheHook) {
  Outcome outcome = outcome::row(4, "");
  outcome.outcome_class = OutcomeClass::infra_failure;
  EXPECT_EQ(actor_of(outcome), Actor::infrastructure);
}

TEST(WordsFor, EverybodyWhoIsToAct) {
  for (const Actor actor : {Actor::hook_author, Actor::project, Actor::infrastructure, Actor::grapnel})
    EXPECT_FALSE(words_for(actor).empty());
  EXPECT_EQ(words_for(Actor::nobody), "");
}

struct Case {
  std::string text;
  std::string line;
  std::string file;
  std::optional<std::uint32_t> line_number;
  std::optional<std::uint32_t> column;
  std::string message;
};

TEST(FirstError, WhatToolsPrint) {
  const std::vector<Case> cases{
      // compilers
      {"cc -c a.c\nsrc/a.c: In function 'f':\nsrc/a.c:12:5: error: expected ';'\n   12 | x\nsrc/a.c:20:1: error: b\n",
       "src/a.c:12:5: error: expected ';'", "src/a.c", 12, 5, "expected ';'"},
      {"a.c:1:10: fatal error: zlib.h: No such file or directory\n",
       "a.c:1:10: fatal error: zlib.h: No such file or directory", "a.c", 1, 10, "zlib.h: No such file or directory"},
      {"a.s:7: Error: no such instruction\n", "a.s:7: Error: no such instruction", "a.s", 7, std::nullopt,
       "no such instruction"},
      {"x.c:3:4: warning: unused [-Wunused]\nx.c:3:5: error: unused [-Werror=unused]",
       "x.c:3:5: error: unused [-Werror=unused]", "x.c", 3, 5, "unused [-Werror=unused]"},
      {"dir with space/a.c:3:5: error: x\r\n", "dir with space/a.c:3:5: error: x", "dir with space/a.c", 3, 5, "x"},
      {"\x1b[1ma.c:3:5: \x1b[31m\x1b[Kerror: \x1b[0mx", "a.c:3:5: error: x", "a.c", 3, 5, "x"},
      // linkers
      {"/usr/bin/ld: a.o: in function 'f':\na.c:(.text+0x5): undefined reference to 'g'\ncollect2: error: ld returned "
       "1",
       "a.c:(.text+0x5): undefined reference to 'g'", "", std::nullopt, std::nullopt, "undefined reference to 'g'"},
      {"a.c:9: undefined reference to 'g'", "a.c:9: undefined reference to 'g'", "a.c", 9, std::nullopt,
       "undefined reference to 'g'"},
      // Dart
      {"hook/build.dart:3:5: Error: Expected ';' after this.\n", "hook/build.dart:3:5: Error: Expected ';' after this.",
       "hook/build.dart", 3, 5, "Expected ';' after this."},
      {"Unhandled exception:\nBad state: no\n#0 main\n", "Unhandled exception:", "", std::nullopt, std::nullopt,
       "Bad state: no"},
      // Rust
      {"error[E0425]: cannot find value `x`\n --> src/main.rs:2:5\n", "error[E0425]: cannot find value `x`",
       "src/main.rs", 2, 5, "cannot find value `x`"},
      {"thread 'main' panicked at src/main.rs:2:5:\nno luck\n", "thread 'main' panicked at src/main.rs:2:5:", "",
       std::nullopt, std::nullopt, "no luck"},
      // CMake
      {"-- Looking\nCMake Error at CMakeLists.txt:3 (message):\n\n  no compiler\n",
       "CMake Error at CMakeLists.txt:3 (message):", "CMakeLists.txt", 3, std::nullopt, "no compiler"},
      {"CMake Error: The source directory is gone\n", "CMake Error: The source directory is gone", "", std::nullopt,
       std::nullopt, "The source directory is gone"},
      // Python
      {"Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n    f()\n  File \"b.py\", line 7, in "
       "f\n"
       "ValueError: bad\n",
       "ValueError: bad", "b.py", 7, std::nullopt, "ValueError: bad"},
      // those that only say that something failed, behind those that say what
      {"FAILED: a.o\ncc a.c\na.c:1:2: error: x\nninja: build stopped\n", "a.c:1:2: error: x", "a.c", 1, 2, "x"},
      {"cc\nFAILED: a.o\nmake: *** [all] Error 1\n", "FAILED: a.o", "", std::nullopt, std::nullopt, "FAILED: a.o"},
      {"hello\n0 errors\nmake: *** [all] Error 1\n", "make: *** [all] Error 1", "", std::nullopt, std::nullopt,
       "make: *** [all] Error 1"},
      // nothing looks like an error
      {"\n  one\ntwo\n", "one", "", std::nullopt, std::nullopt, "one"},
      // places that are none
      {"a.c:0:5: error: x", "a.c:0:5: error: x", "", std::nullopt, std::nullopt, "x"},
      {"a.c:99999999999:5: error: x", "a.c:99999999999:5: error: x", "", std::nullopt, std::nullopt, "x"},
      {":1:5: error: x", ":1:5: error: x", "", std::nullopt, std::nullopt, "x"},
      {"error:", "error:", "", std::nullopt, std::nullopt, "error:"},
  };
  for (const Case& one : cases) {
    const std::optional<ErrorLine> found = first_error(one.text);
    ASSERT_TRUE(found) << one.text;
    EXPECT_EQ(found->text, one.line);
    EXPECT_EQ(found->file, one.file) << one.text;
    EXPECT_EQ(found->line, one.line_number) << one.text;
    EXPECT_EQ(found->column, one.column) << one.text;
    EXPECT_EQ(found->message, one.message) << one.text;
  }
}

TEST(FirstError, NoLineNoError) {
  EXPECT_FALSE(first_error(""));
  EXPECT_FALSE(first_error("\n \r\n\t\n"));
}

TEST(FirstError, LongLinesAreCutBetweenCharacters) {
  std::string text = "error: ";
  while (text.size() < 2000) text += "\u20ac";
  const auto found = first_error(text);
  ASSERT_TRUE(found);
  EXPECT_LE(found->text.size(), 500U);
  EXPECT_GE(found->text.size(), 497U);
  EXPECT_TRUE(hooks::base::is_utf8(found->text));
  EXPECT_TRUE(hooks::base::is_utf8(found->message));
}

// Whatever the bytes: an end, and no more than lines of text. The sizes are those of a tail.
TEST(FirstError, HostileText) {
  constexpr std::size_t kTail = std::size_t{64} << 10U;
  std::minstd_rand random(1);
  for (const std::string_view part :
       {"error", "error[", ":", ":1", "\x1b[", "\x1b", "File \"", "CMake Error at ", "Error", "\n", "error:\n", "\xff",
        "undefined reference to", "-error:", "CMake Error\n"}) {
    std::string text;
    while (text.size() < kTail) text += part;
    const auto found = first_error(text);
    const bool is_bounded = !found || found->text.size() + found->file.size() + found->message.size() <= 1500U;
    EXPECT_TRUE(is_bounded) << part;
  }
  for (int round = 0; round < 50; ++round) {
    std::string text(4096, '\0');
    for (char& c : text) c = "er:ro[\x1b\n 1.E\"]\xc3"[random() % 15];
    static_cast<void>(first_error(text));
  }
}

}  // namespace
