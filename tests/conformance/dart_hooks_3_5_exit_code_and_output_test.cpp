// SPDX-License-Identifier: BSD-3-Clause
// Exit code against output.json (spec: dart-hooks, sections 3.3 to 3.5): what Dart's runner would call each end stands
// in the result as dart_kind. What grapnel makes of it beyond that is ci_reporting_4's.
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace {

using hooks::Json;
using tests::read_text;
using tests::shell_hook;
using tests::success_output;
using tests::Workspace;

// The end of a hook, after the document was written.
struct Row {
  const char* end;
  std::array<const char*, 4> kinds;  // no file, success, failure of type build, failure of type infra
};

TEST(DartHooks35, EachEndHasTheKindOfTheTable) {
  const std::string failure = R"(echo '{"timestamp":"t","status":"failure","failure_details":{"type":")";
  const std::array<std::string, 4> documents{"true", "echo '" + success_output() + "' > \"$out\"",
                                             failure + R"(build"}}' > "$out")", failure + R"(infra"}}' > "$out")"};
  Workspace workspace;
  workspace.package("app");
  const std::filesystem::path result = workspace.path() / "result.json";
  for (const Row& row :
       {Row{"exit 0", {"hookRun", "", "hookRun", "infra"}}, Row{"exit 1", {"hookRun", "hookRun", "hookRun", "hookRun"}},
        Row{"exit 2", {"infra", "infra", "infra", "infra"}},
        Row{"exit 3", {"hookRun", "hookRun", "hookRun", "hookRun"}},
        Row{"exit 254", {"hookRun", "hookRun", "hookRun", "hookRun"}},
        Row{"exit 255", {"hookRun", "hookRun", "hookRun", "hookRun"}},
        Row{"kill -SEGV $$", {"hookRun", "hookRun", "hookRun", "hookRun"}}}) {
    for (std::size_t i = 0; i < documents.size(); ++i) {
      workspace.hook("app", "build", shell_hook(documents.at(i) + "\n" + row.end));
      (void)workspace.grapnel({"build", "--result", result});
      EXPECT_EQ(*Json::parse(read_text(result)).find("outcome")->find("dart_kind"), Json(row.kinds.at(i)))
          << row.end << " after " << documents.at(i);
    }
  }
}

// Dart: silence, or an exception that escapes.
TEST(DartHooks35, WhatIsNoDocumentOrNoKnownStatusIsAFailedRun) {
  Workspace workspace;
  workspace.package("app");
  const std::filesystem::path result = workspace.path() / "result.json";
  for (const char* text :
       {"", "{", "[]", "1", R"({"timestamp":"t","status":"postponed"})", R"({"timestamp":"t","status":5})",
        R"({"timestamp":"t","assets":[{"type":5}]})", R"({"timestamp":"t","assets":{}})"}) {
    workspace.hook("app", "build", tests::writing_hook(text));
    const tests::Ended ended = workspace.grapnel({"build", "--result", result});
    EXPECT_NE(ended.exit_code, 0) << text;
    EXPECT_THAT(ended.err, testing::HasSubstr("output.json")) << text;
    EXPECT_EQ(*Json::parse(read_text(result)).find("outcome")->find("dart_kind"), Json("hookRun")) << text;
  }
}

}  // namespace
