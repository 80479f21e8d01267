// SPDX-License-Identifier: BSD-3-Clause
// The pictures of docs/console.md and of the README are what grapnel prints.
#include "hooks_api/base/files.hpp"
#include "runner/outcome/table.hpp"
#include "runner/report/failure_block.hpp"
#include "runner/report/progress.hpp"
#include "runner/report/terminal.hpp"
#include "tests/docs/blocks.hpp"
#include "tests/paths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>

#include <chrono>

namespace {

using namespace grapnel;
using std::chrono::seconds;
using testing::Contains;

std::vector<std::string> pictures(const char* document) {
  return tests::blocks(std::filesystem::path(tests::kSourceDir) / document, "text");
}

TEST(ConsoleGuide, ThePictureOfARun) {
  RunStarted run;
  for (int i = 0; i < 28; ++i) run.hooks.push_back({"p" + std::to_string(i)});
  run.hooks.push_back({"native"});
  run.hooks.push_back({"sqlite3"});
  report::Progress progress;
  progress.add(run);
  for (int i = 0; i < 14; ++i) progress.add(HookFinished{.hook = run.hooks[static_cast<std::size_t>(i)]});
  progress.add(HookStarted{.hook = {"native"}, .time = seconds(3)});
  progress.add(HookStarted{.hook = {"sqlite3"}, .time = seconds(8)});
  progress.add(HookOutput{.hook = {"native"}, .text = "configure: checking for a C compiler\n"});
  progress.add(HookOutput{.hook = {"sqlite3"}, .text = "CC src/sqlite3.c\n"});
  std::string picture;
  for (const auto& line :
       progress.lines({.time = seconds(12), .jobs = 2, .tokens = 3}, {.columns = 100, .rows = 24}, {}))
    picture += line.text + "\n";
  EXPECT_THAT(pictures("docs/console.md"), Contains(picture));
  EXPECT_THAT(pictures("README.md"), Contains(picture));
}

TEST(ConsoleGuide, TheFailure) {
  HookFinished event{.hook = {"sqlite3"}, .outcome = outcome::row(13, "exit code 2, but output.json says build")};
  event.stderr_tail = "cc -c src/a.c\nsrc/a.c:12:5: error: expected ';'\n";
  event.log = "/app/.dart_tool/hooks_runner/sqlite3/ab5bc52dcf/stderr.txt";
  event.run_sh = "/app/.dart_tool/hooks_runner/sqlite3/ab5bc52dcf/run.sh";
  EXPECT_THAT(pictures("docs/console.md"), Contains(report::failure_block(event)));
}

TEST(ConsoleGuide, TheLog) {
  const tests::TemporaryDirectory directory;
  {
    const auto fd = hooks::base::open_file(directory / "log", O_WRONLY | O_CREAT).value();
    report::Terminal terminal(fd.get(), {.look = {.console = report::Console::plain}});
    RunStarted run{.hooks = {{"sqlite3"}}};
    for (int i = 0; i < 12; ++i) run.hooks.push_back({"p" + std::to_string(i)});
    terminal.on_event(run);
    for (std::size_t i = 1; i < run.hooks.size(); ++i)
      terminal.on_event(HookFinished{.hook = run.hooks[i], .up_to_date = true});
    terminal.on_event(
        HookStarted{.hook = {"sqlite3"}, .reasons = {{.kind = Reason::Kind::file, .subject = "src/a.c"}}});
    terminal.on_event(HookOutput{.hook = {"sqlite3"}, .text = "CC foo.o\n"});
    terminal.on_tick({.time = seconds(90)});
    terminal.on_event(HookFinished{.hook = {"sqlite3"}, .duration = std::chrono::milliseconds(95204)});
    terminal.on_event(CommandFinished{.time = seconds(95)});
  }
  EXPECT_THAT(pictures("docs/console.md"), Contains(tests::read_text(directory / "log")));
}

}  // namespace
