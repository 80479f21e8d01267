// SPDX-License-Identifier: BSD-3-Clause
// What the same input of a hook is, and when its answer still holds (spec: hatch-build-hooks, section 6.3, caching).
#include "runner/target/once_per_input.hpp"

#include "tests/unit/runner/target/target_surroundings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace grapnel::target {
namespace {

using hooks::Json;
using hooks::build_target::StageInput;
using hooks::build_target::StageOutput;
using tests::TargetSurroundings;
using tests::TemporaryDirectory;
namespace fs = std::filesystem;

class OncePerInputTest : public testing::Test {
 protected:
  OncePerInputTest() {
    own.directory.write("data.txt", "one");
    own.directory.write("made.bin", "made");
    input.config = {{"key", "value"}};
    input.project_name = "demo";
    input.target_name = "wheel";
    output.dependencies = {own.directory / "data.txt"};
    output.outputs = {"made.bin"};
    output.patch.build_data = {{"artifacts", Json::Array{(own.directory / "made.bin").native()}}};
  }

  [[nodiscard]] static Environment cache_in(const TemporaryDirectory& directory) {
    return {"XDG_CACHE_HOME=" + directory.path().native(), "CC=cc", "EDITOR=vi"};
  }
  [[nodiscard]] OncePerInput question(const std::string& identity = "program") const {
    return {own.surroundings, identity, input};
  }

  TemporaryDirectory cache;
  TargetSurroundings own{cache_in(cache)};
  StageInput input;
  StageOutput output;
};

TEST_F(OncePerInputTest, AnAnswerIsKnownByItsQuestion) {
  EXPECT_EQ(question().find(), std::nullopt);
  question().remember(output);
  EXPECT_EQ(question().find(), output);
}

TEST_F(OncePerInputTest, WithoutAnIdentityNothingIsKnown) {
  question("").remember(output);
  EXPECT_EQ(question("").find(), std::nullopt);
  EXPECT_TRUE(fs::is_empty(cache.path()));
}

TEST_F(OncePerInputTest, TheTargetIsNoPartOfTheQuestion) {
  question().remember(output);
  input.target_name = "sdist";
  input.version = "standard";
  input.directory = "/elsewhere";
  input.work_directory = "/work/elsewhere";
  input.build_data = Json::Object{{"artifacts", Json::Array{"*.so"}}};
  EXPECT_EQ(question().find(), output);
}

TEST_F(OncePerInputTest, WhatTheAnswerMayDependOnIs) {
  question().remember(output);
  EXPECT_EQ(question("other program").find(), std::nullopt);
  const StageInput before = input;
  const auto expect_unknown = [&](const char* what) {
    EXPECT_EQ(question().find(), std::nullopt) << what;
    input = before;
    ASSERT_NE(question().find(), std::nullopt) << what;
  };
  input.config = {{"key", "other"}};
  expect_unknown("config");
  input.options = {{"dependencies", Json::Array{"a"}}};
  expect_unknown("options");
  input.project_name = "other";
  expect_unknown("project");
  input.project_version = "2.0";
  expect_unknown("version");
  input.metadata = {{"description", "other"}};
  expect_unknown("metadata");
  input.config_settings = Json::Object{{"debug", "1"}};
  expect_unknown("config settings");
  own.environment.set("EDITOR", "ed");
  EXPECT_NE(question().find(), std::nullopt) << "a variable that does not say how to build";
  own.environment.set("HATCH_BUILD_CLEAN", "1");
  EXPECT_EQ(question().find(), std::nullopt) << "one that does";
}

TEST_F(OncePerInputTest, AVariableThatTheProjectDeclaresIsAPartOfTheQuestion) {
  own.project.settings.environment.names = {"EDITOR"};
  own.environment.set("EDITOR", "vi");
  question().remember(output);
  ASSERT_NE(question().find(), std::nullopt);
  own.environment.set("EDITOR", "ed");
  EXPECT_EQ(question().find(), std::nullopt);
}

TEST_F(OncePerInputTest, AFileThatChangedMakesItUnknown) {
  question().remember(output);
  own.directory.write("data.txt", "two");
  EXPECT_EQ(question().find(), std::nullopt);
  own.directory.write("data.txt", "one");
  EXPECT_EQ(question().find(), output) << "it is the content that counts";
  fs::remove(own.directory / "data.txt");
  EXPECT_EQ(question().find(), std::nullopt);
}

TEST_F(OncePerInputTest, AnOutputThatIsGoneMakesItUnknown) {
  question().remember(output);
  fs::remove(own.directory / "made.bin");
  EXPECT_EQ(question().find(), std::nullopt);
}

TEST_F(OncePerInputTest, ACopyOfTheProjectHasTheSameAnswerWithItsOwnPaths) {
  question().remember(output);
  TargetSurroundings copy{cache_in(cache)};
  copy.directory.write("data.txt", "one");
  copy.directory.write("made.bin", "made");
  const auto found = OncePerInput(copy.surroundings, "program", input).find();
  ASSERT_TRUE(found);
  EXPECT_THAT(found->dependencies, testing::ElementsAre(copy.directory / "data.txt"));
  ASSERT_NE(found->patch.build_data.find("artifacts"), nullptr);
  EXPECT_EQ(*found->patch.build_data.find("artifacts"), Json(Json::Array{(copy.directory / "made.bin").native()}));
}

TEST_F(OncePerInputTest, DamageIsAnUnknownAnswer) {
  question().remember(output);
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(cache.path())) {
    if (!entry.is_regular_file()) continue;
    ++files;
    for (const char* text : {"", "{", "[]", R"({"answer":{},"files":[]})", R"({"answer":7,"files":{}})",
                             R"({"answer":{"build_target":{"outputs":7}},"files":{}})"}) {
      cache.write(fs::relative(entry.path(), cache.path()).native(), text);
      EXPECT_EQ(question().find(), std::nullopt) << text;
    }
  }
  EXPECT_EQ(files, 1U);
  question().remember(output);
  EXPECT_EQ(question().find(), output);
}

}  // namespace
}  // namespace grapnel::target
