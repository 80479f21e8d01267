// SPDX-License-Identifier: BSD-3-Clause
// The picture of a run, without a terminal.
#include "runner/report/progress.hpp"

#include "hooks_api/base/utf8.hpp"
#include "runner/report/cells.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace {

using namespace grapnel;
using report::cells_of;
using report::cut_to_cells;
using report::Progress;
using std::chrono::seconds;

std::string text_of(const std::vector<report::Region::Line>& lines) {
  std::string text;
  for (const auto& line : lines) text += line.text + "\n";
  return text;
}

Progress running(int all, int done, int now) {
  Progress progress;
  RunStarted run;
  for (int i = 0; i < all; ++i) run.hooks.push_back({"p" + std::to_string(i)});
  progress.add(run);
  for (int i = 0; i < done; ++i) progress.add(HookFinished{.hook = run.hooks[static_cast<std::size_t>(i)]});
  for (int i = done; i < done + now; ++i)
    progress.add(HookStarted{.hook = run.hooks[static_cast<std::size_t>(i)], .time = seconds(i)});
  return progress;
}

TEST(Progress, ABarAndWhatRuns) {
  Progress progress = running(10, 5, 2);
  progress.add(HookOutput{.hook = {"p5"}, .text = "configure\nCC a.o\r\n  CC b.o  \n"});
  EXPECT_EQ(text_of(progress.lines({.time = seconds(10), .jobs = 4, .tokens = 3}, {.columns = 100, .rows = 24}, {})),
            "[##########>>>>------] build 5/10, 2 running, 3 waiting, 4 jobs, 3 tokens, 10 s\n"
            "  p5 5 s  CC b.o\n"
            "  p6 4 s\n");
}

TEST(Progress, SixLinesAtTheMost) {
  const Progress progress = running(20, 0, 9);
  const auto lines = progress.lines({.time = seconds(9), .jobs = 9}, {.columns = 80, .rows = 50}, {});
  ASSERT_EQ(lines.size(), report::kMostProgressLines);
  EXPECT_EQ(lines.back().text, "  and 5 more");
  EXPECT_EQ(running(20, 0, 5).lines({}, {.columns = 80, .rows = 50}, {}).back().text.substr(0, 4), "  p4");
  // A low window keeps a row for what stays.
  for (const std::size_t rows : {1U, 2U, 3U, 4U})
    EXPECT_LE(progress.lines({}, {.columns = 80, .rows = rows}, {}).size(), std::max<std::size_t>(rows - 1, 1));
}

TEST(Progress, FitsIntoEveryWidth) {
  Progress progress = running(10, 3, 4);
  HookFinished failed{.hook = {"p9"}};
  failed.outcome.outcome_class = OutcomeClass::build_failure;
  progress.add(failed);
  progress.add(
      HookOutput{.hook = {"p3"}, .text = "\u6587\u5b57\U0001F600 e\u0301 \x1b[2J\x07" + std::string(1000, 'x')});
  progress.add(HookOutput{.hook = {"p4"}, .text = std::string(500, '\xff')});
  for (std::size_t columns = 1; columns <= 200; ++columns) {
    for (const auto& line : progress.lines({.time = seconds(9), .jobs = 2}, {.columns = columns, .rows = 24}, {})) {
      EXPECT_EQ(line.cells, cells_of(std::string_view(line.text)));
      EXPECT_LE(line.cells, std::max<std::size_t>(columns - 1, 1)) << line.text;
      EXPECT_TRUE(hooks::base::is_utf8(line.text));
      for (const char c : line.text) EXPECT_TRUE(static_cast<unsigned char>(c) >= ' ') << line.text;
    }
  }
  // Unknown: as 80 columns.
  EXPECT_EQ(text_of(progress.lines({}, {}, {})), text_of(progress.lines({}, {.columns = 80, .rows = 24}, {})));
}

TEST(Progress, ColoursTakeNoCells) {
  const auto lines = running(4, 1, 1).lines({.jobs = 1}, {.columns = 80, .rows = 24}, {.color = true});
  EXPECT_NE(lines.front().text.find("\x1b[32m#####\x1b[0m"), std::string::npos) << lines.front().text;
  EXPECT_LT(lines.front().cells, 80U);
}

TEST(Progress, KeepsLittleOfWhatHooksPrint) {
  Progress progress = running(1, 0, 1);
  for (int i = 0; i < 10; ++i) progress.add(HookOutput{.hook = {"p0"}, .text = std::string(65536, 'x')});
  ASSERT_EQ(progress.running().size(), 1U);
  EXPECT_LT(progress.running().front().last_line.size(), 1000U);
  progress.add(HookOutput{.hook = {"nobody"}, .text = "x\n"});
  progress.add(HookOutput{.hook = {"p0"}, .text = "10%\r20%\r100%\n"});
  EXPECT_EQ(progress.running().front().last_line, "100%");
  progress.add(HookOutput{.hook = {"p0"}, .text = " \n\n"});
  EXPECT_EQ(progress.running().front().last_line, "100%");
}

TEST(Progress, AgesNeverRunBackwards) {
  EXPECT_EQ(report::shown_age(seconds(-5)), "0 s");
  EXPECT_EQ(report::shown_age(seconds(119)), "119 s");
  EXPECT_EQ(report::shown_age(seconds(185)), "3 min 05 s");
  EXPECT_EQ(report::shown_seconds(std::chrono::milliseconds(1249)), "1.2 s");
  EXPECT_EQ(report::shown_seconds(seconds(12)), "12 s");
}

TEST(Cells, WideAndCombiningCharacters) {
  EXPECT_EQ(cells_of(std::string_view("abc")), 3U);
  EXPECT_EQ(cells_of(std::string_view("\u6587\u5b57")), 4U);
  EXPECT_EQ(cells_of(std::string_view("\U0001F600")), 2U);
  EXPECT_EQ(cells_of(std::string_view("e\u0301\u200d\ufe0f")), 1U);
  EXPECT_EQ(cells_of(std::string_view("\u2026\u00e9\uff21")), 4U);
}

TEST(Cells, CutsToTheWidth) {
  EXPECT_EQ(cut_to_cells("abc", 3), "abc");
  EXPECT_EQ(cut_to_cells("abcd", 3), "ab\u2026");
  EXPECT_EQ(cut_to_cells("\u6587\u5b57", 3), "\u6587\u2026");
  EXPECT_EQ(cut_to_cells("\u6587\u5b57", 2), "\u2026");
  EXPECT_EQ(cut_to_cells("ab", 1), "\u2026");
  EXPECT_EQ(cut_to_cells("a", 0), "");
  EXPECT_EQ(cut_to_cells("", 0), "");
}

TEST(Region, ErasesWhatANarrowerWindowWrapped) {
  report::Region region;
  EXPECT_EQ(region.erase({.columns = 80, .rows = 24}), "");
  static_cast<void>(region.draw({{"x", 70}, {"y", 10}}, {.columns = 80, .rows = 24}));
  EXPECT_EQ(region.erase({.columns = 40, .rows = 24}), "\r\x1b[2K\x1b[A\x1b[2K\x1b[A\x1b[2K");
  EXPECT_FALSE(region.is_drawn());
  static_cast<void>(region.draw({{"x", 70}, {"y", 10}}, {}));
  EXPECT_EQ(region.erase({}), "\r\x1b[2K\x1b[A\x1b[2K");
}

}  // namespace
