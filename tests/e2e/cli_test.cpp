// SPDX-License-Identifier: BSD-3-Clause
// The command line by itself.
#include "tests/support/workspace.hpp"
#include <grapnel/version.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <csignal>

namespace {

using testing::HasSubstr;
using tests::Ended;
using tests::shell_hook;
using tests::Workspace;

class Cli : public testing::Test {
 protected:
  void SetUp() override { workspace_.package("app"); }
  Ended grapnel(const std::vector<std::string>& arguments) { return workspace_.grapnel(arguments); }
  Workspace workspace_;
};

TEST_F(Cli, HelpHasAnExampleEverywhere) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--help"}, {"build", "--help"}, {"link", "--help"}}) {
    const Ended ended = grapnel(arguments);
    EXPECT_EQ(ended.exit_code, 0);
    EXPECT_THAT(ended.out, HasSubstr("Example: grapnel "));
    EXPECT_THAT(ended.out, HasSubstr("Exit code: 0 success, 1 build failure, 2 infra failure, 255 uncategorized, 64"));
    EXPECT_EQ(ended.err, "");
  }
  EXPECT_EQ(grapnel({"--version"}).out, "grapnel " + std::string(grapnel::version()) + "\n");
}

TEST_F(Cli, AWrongCommandLineIs64) {
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"bild"},
      {"build", "--no-such-flag"},
      {"build", "--android-api", "many"},
      {"build", "--link-mode-preference", "both"},
      {"build", "--extension", "x"},
      {"build", "--extension", "=1"},
      {"build", "--extension", "x={"},
      {"build", "--extension", "x=1", "--extension", "x=2"},
      {"build", "--extension", "code_assets={}"},
      {"build", "--cc", "no-such-compiler"},
      {"build", "--cc", "/no/such/compiler"},
      {"build", "--target-os", "\xFF"},
      {"build", "--define", "a=1"},
      {"build", "--define", "a.k={"},
      {"build", "--user-defines", "/no/such/file"},
      {"build", "--pass-env", "A*B"},
      {"build", "--pass-env", "A=B"},
      {"build", "--recorded-uses", "uses.json"},
      {"build", "left over"},
      {"link"},
  };
  for (const auto& arguments : wrong) {
    const Ended ended = grapnel(arguments);
    EXPECT_EQ(ended.exit_code, 64) << testing::PrintToString(arguments);
    EXPECT_NE(ended.err, "") << testing::PrintToString(arguments);
    EXPECT_EQ(ended.out, "") << testing::PrintToString(arguments);
  }
}

TEST_F(Cli, TheRunPackageIsTheOneAroundTheWorkingDirectory) {
  workspace_.package("other");
  workspace_.hook("app", "build", tests::writing_hook());
  workspace_.hook("other", "build", tests::writing_hook());
  std::filesystem::create_directories(workspace_.root("other") / "lib/deep");
  const Ended ended = tests::run({tests::kGrapnel, "build"}, workspace_.root("other") / "lib/deep", workspace_.path());
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_TRUE(std::filesystem::exists(workspace_.state() / "other"));
  EXPECT_FALSE(std::filesystem::exists(workspace_.state() / "app"));
}

TEST_F(Cli, ProjectFaultsAreBuildFailures) {
  const auto in_vain = [&](const std::vector<std::string>& arguments, const std::string& message) {
    const Ended ended = grapnel(arguments);
    EXPECT_EQ(ended.exit_code, 1) << testing::PrintToString(arguments);
    EXPECT_THAT(ended.err, HasSubstr(message));
  };
  in_vain({"build", "--root-package", "nobody"}, "nobody");
  in_vain({"build", "--package-config", "/no/such/package_config.json"}, "/no/such/package_config.json");
  in_vain({"link", "--build-result", "/no/such/file"}, "/no/such/file");
  in_vain({"link", "--build-result", workspace_.write("app", "bad.json", R"({"encodedAssets":[{}]})")},
          "encodedAssets.0.type");
  in_vain(
      {"link", "--build-result",
       workspace_.write(
           "app", "failed.json",
           R"({"dependencies":[],"encodedAssets":[],"outcome":{"class":"infra_failure","exit_code":2,"reason":"no network"}})")},
      "no network");

  const Ended elsewhere = tests::run({tests::kGrapnel, "build"}, "/", workspace_.path());
  EXPECT_EQ(elsewhere.exit_code, 1);
  EXPECT_THAT(elsewhere.err, HasSubstr("--workspace"));
}

TEST_F(Cli, AFailureLeavesNoOldResult) {
  const std::filesystem::path out = workspace_.path() / "out";
  const std::vector<std::string> command = {
      "build", "--link", "--bundle", out / "bundle", "--result", out / "result.json", "--depfile", out / "hooks.d"};
  const auto result_class = [&] {
    return *hooks::Json::parse(tests::read_text(out / "result.json")).find("outcome")->find("class")->as_string();
  };
  workspace_.hook("app", "build", "#!/bin/sh\nexit 2\n");
  EXPECT_EQ(grapnel(command).exit_code, 2);  // the directory is made
  EXPECT_EQ(result_class(), "infra_failure");
  workspace_.hook("app", "build", tests::writing_hook());
  EXPECT_EQ(grapnel(command).exit_code, 0);
  EXPECT_EQ(result_class(), "success");
  // A bundle that cannot be written, and a project that cannot be read, are said in the result too.
  std::filesystem::remove_all(out / "bundle");
  std::ofstream(out / "bundle") << "a file";
  EXPECT_EQ(grapnel(command).exit_code, 2);
  EXPECT_EQ(result_class(), "infra_failure");
  EXPECT_EQ(grapnel({"build", "--package-config", "/no/such/file", "--result", out / "result.json"}).exit_code, 1);
  EXPECT_EQ(result_class(), "build_failure");
}

TEST_F(Cli, AResultGoesWhereALinkOrADeviceLeads) {
  const std::filesystem::path file = workspace_.write("app", "elsewhere/result.json", "old");
  std::filesystem::create_symlink(file, workspace_.path() / "link.json");
  EXPECT_EQ(grapnel({"build", "--result", workspace_.path() / "link.json"}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(workspace_.path() / "link.json"));
  EXPECT_THAT(tests::read_text(file), HasSubstr("\"class\": \"success\""));
  EXPECT_THAT(grapnel({"build", "--result", "/dev/stdout"}).out, HasSubstr("\"class\": \"success\""));
}

TEST_F(Cli, AWorkingDirectoryThatIsGoneIsSaid) {
  const Ended ended =
      tests::run({"/bin/sh", "-c", "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" build", tests::kGrapnel},
                 workspace_.path(), workspace_.path());
  EXPECT_EQ(ended.exit_code, 2) << ended.err;
}

TEST_F(Cli, ResultsThatCannotBeWrittenAreSaid) {
  const Ended ended = grapnel({"build", "--result", "/proc/no-such-directory/result.json"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("/proc/no-such-directory"));
}

TEST_F(Cli, AClosedStandardErrorChangesNothing) {
  workspace_.hook("app", "build", "#!/bin/sh\nexit 1\n");
  const Ended ended = tests::run({"/bin/sh", "-c", "exec \"$0\" build 2>&-", tests::kGrapnel}, workspace_.root("app"),
                                 workspace_.path());
  EXPECT_EQ(ended.exit_code, 1);
}

class Cancel : public Cli, public testing::WithParamInterface<int> {};

TEST_P(Cancel, EndsTheHookAndThenBySignal) {
  const std::filesystem::path fifo = workspace_.path() / "running";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  workspace_.hook("app", "build", shell_hook("echo $$ > '" + fifo.string() + "'; exec sleep 1000"));
  const tests::Started started =
      workspace_.start_grapnel({"build", "--result", (workspace_.path() / "result.json").string()});
  const pid_t hook = std::stoi(tests::read_text(fifo));  // waits until the hook runs
  ASSERT_EQ(::kill(started.pid, GetParam()), 0);
  const Ended ended = started.wait();
  EXPECT_EQ(ended.signal, GetParam()) << ended.exit_code << ended.err;
  EXPECT_EQ(::kill(hook, 0), -1);
  EXPECT_EQ(errno, ESRCH);
  EXPECT_THAT(tests::read_text(workspace_.path() / "result.json"), HasSubstr(R"("class": "canceled")"));
}

INSTANTIATE_TEST_SUITE_P(Signals, Cancel, testing::Values(SIGINT, SIGTERM, SIGHUP, SIGQUIT));

TEST_F(Cli, AnIgnoredEndOfChildrenIsNotInherited) {
  workspace_.hook("app", "build", "#!/bin/sh\nexit 2\n");
  const Ended ended = tests::run({"/bin/sh", "-c", "trap '' CHLD; exec \"$0\" build", tests::kGrapnel},
                                 workspace_.root("app"), workspace_.path());
  EXPECT_EQ(ended.exit_code, 2) << ended.err;
}

TEST_F(Cli, AnIgnoredHangUpStaysIgnored) {
  const std::filesystem::path fifo = workspace_.path() / "running";
  const std::filesystem::path go = workspace_.path() / "go";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  ASSERT_EQ(::mkfifo(go.c_str(), 0600), 0);
  workspace_.hook("app", "build",
                  shell_hook("echo x > '" + fifo.string() + "'; read go < '" + go.string() + "'; echo '" +
                             tests::success_output() + "' > \"$out\""));
  const tests::Started started = tests::start({"/bin/sh", "-c", "trap '' HUP; exec \"$0\" build", tests::kGrapnel},
                                              workspace_.root("app"), workspace_.path());
  (void)tests::read_text(fifo);
  ASSERT_EQ(::kill(started.pid, SIGHUP), 0);
  std::ofstream(go) << "go\n";
  EXPECT_EQ(started.wait().exit_code, 0);
}

}  // namespace
