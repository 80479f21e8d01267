// SPDX-License-Identifier: BSD-3-Clause
// spec: dart-hooks, section 6.1: the situations in which a document's syntax is at fault. The texts are ours.
#include "hooks_api/protocol/validate_document.hpp"
#include "tests/conformance/dart_hooks_documents.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using hooks::Json;
using hooks::protocol::Fault;
using hooks::protocol::HookKind;
using hooks::protocol::validate_input_document;
using hooks::protocol::validate_output_document;
using testing::ElementsAre;
using testing::UnorderedElementsAre;
using tests::full_build_input;
using tests::full_build_output;
using tests::with;
using tests::without;

auto input_errors(const Json& document) { return validate_input_document(document, HookKind::build).errors; }
auto output_errors(const Json& document) { return validate_output_document(document, HookKind::build).errors; }

TEST(DartHooks61, AMissingMember) {
  EXPECT_THAT(input_errors(without(full_build_input(), "package_name")),
              ElementsAre(Fault{"package_name", "missing; expected a string"}));
  EXPECT_THAT(input_errors(without(full_build_input(), "config.linking_enabled")),
              ElementsAre(Fault{"config.linking_enabled", "missing; expected a boolean"}));
  EXPECT_THAT(input_errors(without(full_build_input(), "config.build_asset_types")),
              ElementsAre(Fault{"config.build_asset_types", "missing; expected a list"}));
  EXPECT_THAT(input_errors(without(full_build_input(), "config")),
              ElementsAre(Fault{"config", "missing; expected an object"}));
}

TEST(DartHooks61, AValueOfAnotherType) {
  const std::pair<Json, const char*> values[] = {{nullptr, "found null"},         {true, "found a boolean"},
                                                 {1, "found an integer"},         {1.5, "found a number"},
                                                 {Json::Array{}, "found a list"}, {Json::Object{}, "found an object"}};
  for (const auto& [value, found] : values) {
    EXPECT_THAT(input_errors(with(full_build_input(), "package_name", value)),
                ElementsAre(Fault{"package_name", std::string(found) + "; expected a string"}));
  }
}

TEST(DartHooks61, AValueThatDoesNotFit) {
  EXPECT_THAT(input_errors(with(full_build_input(), "out_file", "o.json")),
              ElementsAre(Fault{"out_file", "found 'o.json'; expected an absolute path"}));
  EXPECT_THAT(input_errors(with(full_build_input(), "config.extensions.code_assets.link_mode_preference", "both")),
              ElementsAre(Fault{"config.extensions.code_assets.link_mode_preference",
                                "found 'both'; expected 'dynamic', 'static', 'prefer_dynamic' or 'prefer_static'"}));
}

TEST(DartHooks61, AValueUnderAKeyThatIsAName) {
  EXPECT_THAT(output_errors(with(full_build_output(), "assets_for_linking.q", 5)),
              ElementsAre(Fault{"assets_for_linking.q", "found an integer; expected a list"}));
  EXPECT_THAT(input_errors(with(full_build_input(), "assets.q", Json::Object{})),
              ElementsAre(Fault{"assets.q", "found an object; expected a list"}));
}

// Dart drops the member's name here.
TEST(DartHooks61, APathIsComplete) {
  EXPECT_THAT(output_errors(with(full_build_output(), "assets_for_linking.q.0.encoding.file", 5)),
              ElementsAre(Fault{"assets_for_linking.q.0.encoding.file", "found an integer; expected a string"}));
}

TEST(DartHooks61, AllFaultsOfADocument) {
  Json document = with(without(full_build_output(), "timestamp"), "assets.0.type", 5);
  document = with(std::move(document), "assets_for_build.5.encoding", Json::Object{});
  document = with(std::move(document), "assets_for_linking.q.3.encoding.link_mode", Json::Object{{"type", "odd"}});
  document = with(std::move(document), "dependencies", Json::Array{"a", 1});
  EXPECT_THAT(
      output_errors(document),
      UnorderedElementsAre(Fault{"timestamp", "missing; expected a string"},
                           Fault{"assets.0.type", "found an integer; expected a string"},
                           Fault{"assets_for_build.5.encoding.package", "missing; expected a string"},
                           Fault{"assets_for_build.5.encoding.name", "missing; expected a string"},
                           Fault{"assets_for_build.5.encoding.file", "missing; expected a string"},
                           Fault{"assets_for_linking.q.3.encoding.link_mode.type",
                                 "found 'odd'; expected 'dynamic_loading_bundle', 'dynamic_loading_executable', "
                                 "'dynamic_loading_process', 'dynamic_loading_system' or 'static'"},
                           Fault{"dependencies.0", "found 'a'; expected an absolute path"},
                           Fault{"dependencies.1", "found an integer; expected a string"}));
}

TEST(DartHooks61, MillionsOfFaultsAreNotKept) {
  const Json document = with(full_build_output(), "dependencies", Json::Array(100'000, Json(1)));
  const hooks::protocol::Faults faults = output_errors(document);
  ASSERT_EQ(faults.size(), hooks::protocol::kMaxFaults + 1);
  EXPECT_EQ(faults.front().path, "dependencies.0");
  EXPECT_EQ(faults.back().message, "has more faults than these 1000");
}

TEST(DartHooks61, AKeyOfMegabytesIsCutInThePathsBelowIt) {
  const Json document = with(full_build_output(), "assets_for_linking",
                             Json::Object{{std::string(255, 'k') + "é" + std::string(1'000'000, 'k'),
                                           Json::Array(20'000, Json(Json::Object()))}});
  const hooks::protocol::Faults faults = output_errors(document);
  ASSERT_EQ(faults.size(), hooks::protocol::kMaxFaults + 1);
  EXPECT_EQ(faults[1].path, "assets_for_linking." + std::string(255, 'k') + "….1.type");
}

TEST(DartHooks61, ALineOfAMessageStaysALine) {
  const Json document = with(full_build_output(), "assets_for_linking", Json::Object{{"a\nb", 5}});
  EXPECT_EQ(describe(output_errors(document)), "- assets_for_linking.a\\nb: found an integer; expected a list\n");
  const Json text = with(full_build_input(), "out_file", std::string_view("o\0\x1b[31m\n", 8));
  EXPECT_EQ(describe(input_errors(text)), "- out_file: found 'o\\u0000\\u001b[31m\\n'; expected an absolute path\n");
}

}  // namespace
