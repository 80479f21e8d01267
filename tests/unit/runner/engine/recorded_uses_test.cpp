// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/recorded_uses.hpp"

#include "runner/base/errors.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using grapnel::engine::RecordedUses;
using hooks::Json;

constexpr std::string_view kRecording = R"({
  "constants": [{"type": "int", "value": 1}, {"type": "instance", "definition_index": 2}],
  "definitions": [
    {"uri": "package:q/q.dart", "path": [{"kind": "method", "name": "f"}]},
    {"uri": "package:p/p.dart", "path": [{"kind": "method", "name": "g"}]},
    {"uri": "package:r/r.dart", "path": [{"kind": "class", "name": "C"}]},
    {"uri": "package:pp/pp.dart", "path": []}
  ],
  "loading_units": [{"name": "root"}],
  "uses": {
    "static_calls": [
      {"definition_index": 0, "uses": [{"type": "tearoff", "loading_unit_index": 0}]},
      {"definition_index": 1, "uses": [{"type": "with_arguments", "positional": [0]}]}
    ],
    "instances": [{"definition_index": 3, "uses": []}]
  }
})";

TEST(RecordedUses, KeepsThePackagesDefinitionsAndRenumbers) {
  const tests::TemporaryDirectory dir;
  const RecordedUses uses(dir.write("uses.json", kRecording));
  // p's own definition and the one that a constant refers to; q's and pp's are gone.
  EXPECT_EQ(uses.for_package("p"), Json::parse(R"({
    "constants": [{"type": "int", "value": 1}, {"type": "instance", "definition_index": 1}],
    "definitions": [
      {"uri": "package:p/p.dart", "path": [{"kind": "method", "name": "g"}]},
      {"uri": "package:r/r.dart", "path": [{"kind": "class", "name": "C"}]}
    ],
    "loading_units": [{"name": "root"}],
    "uses": {
      "static_calls": [{"definition_index": 0, "uses": [{"type": "with_arguments", "positional": [0]}]}],
      "instances": []
    }
  })"));
}

TEST(RecordedUses, SurvivesIndicesThatPointNowhere) {
  const tests::TemporaryDirectory dir;
  const RecordedUses uses(
      dir.write("uses.json", R"({"constants":[{"definition_index":9},{"definition_index":-1}],"definitions":[]})"));
  EXPECT_EQ(*uses.for_package("p").find("definitions"), Json(Json::Array{}));
}

TEST(RecordedUses, SaysWhatIsWrong) {
  const tests::TemporaryDirectory dir;
  const auto message_of = [&](std::string_view text) -> std::string {
    try {
      const RecordedUses uses(dir.write("uses.json", text));
      return "no error";
    } catch (const grapnel::ProjectError& error) {
      return error.what();
    }
  };
  EXPECT_THAT(message_of("{"), testing::HasSubstr("line 1"));
  EXPECT_THAT(message_of("[]"), testing::HasSubstr("expected an object"));
  EXPECT_THAT(message_of(R"({"definitions":{}})"), testing::HasSubstr("definitions: found an object; expected a list"));
  EXPECT_THAT(message_of(R"({"uses":[]})"), testing::HasSubstr("uses: found a list; expected an object"));
  EXPECT_THROW(RecordedUses("/does/not/exist"), grapnel::ProjectError);
}

}  // namespace
