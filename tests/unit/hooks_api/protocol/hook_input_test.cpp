// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/input.hpp"
#include <hooks/input.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

namespace {

using namespace hooks;

Json parse(std::string_view text) { return base::parse_json(text).value(); }

std::unique_ptr<BuildInput> build_input(std::string_view members) {
  auto read = protocol::read_build_input(parse(R"({
    "config": {"build_asset_types": ["data_assets/data"]    , "linking_enabled": true},
    "out_dir_shared": "/nonexistent/shared/p/build/", "out_file": "/nonexistent/p/output.json",
    "package_name": "p", "package_root": "/nonexistent/p/")" +
                                               std::string(members) + "}"));
  if (!read) throw std::runtime_error(protocol::describe(read.error()));
  return std::move(*read);
}

std::unique_ptr<LinkInput> link_input(std::string_view members) {
  auto read = protocol::read_link_input(parse(R"({
    "config": {"build_asset_types": ["data_assets/data"]},
    "out_dir_shared": "/nonexistent/shared/p/link/", "out_file": "/nonexistent/p/output.json",
    "package_name": "p", "package_root": "/nonexistent/p/")" +
                                              std::string(members) + "}"));
  if (!read) throw std::runtime_error(protocol::describe(read.error()));
  return std::move(*read);
}

TEST(HookInput, TheOutputDirectoryIsTheSharedOneAndTheChecksum) {
  // The checksum is that of the example in spec dart-hooks, section 1.6.
  auto read = protocol::read_link_input(parse(R"({
    "config": {"build_asset_types": ["data_assets/data"]},
    "out_dir_shared": "/nonexistent/shared/p/link/", "out_file": "/nonexistent/p/output.json",
    "package_name": "p", "package_root": "/nonexistent/p/"})"));
  ASSERT_TRUE(read);
  EXPECT_EQ((*read)->config().checksum(), "9fe464ec31");
  EXPECT_EQ((*read)->output_directory(), "/nonexistent/shared/p/link/9fe464ec31");
  EXPECT_EQ((*read)->output_directory_shared(), "/nonexistent/shared/p/link");
  EXPECT_FALSE(std::filesystem::exists("/nonexistent"));
}

TEST(HookInput, MetadataOfAPackageIsItsFirstMatch) {
  const auto input = build_input(R"(, "assets": {"dep": [
    {"type": "data_assets/data", "encoding": {"key": "k", "value": "not metadata"}},
    {"type": "hooks/metadata", "encoding": {"key": "other", "value": 0}},
    {"type": "hooks/metadata", "encoding": {"key": "k", "value": 1}},
    {"type": "hooks/metadata", "encoding": {"key": "k", "value": 2}},
    {"type": "hooks/metadata", "encoding": {"key": "none"}}], "empty": []})");
  ASSERT_NE(input->metadata("dep", "k"), nullptr);
  EXPECT_EQ(*input->metadata("dep", "k"), Json(1));
  ASSERT_NE(input->metadata("dep", "none"), nullptr);
  EXPECT_TRUE(input->metadata("dep", "none")->is_null());
  EXPECT_EQ(input->metadata("dep", "missing"), nullptr);
  EXPECT_EQ(input->metadata("unknown", "k"), nullptr);
  EXPECT_EQ(input->assets("dep").size(), 5U);
  EXPECT_TRUE(input->assets("empty").empty());
  EXPECT_TRUE(input->assets("unknown").empty());
}

TEST(HookInput, MetadataOfALinkHookIsTheLastMatch) {
  const auto input = link_input(R"(, "assets": [], "assets_from_linking": [
    {"type": "hooks/metadata", "encoding": {"key": "k", "value": 1}},
    {"type": "hooks/metadata", "encoding": {"key": "k", "value": 2}},
    {"type": "hooks/metadata", "encoding": {"key": "other", "value": 3}}],
    "resource_identifiers": "/nonexistent/recorded_uses.json")");
  ASSERT_NE(input->metadata("k"), nullptr);
  EXPECT_EQ(*input->metadata("k"), Json(2));
  EXPECT_EQ(input->metadata("missing"), nullptr);
  EXPECT_EQ(input->recorded_uses_file(), "/nonexistent/recorded_uses.json");
}

TEST(HookInput, LinkingIsEnabledAsTheConfigSays) {
  EXPECT_TRUE(build_input("")->config().linking_enabled());
  EXPECT_FALSE(link_input("")->config().linking_enabled());
}

TEST(HookInput, CodeIsAskedForOrAnError) {
  const auto input = build_input("");
  EXPECT_TRUE(input->config().build_data_assets());
  EXPECT_FALSE(input->config().build_code_assets());
  EXPECT_THROW((void)input->config().code(), std::logic_error);
}

// Expected values: spec dart-hooks, section 2.4.
TEST(UserDefines, PathsCountFromTheFileThatHoldsThem) {
  const UserDefines defines(
      Json::Object{{"relative", "data/a.txt"}, {"up", "../b.txt"}, {"absolute", "/etc/../etc/c.txt"}, {"number", 1}},
      "/ws/app/pubspec.yaml");
  EXPECT_EQ(defines.path("relative"), "/ws/app/data/a.txt");
  EXPECT_EQ(defines.path("up"), "/ws/b.txt");
  EXPECT_EQ(defines.path("absolute"), "/etc/../etc/c.txt");
  EXPECT_EQ(defines.path("number"), std::nullopt);
  EXPECT_EQ(defines.path("missing"), std::nullopt);
  ASSERT_NE(defines.find("number"), nullptr);
  EXPECT_EQ(*defines.find("number"), Json(1));
  EXPECT_EQ(defines.find("missing"), nullptr);
}

TEST(UserDefines, NoneAreEmpty) {
  const auto input = build_input("");
  EXPECT_TRUE(input->user_defines().json().empty());
  EXPECT_TRUE(input->user_defines().base_path().empty());
}

}  // namespace
