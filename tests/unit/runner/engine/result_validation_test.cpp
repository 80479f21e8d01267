// SPDX-License-Identifier: BSD-3-Clause
// Which result documents are valid; docs/schema/result.schema.json says the same (tests/schema).
#include "runner/engine/result_document.hpp"
#include <grapnel/result.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using grapnel::engine::validate_result_document;
using hooks::Json;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> errors(const std::string& text) {
  std::vector<std::string> lines;
  for (const auto& fault : validate_result_document(Json::parse(text)).errors) lines.push_back(describe(fault));
  return lines;
}

TEST(ResultValidation, WhatGrapnelWritesIsValid) {
  grapnel::BuildResult build;
  build.assets = {hooks::CodeAsset{"p", "b", hooks::DynamicLoadingBundle{}, "/out/libb.so"}.encode()};
  build.dependencies = {"/p q/ä#%.c", "/p/dir/"};
  build.hooks.push_back({.hook = {.package = "p"}, .directory = "/d"});
  EXPECT_THAT(errors(to_json(build).to_string()), IsEmpty());
  EXPECT_THAT(errors(to_json(grapnel::LinkResult{}).to_string()), IsEmpty());
}

TEST(ResultValidation, DartsIsValid) {
  EXPECT_THAT(errors(R"({"encodedAssets": [], "encodedAssetsForLinking": {}, "dependencies": ["file:///C:/x%20y"]})"),
              IsEmpty());
}

TEST(ResultValidation, FindsAllFaults) {
  EXPECT_THAT(errors("[]"), ElementsAre("found a list; expected an object"));
  EXPECT_THAT(errors("{}"),
              ElementsAre("dependencies: missing; expected a list", "encodedAssets: missing; expected a list"));
  EXPECT_THAT(errors(R"({"encodedAssets": null, "encodedAssetsForLinking": {"p": [{"type": 1}]}, "dependencies":
                         ["/no/uri", 2, "file:///a%00b"], "outcome": {"class": "success", "exit_code": 0.5, "crash": null,
                         "hooks": [{"class": "success", "exit_code": 0, "package": "p", "hook": "build"}, 3]}})"),
              ElementsAre("encodedAssets: found null; expected a list",
                          "encodedAssetsForLinking.p.0.type: found an integer; expected a string",
                          "dependencies.0: found '/no/uri'; expected a file URI",
                          "dependencies.1: found an integer; expected a string",
                          "dependencies.2: found 'file:///a%00b'; expected a file URI",
                          "outcome.exit_code: found a number; expected an integer",
                          "outcome.crash: found null; expected a boolean",
                          "outcome.hooks.0.directory: missing; expected a string",
                          "outcome.hooks.1: found an integer; expected an object"));
}

TEST(ResultValidation, JudgesEncodings) {
  EXPECT_THAT(errors(R"({"dependencies": [], "encodedAssets": [
                           {"type": "code_assets/code", "encoding": {"id": "package:p/n", "link_mode": {"type": "static"}}},
                           {"type": "data_assets/data"},
                           {"type": "my/type", "encoding": {"file": 1}}]})"),
              ElementsAre("encodedAssets.0.encoding.file: missing; expected a string",
                          "encodedAssets.1.encoding: missing; expected an object"));
}

}  // namespace
