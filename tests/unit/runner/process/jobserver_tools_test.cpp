// SPDX-License-Identifier: BSD-3-Clause
// The jobserver with real tools: GNU make, cargo, Python.
#include "tests/support/program.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class JobserverToolsTest : public testing::Test {
 protected:
  JobserverToolsTest() {
    // Two makes below one, six recipes each, that say when they begin and end.
    directory_.write("Makefile", "all: left right\nleft right:\n\t@$(MAKE) -s -f leaf.mk\n");
    directory_.write("leaf.mk", "all: a b c d e f\na b c d e f:\n\t@echo begin >>log; sh meet.sh && echo end >>log\n");
    // Nobody goes on before as many as in `goal` have met: on a busy machine one would end before the next has begun.
    directory_.write("meet.sh",
                     "i=0\n"
                     "until test ! -e goal || test -e met; do\n"
                     "  i=$((i+1)); test $i -lt 6000 || exit 1\n"
                     "  test $(($(grep -c begin log) - $(grep -c end log))) -lt $(cat goal) || : >met\n"
                     "  sleep 0.01\n"
                     "done\n"
                     "sleep 0.05\n");
  }

  /// So many recipes have to meet.
  void meet(int count) const { directory_.write("goal", std::to_string(count)); }

  [[nodiscard]] static std::string jobs_program() { return tests::program("share_jobs").native(); }

  /// Runs `arguments` as started by no make.
  [[nodiscard]] tests::Ended run(const std::vector<std::string>& arguments) const {
    auto environment = tests::environment_with();
    std::erase_if(environment, [](const std::string& variable) {
      return variable.starts_with("MAKE") || variable.starts_with("CARGO_MAKEFLAGS=") ||
             variable.starts_with("MFLAGS=");
    });
    return tests::run(arguments, directory_.path(), directory_.path(), environment);
  }

  [[nodiscard]] tests::Ended share(unsigned jobs, std::vector<std::string> commands) const {
    commands.insert(commands.begin(), {jobs_program(), std::to_string(jobs)});
    return run(commands);
  }

  struct Recipes {
    int count = 0;
    int at_once = 0;
  };
  /// What the log says, as it is in the end.
  [[nodiscard]] Recipes recipes() const {
    Recipes recipes;
    int running = 0;
    std::istringstream lines(directory_.read("log"));
    for (std::string line; std::getline(lines, line);) {
      running += line == "begin" ? 1 : -1;
      recipes.count += line == "begin" ? 1 : 0;
      recipes.at_once = std::max(recipes.at_once, running);
    }
    return recipes;
  }

  tests::TemporaryDirectory directory_;
};

TEST_F(JobserverToolsTest, NestedMakesUseAllTokensAndNoMore) {
  meet(3);
  const auto ended = share(3, {"make -s"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(ended.err, "") << "make 4.3 warns of what it does not understand";
  EXPECT_EQ(recipes().count, 12);
  EXPECT_EQ(recipes().at_once, 3);
}

TEST_F(JobserverToolsTest, OneJobIsOneRecipe) {
  const auto ended = share(1, {"make -s"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(recipes().at_once, 1);
}

TEST_F(JobserverToolsTest, TwoChildrenShare) {
  meet(4);
  const auto ended = share(4, {"make -s", "make -s"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(recipes().count, 24);
  EXPECT_EQ(recipes().at_once, 4);
}

TEST_F(JobserverToolsTest, MoreChildrenThanTokens) {
  meet(2);
  const auto ended = share(2, {"make -s", "make -s", "make -s"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(recipes().count, 36);
  EXPECT_EQ(recipes().at_once, 2);
}

TEST_F(JobserverToolsTest, AChildKilledWithTokensLosesNone) {
  // The first takes all it can get (the second has one) and is killed with its makes; then the tokens are there.
  meet(2);
  const std::string first =
      "echo $$ >first.new; mv first.new first\n"
      "make -s >/dev/null 2>&1 & until test -e met; do sleep 0.01; done; kill -9 0";
  const std::string second =
      "until test -e met; do sleep 0.01; done; while kill -0 $(cat first); do sleep 0.01; done 2>/dev/null\n"
      "rm -f log met; echo 3 >goal; make -s";
  const auto ended = share(3, {first, second});
  EXPECT_EQ(ended.exit_code, 1) << "one was killed";
  EXPECT_EQ(recipes().count, 12);
  EXPECT_EQ(recipes().at_once, 3);
}

class JobserverUnderMake : public JobserverToolsTest {
 protected:
  /// A Makefile whose recipe `under` stands beside a make of its own.
  void write_outer(const std::string& under) const {
    directory_.write("outer.mk", "all: shared other\nshared:\n\t" + under + "\nother:\n\t@$(MAKE) -s -f leaf.mk\n");
  }
  [[nodiscard]] std::string shared(const std::string& commands) const {
    return "'" + jobs_program() + "' 8 " + commands;
  }
};

// make counts its tokens in the end, and complains where one is missing or one too many.
TEST_F(JobserverUnderMake, ItIsTheClientOfMakeForAll) {
  meet(4);
  write_outer("@+" + shared("'make -s' 'make -s'"));
  const auto ended = run({"/usr/bin/make", "-s", "-j4", "-f", "outer.mk"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(recipes().count, 30);
  EXPECT_EQ(recipes().at_once, 4);
}

TEST_F(JobserverUnderMake, TokensAreBackAfterAKilledChild) {
  write_outer("@+-" + shared("'make -s >/dev/null 2>&1 & sleep 0.08; kill -9 0'") + " 2>/dev/null");
  const auto ended = run({"/usr/bin/make", "-s", "-j4", "-f", "outer.mk"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.err, Not(HasSubstr("INTERNAL")));
}

TEST_F(JobserverUnderMake, TokensAreBackAfterACancel) {
  write_outer("@+" + shared("'make -s' 'make -s' >/dev/null 2>&1") + " & sleep 0.12; kill -TERM $$!; wait $$!; true");
  const auto ended = run({"/usr/bin/make", "-s", "-j4", "-f", "outer.mk"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.err, Not(HasSubstr("INTERNAL")));
}

TEST_F(JobserverUnderMake, WithoutThePlusItWarnsAndRunsOneAtATime) {
  write_outer("@" + shared("'make -s' 'make -s'"));
  directory_.write("outer.mk", "all:\n\t@" + shared("'make -s' 'make -s'") + "\n");
  const auto ended = run({"/usr/bin/make", "-s", "-j4", "-f", "outer.mk"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.err, HasSubstr("put '+' in front of the command in its recipe"));
  EXPECT_EQ(recipes().at_once, 1);
}

// What the guide says of Python: its subprocess closes the descriptors.
TEST_F(JobserverToolsTest, PythonClosesTheDescriptorsUnlessItIsAskedNotTo) {
  const auto python = [](const std::string& more) {
    return "/usr/bin/python3 -c 'import subprocess; subprocess.run([\"make\", \"-s\"], check=True" + more + ")'";
  };
  auto ended = share(3, {python("")});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.err, HasSubstr("jobserver unavailable: using -j1"));
  EXPECT_EQ(recipes().at_once, 1);

  std::filesystem::remove(directory_ / "log");
  meet(3);
  ended = share(3, {python(", pass_fds=(3, 4)")});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(recipes().at_once, 3);
}

TEST_F(JobserverToolsTest, CargoIsAClient) {
  meet(3);
  directory_.write("crate/Cargo.toml",
                   "[package]\nname = \"many\"\nversion = \"0.1.0\"\nedition = \"2021\"\nbuild = \"build.rs\"\n");
  directory_.write("crate/src/lib.rs", "");
  // The jobserver that cargo hands on to its build scripts is the one that it was given.
  directory_.write("crate/build.rs",
                   "fn main() {\n"
                   "  let flags = std::env::var(\"CARGO_MAKEFLAGS\").unwrap();\n"
                   "  let status = std::process::Command::new(\"make\").args([\"-s\", \"-f\", \"leaf.mk\"])\n"
                   "    .current_dir(\"..\").env(\"MAKEFLAGS\", flags).status().unwrap();\n"
                   "  assert!(status.success());\n"
                   "}\n");
  const auto ended =
      share(3, {"cd crate && CARGO_HOME=$PWD/home RUSTC=/usr/bin/rustc exec /usr/bin/cargo build --quiet "
                "--offline"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(recipes().count, 6);
  EXPECT_EQ(recipes().at_once, 3);
}

}  // namespace
