// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/hang_report.hpp"

#include "hooks_api/base/spawn.hpp"
#include "runner/process/leftovers.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

namespace grapnel::process {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using tests::TemporaryDirectory;

/// A shell in a group of its own, which has made `ready` when the constructor ends.
class Shell {
 public:
  Shell(const TemporaryDirectory& directory, const std::string& script, const std::string& token = {}) {
    hooks::base::SpawnRequest request;
    request.executable = "/bin/sh";
    request.arguments = {"sh", "-c", script};
    request.working_directory = directory.path();
    if (!token.empty()) request.environment = {"GRAPNEL_HOOK_RUN=" + token};
    pid_ = hooks::base::spawn(request).value();
    while (!std::filesystem::exists(directory / "ready")) std::this_thread::sleep_for(1ms);
  }
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;
  ~Shell() {
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

TEST(HangReport, ShowsTheTreeWithStatesAndFiles) {
  const TemporaryDirectory directory;
  const Shell shell(directory, "/bin/sleep 50 < . & sh -c 'kill -STOP $$' & : > ready; wait");
  const std::string leader = "  " + std::to_string(shell.pid()) + " sh: S (sleeping)";
  std::string report;
  // Until the shells have come to where they stay; each process gets there in its own time.
  const auto is_settled = [&] {
    return report.find(leader) != report.npos && report.find(" sleep: S (sleeping)") != report.npos &&
           report.find("T (stopped by a signal)") != report.npos;
  };
  for (int i = 0; i < 10'000 && !is_settled(); ++i) {
    if (i > 0) std::this_thread::sleep_for(1ms);
    report = hang_report({.group = shell.pid(), .headline = "why", .stdout_tail = "one\ntwo", .stderr_tail = ""});
  }
  EXPECT_TRUE(report.starts_with("why\nprocesses:\n" + leader)) << report;
  EXPECT_THAT(report, AllOf(HasSubstr(" sleep: S (sleeping)"), HasSubstr("command: /bin/sleep 50\n"),
                            HasSubstr("0 " + directory.path().native()), HasSubstr("T (stopped by a signal)"),
                            HasSubstr("\n    "), HasSubstr("last lines of standard output:\none\ntwo\n"),
                            HasSubstr("last lines of standard error: none\n")));
  EXPECT_THAT(report, testing::ContainsRegex(", for [0-9]+\\.[0-9] s\n"));
  EXPECT_THAT(report, testing::Not(HasSubstr("runner_process_test")));
}

TEST(HangReport, ShowsWhoHasLeftTheGroup) {
  const TemporaryDirectory directory;
  const std::string token = new_run_id() + "/1";
  const Shell shell(directory, "setsid sleep 50 & : > ready; wait", token);
  const auto sleeps = [&] {
    const auto found = processes_of(0, token);
    return std::any_of(found.begin(), found.end(), [](const Leftover& one) { return one.command == "sleep 50"; });
  };
  while (!sleeps()) std::this_thread::sleep_for(1ms);
  const auto report = hang_report({.group = shell.pid(), .token = token});
  EXPECT_THAT(report, HasSubstr("command: sleep 50\n"));
  std::vector<hooks::base::Fd> dying;
  while (!kill_carriers(token, dying)) std::this_thread::sleep_for(1ms);
}

TEST(HangReport, HasBounds) {
  const TemporaryDirectory directory;
  const Shell shell(directory, "i=0; while [ $i -lt 80 ]; do /bin/sleep 50 & i=$((i+1)); done; : > ready; wait");
  const std::string words(1U << 20U, 'w');
  const auto report = hang_report({.group = shell.pid(), .stdout_tail = words, .stderr_tail = words});
  EXPECT_LT(report.size(), 64U << 10U);
  EXPECT_THAT(report, HasSubstr("  and 17 more\n"));
}

TEST(HangReport, EscapesWhatAProcessCallsItself) {
  const TemporaryDirectory directory;
  const Shell shell(directory,
                    "printf '#!/bin/sh\\n: > ready; /bin/sleep 50\\n' > 'a) R 1\n\033[1m'; chmod +x a*; "
                    "./a* '\033[31m\nred' & wait");
  const auto report = hang_report({.group = shell.pid()});
  EXPECT_THAT(report, AllOf(HasSubstr("a) R 1\\n"), HasSubstr("\\u001b[31m\\nred")));
  EXPECT_EQ(report.find('\033'), std::string::npos);
}

TEST(HangReport, SaysLittleWhereThereIsNobody) {
  for (const pid_t nobody : {0x7ffffff0, 0}) {
    EXPECT_EQ(hang_report({.group = nobody, .headline = "why"}),
              "why\nprocesses:\nlast lines of standard output: none\nlast lines of standard error: none\n");
  }
}

}  // namespace
}  // namespace grapnel::process
