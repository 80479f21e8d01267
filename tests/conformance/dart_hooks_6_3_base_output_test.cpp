// SPDX-License-Identifier: BSD-3-Clause
// spec: dart-hooks, section 6.3: what hooks and the runner both check of an output.
#include "hooks_api/protocol/validate.hpp"
#include "runner/engine/evidence.hpp"
#include "tests/conformance/dart_hooks_documents.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using hooks::EncodedAsset;
using hooks::HookConfig;
using hooks::HookOutput;
using hooks::Json;
using hooks::protocol::HookKind;
using hooks::protocol::validate_output_base;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::FaultAt;

const EncodedAsset kOdd{"odd/type", std::nullopt};
const EncodedAsset kMetadata{"hooks/metadata", Json::Object{{"key", "k"}}};

HookConfig config(bool linking_enabled) { return {{}, {"x/y", "z/w"}, linking_enabled, std::nullopt}; }

TEST(DartHooks63, NothingGoesToLinkHooksWithoutLinking) {
  HookOutput output;
  output.assets_for_linking["q"] = {};  // an empty list is something too
  EXPECT_THAT(validate_output_base(output, HookKind::build, config(false)),
              ElementsAre(FaultAt("assets_for_linking", "linking is not enabled")));
  EXPECT_THAT(validate_output_base(output, HookKind::build, config(true)), IsEmpty());
  EXPECT_THAT(validate_output_base(output, HookKind::link, config(false)), IsEmpty());
  // Their types are not judged then.
  output.assets_for_linking["q"] = {kOdd};
  EXPECT_THAT(validate_output_base(output, HookKind::build, config(false)),
              ElementsAre(FaultAt("assets_for_linking", "linking is not enabled")));
}

TEST(DartHooks63, AssetsForTheBundleAreOfTheApplicationsTypes) {
  HookOutput output;
  output.assets = {{"x/y", std::nullopt}, kOdd, {"z/w", std::nullopt}, kMetadata};
  for (const HookKind kind : {HookKind::build, HookKind::link}) {
    EXPECT_THAT(validate_output_base(output, kind, config(true)),
                ElementsAre(FaultAt("assets.1.type", "found 'odd/type'; this application accepts 'x/y', 'z/w'"),
                            FaultAt("assets.3.type", "found 'hooks/metadata'")));
  }
  EXPECT_THAT(validate_output_base(output, HookKind::link, {{}, {}, std::nullopt, std::nullopt}),
              testing::Contains(FaultAt("assets.0.type", "accepts none")));
}

TEST(DartHooks63, WhatABuildHookSendsToALinkHookIsOfTheApplicationsTypes) {
  HookOutput output;
  output.assets_for_linking["q"] = {{"x/y", std::nullopt}, kOdd, kMetadata};
  EXPECT_THAT(validate_output_base(output, HookKind::build, config(true)),
              ElementsAre(FaultAt("assets_for_linking.q.1.type", "'odd/type'"),
                          FaultAt("assets_for_linking.q.2.type", "'hooks/metadata'")));
  EXPECT_THAT(validate_output_base(output, HookKind::link, config(true)),
              IsEmpty());  // a link hook sends what it likes
}

TEST(DartHooks63, WhatGoesToBuildHooksIsFree) {
  HookOutput output;
  output.assets_for_build = {kOdd, kMetadata};
  EXPECT_THAT(validate_output_base(output, HookKind::build, config(false)), IsEmpty());
}

class DartHooks63Runner : public testing::Test {
 protected:
  std::vector<std::string> faults(const std::string& members, HookKind kind) {
    const auto file = dir_.write("output.json", R"({"timestamp": "t", )" + members + "}");
    const HookConfig rules = config(true);
    const std::string package = "p";
    const std::set<std::string, std::less<>> link_hooks{"q"};
    return grapnel::engine::read_evidence(file, {}, {kind, rules, package, link_hooks}).evidence.faults;
  }
  tests::TemporaryDirectory dir_;
};

TEST_F(DartHooks63Runner, AReceiverHasALinkHook) {
  const std::string assets = R"("assets_for_linking": {"q": [{"type": "x/y"}], "r": [{"type": "x/y"}], "s": []})";
  EXPECT_THAT(faults(assets, HookKind::build), ElementsAre("assets_for_linking.r: package 'r' has no link hook"));
  // For a link hook, the engine warns: D19.
  EXPECT_THAT(faults(assets, HookKind::link), IsEmpty());
}

TEST_F(DartHooks63Runner, SyntaxComesFirst) {
  EXPECT_THAT(faults(R"("assets": [{"type": "odd/type"}, {"type": 5}])", HookKind::build),
              ElementsAre("assets.1.type: found an integer; expected a string"));
}

TEST_F(DartHooks63Runner, DependenciesNeedNotExist) {
  EXPECT_THAT(faults(R"("dependencies": ["/no/such/file", "C:\\nor\\this\\"])", HookKind::build), IsEmpty());
}

}  // namespace
