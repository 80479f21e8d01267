// SPDX-License-Identifier: BSD-3-Clause
// What of a hook's words is shown, and how it aborts (spec: hatch-build-hooks, section 2, `app`).
#include "hooks_api/build_target/aborted.hpp"
#include <hooks/build_target.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace {

using hooks::BuildApp;
using hooks::build_target::Aborted;

void append(void* receiver, std::string_view text) { *static_cast<std::string*>(receiver) += text; }

std::string shown_at(std::int64_t verbosity) {
  std::string shown;
  const BuildApp app(verbosity, append, &shown);
  EXPECT_EQ(app.verbosity(), verbosity);
  app.display("display");
  app.display_info("info");
  app.display_success("success");
  app.display_waiting("waiting");
  app.display_mini_header("header");
  app.display_warning("warning");
  app.display_error("error");
  app.display_debug("debug");
  app.display_debug("debug 2", 2);
  app.display_debug("debug 3", 3);
  return shown;
}

TEST(BuildApp, ShowsWhatTheVerbosityAsksFor) {
  const std::string normal = "display\ninfo\nsuccess\nwaiting\n[header]\nwarning\nerror\n";
  EXPECT_EQ(shown_at(4), normal + "debug\ndebug 2\ndebug 3\n");
  EXPECT_EQ(shown_at(3), normal + "debug\ndebug 2\ndebug 3\n");
  EXPECT_EQ(shown_at(2), normal + "debug\ndebug 2\n");
  EXPECT_EQ(shown_at(1), normal + "debug\n");
  EXPECT_EQ(shown_at(0), normal);
  EXPECT_EQ(shown_at(-1), "display\nwarning\nerror\n");
  EXPECT_EQ(shown_at(-2), "display\nerror\n");
  EXPECT_EQ(shown_at(-3), "display\n");
}

TEST(BuildApp, ShowsOnStandardErrorByDefault) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  BuildApp().display("a line");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "a line\n");
}

TEST(BuildApp, HasThreeLevelsOfDebugOutput) {
  const BuildApp app(3);
  for (const int level : {-1, 0, 4}) {
    try {
      app.display_debug("text", level);
      ADD_FAILURE() << level;
    } catch (const std::invalid_argument& fault) {
      EXPECT_EQ(fault.what(), "display_debug: level " + std::to_string(level) + "; expected 1, 2 or 3");
    }
  }
}

Aborted abort_at(std::int64_t verbosity, std::string& shown, const std::string& message, int code) {
  const BuildApp app(verbosity, append, &shown);
  try {
    app.abort(message, code);
  } catch (const std::exception&) {
    ADD_FAILURE() << "who catches std::exception does not mean an abort";
  } catch (const Aborted& aborted) {
    return aborted;
  }
  return {};
}

TEST(BuildApp, AbortShowsItsMessageAsAnError) {
  std::string shown;
  const Aborted aborted = abort_at(-2, shown, "no compiler", 7);
  EXPECT_EQ(aborted.message, "no compiler");
  EXPECT_EQ(aborted.code, 7);
  EXPECT_EQ(shown, "no compiler\n");
}

TEST(BuildApp, AbortShowsNothingWhereThereIsNothing) {
  std::string shown;
  EXPECT_EQ(abort_at(0, shown, "", 1).message, "");
  EXPECT_EQ(abort_at(-3, shown, "quiet", 1).message, "quiet");
  EXPECT_EQ(shown, "");
}

}  // namespace
