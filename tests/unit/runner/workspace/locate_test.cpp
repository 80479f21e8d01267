// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/temporary_directory.hpp"
#include <grapnel/runner.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace grapnel {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class LocateTest : public ::testing::Test {
 protected:
  LocateTest() {
    config = directory.write("app/.dart_tool/package_config.json", R"({"configVersion": 2, "packages": [
      {"name": "app", "rootUri": "../"},
      {"name": "inner", "rootUri": "../packages/inner"},
      {"name": "linked", "rootUri": "../../link"}]})");
    fs::create_directories(directory / "app/packages/inner/hook");
    fs::create_directories(directory / "app/packages/inner_too");
    fs::create_directories(directory / "real/lib");
    fs::create_directory_symlink(directory / "real", directory / "link");
  }
  std::string refusal(const fs::path& from) const {
    try {
      return "found " + package_around(config, from);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
  }

  tests::TemporaryDirectory directory;
  fs::path config;
};

TEST_F(LocateTest, FindsThePackageConfigUpwards) {
  EXPECT_EQ(find_package_config(directory / "app"), config);
  EXPECT_EQ(find_package_config(directory / "app/"), config);
  EXPECT_EQ(find_package_config(directory / "app/packages/inner/hook"), config);
  EXPECT_EQ(find_package_config(directory / "app/packages/../packages/."), config);
  EXPECT_EQ(find_package_config(directory / "real"), "");
}

TEST_F(LocateTest, ANearerPackageConfigWins) {
  const fs::path nearer = directory.write("app/packages/inner/.dart_tool/package_config.json", "{}");
  EXPECT_EQ(find_package_config(directory / "app/packages/inner/hook"), nearer);
  EXPECT_EQ(find_package_config(directory / "app/packages"), config);
}

TEST_F(LocateTest, FindsAGrapnelTomlWithPackagesUpwards) {
  const fs::path toml = directory.write("app/packages/grapnel.toml", "[packages.inner]\npath = 'inner'\n");
  EXPECT_EQ(find_package_config(directory / "app/packages/inner/hook"), toml) << "the nearest of both";
  EXPECT_EQ(find_package_config(directory / "app"), config);
  EXPECT_EQ(package_around(toml, directory / "app/packages/inner/hook"), "inner");
  directory.write("app/packages/grapnel.toml", "[defaults]\n");
  EXPECT_EQ(find_package_config(directory / "app/packages/inner"), config) << "settings are no workspace";
  directory.write("app/packages/grapnel.toml", "no TOML");
  EXPECT_EQ(find_package_config(directory / "app/packages/inner"), toml) << "whoever reads it says what is wrong";
  fs::remove(toml);
  fs::create_directories(toml);
  EXPECT_EQ(find_package_config(directory / "app/packages/inner"), config) << "a directory is no file";
}

TEST_F(LocateTest, InOneDirectoryAGrapnelTomlWithPackagesWins) {
  const fs::path toml = directory.write("app/grapnel.toml", "[packages.app]\npath = '.'\n");
  EXPECT_EQ(find_package_config(directory / "app/packages"), toml);
  directory.write("app/grapnel.toml", "[environment]\npass = []\n");
  EXPECT_EQ(find_package_config(directory / "app/packages"), config);
}

TEST_F(LocateTest, FindsTheClosestPackageAroundADirectory) {
  EXPECT_EQ(package_around(config, directory / "app"), "app");
  EXPECT_EQ(package_around(config, directory / "app/packages"), "app");
  EXPECT_EQ(package_around(config, directory / "app/packages/inner/"), "inner");
  EXPECT_EQ(package_around(config, directory / "app/packages/inner/hook"), "inner");
  EXPECT_EQ(package_around(config, directory / "app/packages/inner_too"), "app");
}

TEST_F(LocateTest, FollowsLinksToAPackage) {
  EXPECT_EQ(package_around(config, directory / "link/lib"), "linked");
  EXPECT_EQ(package_around(config, directory / "real/lib"), "linked");
}

TEST_F(LocateTest, SaysWhyThereIsNone) {
  EXPECT_THAT(refusal(directory.path()), HasSubstr("is in or around '" + directory.path().string() + "'"));
  fs::remove(config);
  EXPECT_THAT(refusal(directory.path()), HasSubstr("does not exist"));
  directory.write("app/.dart_tool/package_config.json", "[]");
  EXPECT_THAT(refusal(directory.path()), HasSubstr("found a list; expected an object"));
}

}  // namespace
}  // namespace grapnel
