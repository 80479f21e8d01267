// SPDX-License-Identifier: BSD-3-Clause
// Runs of the real grapnel with hooks of the real SDK, for every target: documents of each kind for the validator,
// whatever else a run of ctest was asked for (documents_test.py runs this too).
#include "tests/support/program.hpp"
#include "tests/support/workspace.hpp"

#include <gtest/gtest.h>

namespace {

using tests::Ended;
using tests::Workspace;

class Samples : public testing::TestWithParam<std::vector<std::string>> {
 protected:
  void SetUp() override {
    workspace_.package("app", {"p"});
    workspace_.package("p");
    for (const std::string package : {"app", "p"}) {
      copy("sdk_build_hook", workspace_.root(package) / "hook/build");
      copy("sdk_link_hook", workspace_.root(package) / "hook/link");
    }
  }
  static void copy(const std::string& program, const std::filesystem::path& to) {
    std::filesystem::create_directories(to.parent_path());
    std::filesystem::copy_file(tests::program(program), to);
  }
  void expect_success(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), GetParam().begin(), GetParam().end());
    const Ended ended = workspace_.grapnel(arguments);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
  }
  [[nodiscard]] std::string file(const char* name) const { return workspace_.path() / name; }

  Workspace workspace_;
};

TEST_P(Samples, BuildAndLinkInTwoProcesses) {
  expect_success(
      {"build", "--linking-enabled", "--result", file("build.json"), "--native-assets", file("native_assets.json")});
  expect_success({"link", "--build-result", file("build.json"), "--result", file("link.json")});
}

TEST_P(Samples, BuildWithUserDefines) {
  expect_success({"build", "--define", "app.list=[1,null,{\"a\":1.5}]", "--result", file("build.json")});
}

INSTANTIATE_TEST_SUITE_P(Targets, Samples,
                         testing::Values(std::vector<std::string>{},
                                         std::vector<std::string>{"--target-os", "android", "--target-arch", "arm64",
                                                                  "--sanitizer", "asan"},
                                         std::vector<std::string>{"--target-os", "ios", "--target-arch", "arm64"},
                                         std::vector<std::string>{"--target-os", "macos", "--target-arch", "arm64"},
                                         std::vector<std::string>{"--target-os", "windows", "--cc", "/bin/true", "--ar",
                                                                  "/bin/true", "--ld", "/bin/true"},
                                         std::vector<std::string>{"--asset-type", "data"}));

}  // namespace
