// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/shown.hpp"
#include "hooks_api/protocol/output.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace {

using hooks::Json;
using hooks::protocol::Fault;
using hooks::protocol::HookKind;
using hooks::protocol::output_to_json;
using hooks::protocol::OutputStatus;
using hooks::protocol::read_output;
using hooks::protocol::ReadOutput;
using testing::ElementsAre;
using testing::IsEmpty;

ReadOutput read(std::string_view text, HookKind kind = HookKind::build) { return read_output(Json::parse(text), kind); }

constexpr std::string_view kStamp = R"("timestamp":"2026-11-21 10:00:00.000")";

std::string with_stamp(std::string_view rest) { return "{" + std::string(kStamp) + std::string(rest) + "}"; }

TEST(ReadOutput, AMissingStatusIsSuccess) {
  const ReadOutput output = read(with_stamp(""));
  EXPECT_EQ(output.status.status, OutputStatus::Status::success);
  EXPECT_THAT(output.faults, IsEmpty());
  EXPECT_FALSE(output.output.failure.has_value());
}

TEST(ReadOutput, KnowsBothShapesOfAFailure) {
  const ReadOutput seed = read(R"({"status":"failure","type":"infra"})");
  EXPECT_EQ(seed.status.status, OutputStatus::Status::failure);
  EXPECT_EQ(seed.status.type, "infra");
  EXPECT_EQ(seed.status.details_type, std::nullopt);

  const ReadOutput shipped =
      read(with_stamp(R"(,"status":"failure","failure_details":{"type":"build","message":"no"})"));
  EXPECT_EQ(shipped.status.type, std::nullopt);
  EXPECT_EQ(shipped.status.details_type, "build");
  EXPECT_EQ(shipped.status.message, "no");
}

TEST(ReadOutput, AnUnknownStatusIsNeither) {
  EXPECT_EQ(read(with_stamp(R"(,"status":"odd")")).status.status, OutputStatus::Status::unknown);
  EXPECT_EQ(read(with_stamp(R"(,"status":"")")).status.status, OutputStatus::Status::unknown);
  const ReadOutput mistyped = read(with_stamp(R"(,"status":5)"));
  EXPECT_EQ(mistyped.status.status, OutputStatus::Status::unknown);
  EXPECT_THAT(mistyped.faults, ElementsAre(Fault{"status", "found an integer; expected a string"}));
}

TEST(ReadOutput, FindsAllFaults) {
  const ReadOutput output = read(R"({
    "assets": [1, {"encoding": {}}, {"type": "hooks/metadata"}],
    "assets_for_linking": {"p": {}, "q": [{"type": 3}]},
    "dependencies": ["/a", 4]
  })");
  EXPECT_THAT(output.faults, ElementsAre(Fault{"timestamp", "missing; expected a string"},
                                         Fault{"dependencies.1", "found an integer; expected a string"},
                                         Fault{"assets.0", "found an integer; expected an object"},
                                         Fault{"assets.1.type", "missing; expected a string"},
                                         Fault{"assets.2.encoding", "missing; expected an object"},
                                         Fault{"assets_for_linking.p", "found an object; expected a list"},
                                         Fault{"assets_for_linking.q.0.type", "found an integer; expected a string"}));
}

// What a hook declares is grapnel's own (docs/schema): Dart does not read it.
TEST(ReadOutput, Declarations) {
  const ReadOutput read_one = read(with_stamp(R"(,"grapnel": {
    "recursive": ["/p/data", "/p/data/", "/p/a/"], "absent": ["/p/z", "/p/y", "/p/z"],
    "tools": [{"path": "/usr/bin/ld"}, {"path": "/usr/bin/cc", "version": "12.2.0", "more": 1}, {"path": "/usr/bin/ld"}],
    "environment": ["LANG", "A", "LANG"], "unknown": 1})"));
  EXPECT_THAT(read_one.faults, IsEmpty());
  hooks::HookOutput::Declarations expected;
  expected.recursive = {"/p/a/", "/p/data/"};
  expected.absent = {"/p/y", "/p/z"};
  expected.tools = {{"/usr/bin/cc", "12.2.0"}, {"/usr/bin/ld", ""}};
  expected.environment = {{"A", "LANG"}};
  EXPECT_EQ(read_one.output.declarations, expected);
}

TEST(ReadOutput, NoVariableCountsIsAnotherThingThanAllDo) {
  const auto none = read(with_stamp(R"(,"grapnel": {"environment": []})")).output.declarations.environment;
  ASSERT_TRUE(none);
  EXPECT_THAT(*none, IsEmpty());
  EXPECT_FALSE(read(with_stamp(R"(,"grapnel": {})")).output.declarations.environment);
  EXPECT_FALSE(read(with_stamp(R"(,"grapnel": {"environment": null})")).output.declarations.environment);
  EXPECT_FALSE(read(with_stamp("")).output.declarations.environment);
}

TEST(ReadOutput, FaultsOfDeclarations) {
  EXPECT_THAT(read(with_stamp(R"(,"grapnel": [])")).faults,
              ElementsAre(Fault{"grapnel", "found a list; expected an object"}));
  const ReadOutput output = read(with_stamp(R"(,"grapnel": {
    "recursive": ["data"], "absent": "/p/z", "tools": [{"path": "gcc"}, {"version": 3}, "/usr/bin/cc"],
    "environment": ["A=1", "", 5, "A\u0000B"]})"));
  EXPECT_THAT(output.faults,
              ElementsAre(Fault{"grapnel.recursive.0", "found 'data'; expected an absolute path"},
                          Fault{"grapnel.absent", "found a string; expected a list"},
                          Fault{"grapnel.tools.0.path", "found 'gcc'; expected an absolute path"},
                          Fault{"grapnel.tools.1.path", "missing; expected a string"},
                          Fault{"grapnel.tools.1.version", "found an integer; expected a string"},
                          Fault{"grapnel.tools.2", "found a string; expected an object"},
                          Fault{"grapnel.environment.0", "found 'A=1'; expected the name of an environment variable"},
                          Fault{"grapnel.environment.1", "found ''; expected the name of an environment variable"},
                          Fault{"grapnel.environment.2", "found an integer; expected a string"},
                          Fault{"grapnel.environment.3", "found " + hooks::base::shown(std::string_view("A\0B", 3)) +
                                                             "; expected the name of an environment variable"}));
}

TEST(ReadOutput, NoListOfDeclarationsIsLongerThanItsLimit) {
  const auto read_with = [](std::string_view key, std::string_view element, std::size_t size) {
    std::string list;
    for (std::size_t i = 0; i < size; ++i) list.append(i == 0 ? "" : ",").append(element);
    return read(with_stamp(",\"grapnel\":{\"" + std::string(key) + "\":[" + list + "]}"));
  };
  EXPECT_THAT(read_with("absent", "\"/a\"", 100'000).faults, IsEmpty());
  for (const auto& [key, element] : {std::pair{"recursive", "\"/a\""},
                                     {"absent", "\"/a\""},
                                     {"environment", "\"A\""},
                                     {"tools", "{\"path\":\"/a\"}"}}) {
    const ReadOutput output = read_with(key, element, 100'001);
    EXPECT_THAT(output.faults,
                ElementsAre(Fault{"grapnel." + std::string(key), "found 100001 entries; expected at most 100000"}));
    EXPECT_EQ(output.output.declarations, hooks::HookOutput::Declarations());
  }
}

TEST(OutputToJson, DeclarationsHaveOneOrder) {
  hooks::HookOutput output{.timestamp = "t"};
  output.declarations.recursive = {"/p/b", "/p/a/", "/p/b/"};
  output.declarations.absent = {"/z", "/y", "/z"};
  output.declarations.tools = {{"/usr/bin/ld"}, {"/usr/bin/cc", "12"}};
  output.declarations.environment = {{"B", "A", "B"}};
  EXPECT_EQ(output_to_json(output, HookKind::link).find("grapnel")->to_string(),
            R"({"absent":["/y","/z"],"environment":["A","B"],"recursive":["/p/a/","/p/b/"],)"
            R"("tools":[{"path":"/usr/bin/cc","version":"12"},{"path":"/usr/bin/ld"}]})");
  output.declarations = {.environment = std::vector<std::string>{}};
  EXPECT_EQ(output_to_json(output, HookKind::link).find("grapnel")->to_string(), R"({"environment":[]})");
}

TEST(OutputToJson, RoundTrips) {
  hooks::HookOutput output;
  output.timestamp = "2026-11-21 10:00:00.000";
  output.failure = hooks::HookOutput::Failure{"infra", "no network"};
  output.dependencies = {"/p/a.c", "/p/data/"};
  output.assets = {{"code_assets/code", Json::Object{{"id", "package:p/a"}}}};
  output.assets_for_build = {{"hooks/metadata", Json::Object{{"key", "k"}, {"value", nullptr}}}};
  output.assets_for_linking = {{"q", {{"data_assets/data", std::nullopt}}}};

  const Json document = output_to_json(output, HookKind::build);
  EXPECT_EQ(document.find("type")->as_string()[0], "infra");
  EXPECT_EQ(document.find("failure_details")->to_string(), R"({"message":"no network","type":"infra"})");
  const ReadOutput again = read_output(Json::parse(document.to_string()), HookKind::build);
  EXPECT_THAT(again.faults, IsEmpty());
  EXPECT_EQ(again.output, output);
}

TEST(OutputToJson, ASuccessHasNoFailure) {
  const Json document = output_to_json({.timestamp = "t"}, HookKind::link);
  EXPECT_EQ(document.to_string(),
            R"({"assets":[],"assets_for_linking":{},"dependencies":[],"status":"success","timestamp":"t"})");
}

TEST(OutputToJson, AMessageOfArbitraryBytesStaysADocument) {
  hooks::HookOutput output{.timestamp = "t"};
  output.failure = hooks::HookOutput::Failure{"build", "bad \xFF byte"};
  EXPECT_TRUE(hooks::base::parse_json(output_to_json(output, HookKind::build).to_string()).has_value());
}

}  // namespace
