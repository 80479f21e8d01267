// SPDX-License-Identifier: BSD-3-Clause
// The environment of hooks (spec: dart-hooks, section 1.4), and what a workspace adds to it.
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace {

using testing::HasSubstr;
using testing::Not;
using tests::Ended;
using tests::read_text;
using tests::Workspace;

using Names = std::set<std::string>;

const Names kAllowed{"ANDROID_HOME",
                     "ANDROID_NDK",
                     "ANDROID_NDK_HOME",
                     "ANDROID_NDK_LATEST_HOME",
                     "ANDROID_NDK_ROOT",
                     "APPDATA",
                     "GOPATH",
                     "HOME",
                     "LIBCLANG_PATH",
                     "LOCALAPPDATA",
                     "PATH",
                     "PATHEXT",
                     "PROCESSOR_ARCHITECTURE",
                     "PROGRAMDATA",
                     "SYSTEMDRIVE",
                     "SYSTEMROOT",
                     "TEMP",
                     "TMP",
                     "TMPDIR",
                     "USERPROFILE",
                     "WINDIR",
                     "HTTP_PROXY",
                     "HTTPS_PROXY",
                     "NO_PROXY",
                     "http_proxy",
                     "https_proxy",
                     "no_proxy",
                     "CARGO_X",
                     "CCACHE_X",
                     "CONAN_X",
                     "DOTNET_X",
                     "NIX_X",
                     "NUGET_X",
                     "RUSTUP_X",
                     "cargo_x"};
const Names kRefused{
    "SDKROOT",  "DEVELOPER_DIR", "LANG",          "LC_ALL",    "LD_LIBRARY_PATH", "JAVA_HOME",  "CC",
    "CXX",      "CFLAGS",        "RUSTC_WRAPPER", "RUSTFLAGS", "ALL_PROXY",       "VCPKG_ROOT", "SCCACHE_DIR",
    "XDG_HOME", "USER",          "GITHUB_TOKEN",  "CI",        "PKG_CONFIG_PATH", "CARGO",      "PATHS",
    "MY_HOME"};

class DartHooks14 : public testing::Test {
 protected:
  void SetUp() override {
    workspace_.package("app");
    // The names of its variables; sh adds some of its own.
    workspace_.hook("app", "build",
                    "#!/bin/sh\nenv | sed 's/=.*//' > '" + seen_.string() + "'\n" + tests::writing_hook().substr(10));
  }

  // The names that reach the hook.
  Names seen(const std::vector<std::string>& arguments = {}) const {
    std::vector<std::string> environment;
    for (const Names& names : {kAllowed, kRefused}) {
      for (const std::string& name : names) {
        if (name != "PATH") environment.push_back(name + "=" + (name.starts_with("T") ? "/tmp" : "some value"));
      }
    }
    std::vector<std::string> command{"build"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const Ended ended = workspace_.grapnel(command, environment);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    std::istringstream lines(read_text(seen_));
    Names names;
    for (std::string line; std::getline(lines, line);) {
      if (kAllowed.contains(line) || kRefused.contains(line)) names.insert(line);
    }
    return names;
  }

  // How many files grapnel keeps, none of which may hold the secret.
  [[nodiscard]] std::size_t files_without(const std::string& secret) const {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(workspace_.state())) {
      if (!entry.is_regular_file()) continue;
      ++files;
      EXPECT_THAT(read_text(entry.path()), Not(HasSubstr(secret))) << entry.path();
    }
    return files;
  }

  static Names with(Names names, const Names& more) {
    names.insert(more.begin(), more.end());
    return names;
  }

  Workspace workspace_;
  std::filesystem::path seen_ = workspace_.path() / "seen";
};

TEST_F(DartHooks14, TheAllowListIsLetThroughAndNothingElse) { EXPECT_EQ(seen(), kAllowed); }

TEST_F(DartHooks14, AFlagAddsNamesAndPrefixes) {
  EXPECT_EQ(seen({"--pass-env", "CC", "--pass-env", "SCCACHE_*"}), with(kAllowed, {"CC", "SCCACHE_DIR"}));
  EXPECT_EQ(seen({"--pass-env", "cc"}), kAllowed) << "case counts";
}

TEST_F(DartHooks14, TheWorkspaceAddsNames) {
  std::ofstream(workspace_.path() / "grapnel.toml") << "[environment]\npass = ['VCPKG_ROOT', 'LC_*']\n";
  EXPECT_EQ(seen({"--pass-env", "CI"}), with(kAllowed, {"VCPKG_ROOT", "LC_ALL", "CI"}));
}

TEST_F(DartHooks14, WhatOnlyPassesIsAddedToo) {
  std::ofstream(workspace_.path() / "grapnel.toml") << "[environment]\npass-only = ['VCPKG_ROOT', 'LC_*']\n";
  EXPECT_EQ(seen({"--pass-env", "CI"}), with(kAllowed, {"VCPKG_ROOT", "LC_ALL", "CI"}));
}

// Whatever its name is.
TEST_F(DartHooks14, WhatOnlyPassesIsASecret) {
  const std::string secret = "hunter2-hunter2";
  const std::string variable = "MY_LOGIN=" + secret;
  std::ofstream(workspace_.path() / "grapnel.toml") << "[environment]\npass-only = ['MY_LOGIN']\n";
  const std::filesystem::path result = workspace_.path() / "result.json";
  const auto fail = [&](const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"build", "-v", "--result", result};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Ended ended = workspace_.grapnel(arguments, {variable});
    EXPECT_NE(ended.exit_code, 0);
    EXPECT_THAT(ended.out + ended.err + read_text(result), Not(HasSubstr(secret)));
    return ended;
  };
  // Said by the hook: its own log has it, and nothing else.
  workspace_.hook("app", "build", tests::shell_hook("echo \"login: $MY_LOGIN.\" >&2\nexit 1"));
  EXPECT_THAT(fail().err, HasSubstr("login: ***."));
  const std::filesystem::path log = workspace_.hook_directory("app") / "stderr.txt";
  EXPECT_EQ(read_text(log), "login: " + secret + ".\n");
  std::filesystem::remove(log);
  EXPECT_GE(files_without(secret), 3U);
  EXPECT_THAT(read_text(workspace_.hook_directory("app") / "run.sh"), HasSubstr("${MY_LOGIN:?}"));
  // In the report on a hook that hangs, among the processes.
  workspace_.hook("app", "build", tests::shell_hook("sh -c 'sleep 600; :' \"$MY_LOGIN\""));
  EXPECT_THAT(fail({"--hook-timeout", "1"}).err, HasSubstr("not ended after 1 s"));
  // In what repeats the compiler.
  std::filesystem::remove_all(workspace_.state());
  std::filesystem::remove(workspace_.root("app") / "hook/build");
  workspace_.write("app", "hook/build.cpp", "#error it does not compile\n");
  EXPECT_THAT(fail().err, HasSubstr("it does not compile"));
  EXPECT_GE(files_without(secret), 2U);
}

TEST_F(DartHooks14, ASecretReachesTheHookAndNoFileAndNoLog) {
  const std::string secret = "hunter2-hunter2";
  workspace_.hook("app", "build",
                  tests::shell_hook("[ \"$MY_TOKEN\" = '" + secret.substr(0, 8) + "'\"" + secret.substr(8) +
                                    "\" ] || exit 1\necho '" + tests::success_output() + "' > \"$out\""));
  const std::filesystem::path result = workspace_.path() / "result.json";
  const Ended ended =
      workspace_.grapnel({"build", "-v", "--pass-env", "MY_TOKEN", "--result", result}, {"MY_TOKEN=" + secret});
  EXPECT_EQ(ended.exit_code, 0) << ended.err << "the hook did not get it";
  EXPECT_THAT(ended.out + ended.err + read_text(result), Not(HasSubstr(secret)));
  EXPECT_GE(files_without(secret), 4U);
  EXPECT_THAT(read_text(workspace_.hook_directory("app") / "run.sh"), HasSubstr("MY_TOKEN")) << "it asks for the value";
}

}  // namespace
