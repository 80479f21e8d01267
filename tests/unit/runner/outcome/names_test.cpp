// SPDX-License-Identifier: BSD-3-Clause
#include <grapnel/outcome.hpp>

#include <gtest/gtest.h>

#include <errno.h>
#include <signal.h>

namespace grapnel {
namespace {

TEST(ProcessEndTest, IsDescribedInOnePartOfASentence) {
  EXPECT_EQ(describe(Exited{0}), "exit code 0");
  EXPECT_EQ(describe(Exited{137}), "exit code 137");
  EXPECT_EQ(describe(Signaled{SIGKILL, false}), "killed by SIGKILL");
  EXPECT_EQ(describe(Signaled{SIGSEGV, true}), "killed by SIGSEGV (core dumped)");
  EXPECT_EQ(describe(NotStarted{ENOENT, "no such program"}), "not started: no such program");
}

TEST(SignalName, HasTheSystemsNameOrTheNumber) {
  EXPECT_EQ(signal_name(SIGTERM), "SIGTERM");
  EXPECT_EQ(signal_name(SIGSYS), "SIGSYS");
  EXPECT_EQ(signal_name(42), "signal 42");
  EXPECT_EQ(signal_name(0), "signal 0");
  EXPECT_EQ(signal_name(-1), "signal -1");
  EXPECT_EQ(signal_name(1000), "signal 1000");
}

TEST(NameOf, GivesTheWordsOfDocuments) {
  EXPECT_EQ(name_of(OutcomeClass::success), "success");
  EXPECT_EQ(name_of(OutcomeClass::build_failure), "build_failure");
  EXPECT_EQ(name_of(OutcomeClass::infra_failure), "infra_failure");
  EXPECT_EQ(name_of(OutcomeClass::uncategorized), "uncategorized");
  EXPECT_EQ(name_of(OutcomeClass::timed_out), "timed_out");
  EXPECT_EQ(name_of(OutcomeClass::canceled), "canceled");
  EXPECT_EQ(name_of(OutcomeClass::skipped), "skipped");
  EXPECT_EQ(name_of(LuciStatus::none), "");
  EXPECT_EQ(name_of(LuciStatus::success), "SUCCESS");
  EXPECT_EQ(name_of(LuciStatus::failure), "FAILURE");
  EXPECT_EQ(name_of(LuciStatus::infra_failure), "INFRA_FAILURE");
  EXPECT_EQ(name_of(LuciStatus::canceled), "CANCELED");
  EXPECT_EQ(name_of(Retry::never), "never");
  EXPECT_EQ(name_of(Retry::once), "once");
  EXPECT_EQ(name_of(Retry::yes), "yes");
  EXPECT_EQ(name_of(DartKind::none), "");
  EXPECT_EQ(name_of(DartKind::hook_run), "hookRun");
  EXPECT_EQ(name_of(DartKind::infra), "infra");
  EXPECT_EQ(name_of(DartKind::project_config), "projectConfig");
  EXPECT_EQ(name_of(DartKind::internal), "internal");
}

}  // namespace
}  // namespace grapnel
