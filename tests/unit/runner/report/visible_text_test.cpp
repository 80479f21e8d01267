// SPDX-License-Identifier: BSD-3-Clause
// What hooks print does nothing to a terminal or a CI system (spec: ci-reporting, section 2, injection).
#include "runner/report/visible_text.hpp"

#include "hooks_api/base/utf8.hpp"

#include <gtest/gtest.h>

namespace {

using grapnel::report::kLongestLogLine;
using grapnel::report::log_text;
using grapnel::report::visible_text;

TEST(VisibleText, NeutralisesWhatATerminalActsOn) {
  EXPECT_EQ(visible_text("a\tb\nc\r\nd"), "a\tb\nc\nd");
  EXPECT_EQ(visible_text("\x1b[31mred\x07\x7f\rover"), "\\x1b[31mred\\x07\\x7f\\x0dover");
  EXPECT_EQ(visible_text(std::string("\0", 1)), "\\x00");
  EXPECT_EQ(visible_text("\xC2\x9B"), "\\xc2\\x9b");                   // CSI as one character
  EXPECT_EQ(visible_text("\u202Egnp.exe"), "\\xe2\\x80\\xaegnp.exe");  // right-to-left override
  EXPECT_EQ(visible_text("\u00e9 \xFF"), "\u00e9 \uFFFD");
}

TEST(LogText, BreaksEveryFormOfCommand) {
  EXPECT_EQ(log_text("::error file=a::x"), ": :error file=a::x");
  EXPECT_EQ(log_text("a\n \t::anything::x"), "a\n \t: :anything::x");
  EXPECT_EQ(log_text("\u00a0\u2003::set-env name=A::b"), "\u00a0\u2003: :set-env name=A::b");  // blanks to GitHub
  EXPECT_EQ(log_text("x ::WARNING::y"), "x : :WARNING::y");
  EXPECT_EQ(log_text("##[group]x"), "# #[group]x");
  EXPECT_EQ(log_text("a ##[error]x"), "a # #[error]x");
  EXPECT_EQ(log_text("a ##vso[task.complete]x"), "a # #vso[task.complete]x");
  EXPECT_EQ(log_text("##VSO[x]"), "# #VSO[x]");
  EXPECT_EQ(log_text("##teamcity[x]"), "# #teamcity[x]");
  EXPECT_EQ(log_text("###[x]"), "## #[x]");
  EXPECT_EQ(log_text("@@@STEP_FAILURE@@@"), "@@ @STEP_FAILURE@@ @");
  EXPECT_EQ(log_text("@@@@@"), "@@ @@ @");
  EXPECT_EQ(log_text("a\r::error::x"), "a\\x0d::error::x");  // no line begins there any more
}

TEST(LogText, LeavesWhatPeopleRead) {
  for (const std::string text : {"std::vector<a::b> x", "a.cpp: in function 'void f(::foo)'", "boost::system::error::x",
                                 "fe80::1", "## heading", "@@ -1 +1 @@", "#[test]", "##", "::", "a::"}) {
    if (text == "::") {
      EXPECT_EQ(log_text(text), ": :");
    } else {
      EXPECT_EQ(log_text(text), text);
    }
  }
}

TEST(LogText, IsStable) {
  for (const std::string text : {"::error::::error::", "####vso[##[", "@@@@@@@ ::debug::x", ":::error::"})
    EXPECT_EQ(log_text(log_text(text)), log_text(text)) << text;
}

TEST(LogText, CutsLongLinesBetweenCharacters) {
  std::string line = "x";
  while (line.size() < 3 * kLongestLogLine) line += "\u20ac";
  const std::string text = log_text(line + "\nshort\n");
  EXPECT_LT(text.size(), kLongestLogLine + 100);
  EXPECT_TRUE(hooks::base::is_utf8(text));
  EXPECT_TRUE(text.ends_with(" more bytes)\nshort\n")) << text;
}

}  // namespace
