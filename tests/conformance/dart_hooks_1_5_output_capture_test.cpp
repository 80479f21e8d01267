// SPDX-License-Identifier: BSD-3-Clause
// What hooks print (spec: dart-hooks, section 1.5), without the defects of D13.
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::HasSubstr;
using testing::Not;
using tests::Ended;
using tests::read_text;
using tests::shell_hook;
using tests::success_output;
using tests::Workspace;

TEST(DartHooks15, TheBytesAreTheHooksAndNothingElse) {
  Workspace workspace;
  workspace.package("app");
  // A character in two pieces, bytes that are no text, no newline at the end.
  workspace.hook(
      "app", "build",
      shell_hook("printf 'a\\303'; sleep 0.1; printf '\\251\\377'\nprintf 'b' >&2; sleep 0.1; printf 'c' >&2\n"
                 "echo '" +
                 success_output() + "' > \"$out\""));
  const Ended ended = workspace.grapnel({"build", "--console", "none"}, {"CARGO_TOKEN=s3cr3t-value"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");  // a hook that succeeds is not heard
  const std::filesystem::path directory = workspace.hook_directory("app");
  EXPECT_EQ(read_text(directory / "stdout.txt"), "a\xC3\xA9\xFF");
  EXPECT_EQ(read_text(directory / "stderr.txt"), "bc");
  for (const char* file : {"stdout.txt", "stderr.txt", "input.json", "output.json", "run.sh"}) {
    EXPECT_THAT(read_text(directory / file), Not(HasSubstr("s3cr3t-value"))) << file;
  }
}

}  // namespace
