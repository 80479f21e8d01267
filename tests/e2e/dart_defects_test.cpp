// SPDX-License-Identifier: BSD-3-Clause
// What Dart's runner gets wrong and no other test shows (spec: dart-hooks, section 11).
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using tests::Ended;
using tests::read_text;
using tests::Workspace;
using tests::writing_hook;

// D15
TEST(ForDartCompatibility, CompilersSeeTheHooksEnvironment) {
  Workspace workspace;
  workspace.package("app");
  workspace.write("app", "hook/build.cpp", "int main() {}\n");
  const std::filesystem::path compiler = workspace.path() / "c++";
  const std::filesystem::path seen = workspace.path() / "environment";
  workspace.write_executable("c++", "#!/bin/sh\nenv > '" + seen.string() + "'\nexit 1\n");
  EXPECT_EQ(
      workspace.grapnel({"build", "--cxx", compiler}, {"MY_VARIABLE=unfiltered", "CARGO_HOME=filtered"}).exit_code, 1);
  EXPECT_THAT(read_text(seen), AllOf(HasSubstr("CARGO_HOME=filtered"), Not(HasSubstr("MY_VARIABLE"))));
}

// D17
TEST(ForDartCompatibility, MessagesNameTheKindOfHook) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook("app", "link", writing_hook("{}", 1));
  const Ended failed = workspace.grapnel({"build", "--link"});
  EXPECT_THAT(failed.err, AllOf(HasSubstr("link hook of package 'app'"), Not(HasSubstr("build hook"))));
  workspace.hook("app", "link", writing_hook("{}"));
  const Ended invalid = workspace.grapnel({"build", "--link"});
  EXPECT_THAT(invalid.err, AllOf(HasSubstr("link hook of package 'app'"), HasSubstr("timestamp: missing")));
}

// The tenth point of section 12.
TEST(PathsOfTests, AreNotKind) {
  const tests::TemporaryDirectory directory;
  EXPECT_THAT(directory.path().string(), AllOf(HasSubstr(" "), HasSubstr("é")));
}

}  // namespace
