// SPDX-License-Identifier: BSD-3-Clause
// --depfile, as the real make and ninja read it.
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::Ended;
using tests::read_text;
using tests::Workspace;

// What a build runs, in a rule that counts its runs.
std::string recipe(const std::string& flags) { return R"(echo x >> runs && "$$GRAPNEL" build )" + flags; }

class Depfile : public testing::Test {
 protected:
  void SetUp() override {
    workspace_.package("app");
    hook_depends_on(workspace_.write("app", "word list.txt", "words"));
    make_older("hook/build");
  }
  void hook_depends_on(const std::filesystem::path& file) {
    dependency_ = file;
    workspace_.hook("app", "build",
                    tests::writing_hook(tests::success_output(R"(,"dependencies":[")" + file.string() + R"("])")));
    make_older(file);
  }
  // Files that tests write have the time of the first build else.
  void make_older(const std::filesystem::path& file) const {
    using namespace std::chrono_literals;
    std::filesystem::last_write_time(root() / file, std::filesystem::file_time_type::clock::now() - 60s);
    for (const std::string name : {"package_config.json", "package_graph.json"}) {
      std::filesystem::last_write_time(workspace_.path() / ".dart_tool" / name,
                                       std::filesystem::file_time_type::clock::now() - 60s);
    }
  }
  static void touch(const std::filesystem::path& file) {
    using namespace std::chrono_literals;
    std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() + 1s);
  }
  [[nodiscard]] std::filesystem::path root() const { return workspace_.root("app"); }
  [[nodiscard]] std::string target(const std::string& depfile) const {
    const std::string text = read_text(root() / depfile);
    return text.substr(0, text.find(": "));
  }
  // Runs `tool` in the package's directory; the number of runs of the rule until then.
  std::size_t runs_after(const std::string& tool) const {
    const Ended ended =
        tests::run({"/bin/sh", "-c", tool}, root(), workspace_.path(),
                   tests::environment_with({"GRAPNEL=" + std::string(tests::kGrapnel), "MAKEFLAGS=", "MAKELEVEL="}));
    EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
    return read_text(root() / "runs").size() / 2;
  }
  // The rule runs once, not again, and again after the dependency has changed.
  void expect_incremental(const std::string& tool) {
    EXPECT_EQ(runs_after(tool), 1U);
    EXPECT_EQ(runs_after(tool), 1U) << "nothing has changed";
    touch(dependency_);
    EXPECT_EQ(runs_after(tool), 2U) << "'" << dependency_.string() << "' has changed";
  }
  void makefile(const std::string& target, const std::string& flags) const {
    workspace_.write("app", "Makefile",
                     "all: " + target + "\n" + target + ":\n\t" + recipe(flags) + "\n-include out/hooks.d\n");
  }
  void ninja_file(const std::string& target, const std::string& flags) const {
    workspace_.write(
        "app", "build.ninja",
        "rule hooks\n  command = " + recipe(flags) + "\n  depfile = out/hooks.d\nbuild " + target + ": hooks\n");
  }

  Workspace workspace_;
  std::filesystem::path dependency_;
};

constexpr const char* kResult = "--result out/result.json --depfile out/hooks.d";
constexpr const char* kBundle = "--bundle out/bundle --depfile out/hooks.d";

TEST_F(Depfile, MakeKnowsTheResult) {
  makefile("out/result.json", kResult);
  expect_incremental("make");
}

TEST_F(Depfile, NinjaKnowsTheResult) {
  ninja_file("out/result.json", kResult);
  expect_incremental("ninja");
}

TEST_F(Depfile, MakeKnowsTheBundle) {
  makefile("out/bundle/assets.json", kBundle);
  expect_incremental("make");
}

TEST_F(Depfile, NinjaKnowsTheBundle) {
  ninja_file("out/bundle/assets.json", kBundle);
  expect_incremental("ninja");
}

constexpr const char* kOddName = "at: 12:30 #1 $2.txt";

TEST_F(Depfile, MakeReadsWhatIsEscaped) {
  hook_depends_on(workspace_.write("app", kOddName, ""));
  makefile("out/result.json", kResult);
  expect_incremental("make");
}

TEST_F(Depfile, NinjaReadsWhatIsEscaped) {
  hook_depends_on(workspace_.write("app", kOddName, ""));
  ninja_file("out/result.json", kResult);
  expect_incremental("ninja");
}

// ninja cannot name such a file: it runs the rule every time.
TEST_F(Depfile, MakeReadsANameThatEndsInAColon) {
  hook_depends_on(workspace_.write("app", "ends in:", ""));
  makefile("out/result.json", kResult);
  expect_incremental("make");
}

TEST_F(Depfile, TheTargetIsWrittenAsItWasGiven) {
  ASSERT_EQ(workspace_.grapnel({"build", "--result", "out/../r.json", "--bundle", "b", "--depfile", "d"}).exit_code, 0);
  EXPECT_EQ(target("d"), "out/../r.json");
  ASSERT_EQ(workspace_.grapnel({"build", "--bundle", "b/", "--depfile", "d"}).exit_code, 0);
  EXPECT_EQ(target("d"), "b/assets.json");
  ASSERT_EQ(workspace_.grapnel({"build", "--depfile", "./d"}).exit_code, 0);
  EXPECT_EQ(target("d"), "./d");
  const std::string absolute = (workspace_.path() / "r.json").string();
  ASSERT_EQ(workspace_.grapnel({"build", "--result", absolute, "--depfile", "d"}).exit_code, 0);
  EXPECT_THAT(target("d"), EndsWith("/r.json"));
  EXPECT_THAT(target("d"), StartsWith("/"));
}

TEST_F(Depfile, DependenciesAreAbsolute) {
  ASSERT_EQ(workspace_.grapnel({"build", "--result", "r.json", "--depfile", "d"}).exit_code, 0);
  const std::string text = read_text(root() / "d");
  std::size_t lines = 0;
  for (std::size_t at = text.find("\n  "); at != std::string::npos; at = text.find("\n  ", at + 1), ++lines)
    EXPECT_EQ(text[at + 3], '/') << text;
  EXPECT_GE(lines, 3U) << text;
}

// Only the depfile's target is compared by its text.
TEST_F(Depfile, OtherPathsOfTheCommandLineAreShownWithoutDots) {
  workspace_.write("app", "file", "");
  const std::vector<std::vector<std::string>> wrong = {
      {"build", "--result", "x/../file/r.json"},     {"build", "--bundle", "x/../file/b"},
      {"build", "--depfile", "x/../file/d"},         {"build", "--pubspec", "x/../nothing.yaml"},
      {"build", "--workspace", "x/../nothing.toml"}, {"link", "--build-result", "x/../nothing.json"},
  };
  for (const std::vector<std::string>& arguments : wrong) {
    const Ended ended = workspace_.grapnel(arguments);
    EXPECT_NE(ended.exit_code, 0) << testing::PrintToString(arguments);
    EXPECT_THAT(ended.err, HasSubstr("'" + root().string() + "/")) << testing::PrintToString(arguments);
    EXPECT_THAT(ended.err, Not(HasSubstr(".."))) << testing::PrintToString(arguments);
  }
}

TEST_F(Depfile, DotsAfterALinkMeanWhatTheSystemSays) {
  std::filesystem::create_directories(workspace_.path() / "deep/inner");
  std::filesystem::create_directory_symlink(workspace_.path() / "deep/inner", workspace_.root("app") / "link");
  ASSERT_EQ(workspace_.grapnel({"build", "--result", "link/../r.json"}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(workspace_.path() / "deep/r.json"));
  EXPECT_FALSE(std::filesystem::exists(workspace_.root("app") / "r.json"));
}

}  // namespace
