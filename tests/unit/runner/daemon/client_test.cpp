// SPDX-License-Identifier: BSD-3-Clause
// A client and hookds that do what they should, and what it leaves in its caller.
#include "tests/unit/runner/daemon/fake_hookd.hpp"
#include <grapnel/hookd_client.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace grapnel {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using tests::error_of;
using tests::fake;
using tests::has_children;
using tests::wheel;

// --- good ones ---

TEST(HookdClient, RunsHooksInTheFirstDialect) {
  const tests::TemporaryDirectory directory;
  HookdClient client(fake("seed", directory));
  HookdResult result = client.run({.build_backend = "hatchling.build",
                                   .hook_name = "build_wheel",
                                   .directory = "out dir",
                                   .config_settings = R"({"a": "\\n"})",
                                   .metadata_directory = "meta"});
  EXPECT_TRUE(result.ok);
  EXPECT_EQ(python_list(result.data),
            (std::vector<std::string>{"run", "hatchling.build", "build_wheel", "out dir", R"({"a": "\\n"})", "meta"}));
  EXPECT_EQ(result.standard_output, "printed to STDOUT\n");
  EXPECT_EQ(result.standard_error, "printed to STDERR\n");
  EXPECT_EQ(result.debug, (std::vector<std::string>{"a request\ncomes", ""}));
  EXPECT_EQ(result.error_kind + result.error_message + result.traceback, "");
  result = client.run({.hook_name = "prepare_metadata_for_build_wheel", .directory = "info"});
  EXPECT_EQ(python_list(result.data),
            (std::vector<std::string>{"run", "", "prepare_metadata_for_build_wheel", "info", ""}));
  result = client.run({.build_backend = "m:o", .hook_name = "get_requires_for_build_sdist"});
  EXPECT_EQ(python_list(result.data), (std::vector<std::string>{"run", "m:o", "get_requires_for_build_sdist", ""}));
  client.shutdown();
  EXPECT_TRUE(std::filesystem::is_empty(directory.path())) << "announced files are left";
  EXPECT_FALSE(has_children());
}

TEST(HookdClient, RunsHooksInTheSecondDialect) {
  const tests::TemporaryDirectory directory;
  HookdOptions options = fake("later", directory);
  options.protocol = HookdProtocol::later;
  HookdClient client(options);
  const HookdResult result = client.run(
      {.build_backend = "b", .backend_path = {"in tree", "."}, .hook_name = "build_sdist", .config_settings = "{}"});
  EXPECT_TRUE(result.ok);
  EXPECT_EQ(python_list(result.data), (std::vector<std::string>{"run", "b", "in tree", ".", "build_sdist", "", "{}"}));
  EXPECT_TRUE(client.run({.build_backend = "b", .hook_name = "build_editable"}).ok);
  client.shutdown();
}

TEST(HookdClient, AnErrorOfAHookIsAResult) {
  const tests::TemporaryDirectory directory;
  HookdClient client(fake("seed", directory));
  HookdCall call = wheel();
  call.build_backend = "raises";
  HookdResult result = client.run(call);
  EXPECT_FALSE(result.ok);
  EXPECT_EQ(result.error_kind, "HookRuntimeError");
  EXPECT_EQ(result.error_message, "a message\nof two lines");
  EXPECT_EQ(result.traceback, "Traceback:\n  here\n");
  EXPECT_EQ(result.standard_output, "printed to STDOUT\n");
  call.build_backend = "raises.quietly";
  result = client.run(call);
  EXPECT_EQ(result.error_kind, "HookRuntimeError");
  EXPECT_EQ(result.error_message + result.traceback, "");
  EXPECT_TRUE(client.run(wheel()).ok) << "it goes on";
}

TEST(HookdClient, LargeValuesArePassed) {
  const tests::TemporaryDirectory directory;
  HookdClient client(fake("seed", directory));
  HookdCall call = wheel();
  call.config_settings = "\"" + std::string(10U << 20U, 'x') + "\"";
  EXPECT_EQ(python_list(client.run(call).data).at(4), call.config_settings);
}

TEST(HookdClient, IsMovedAndEndsWhatItLetsGo) {
  const tests::TemporaryDirectory directory;
  HookdClient first(fake("seed", directory));
  HookdClient second(std::move(first));
  EXPECT_TRUE(second.run(wheel()).ok);
  second = HookdClient(fake("seed", directory));
  EXPECT_TRUE(second.run(wheel()).ok);
  EXPECT_THAT(error_of([&] { first.shutdown(); }), HasSubstr("given away"));  // NOLINT(bugprone-use-after-move)
  second.shutdown();
  EXPECT_FALSE(has_children());
}

TEST(HookdClient, IsFoundOnThePathOfItsEnvironment) {
  const tests::TemporaryDirectory directory;
  HookdOptions options = fake("seed", directory);
  options.command.front() = "python3";
  options.environment = {"PATH=/usr/bin"};
  EXPECT_TRUE(HookdClient(options).run(wheel()).ok);
  options.environment = {"PATH=/nowhere"};
  EXPECT_THAT(error_of([&] { HookdClient client(options); }), HasSubstr("no directory of PATH has it"));
}

// --- calls that no line can carry ---

TEST(HookdClient, RefusesCallsThatAreNoLines) {
  const tests::TemporaryDirectory directory;
  HookdClient client(fake("seed", directory));
  for (const std::string& bad : {std::string("a\nb"), std::string("a\0b", 3)}) {
    EXPECT_THROW(static_cast<void>(client.run({.build_backend = bad})), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(client.run({.hook_name = bad})), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(client.run({.directory = bad})), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(client.run({.config_settings = bad})), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(client.run({.metadata_directory = bad})), std::invalid_argument);
  }
  EXPECT_THROW(static_cast<void>(client.run({.backend_path = {"a"}})), std::invalid_argument);
  EXPECT_TRUE(client.run(wheel()).ok) << "nothing had been sent";
}

TEST(HookdClient, RefusesBackendPathsOutsideOfTheTree) {
  const tests::TemporaryDirectory directory;
  HookdOptions options = fake("later", directory);
  options.protocol = HookdProtocol::later;
  HookdClient client(options);
  const std::string tree = directory.path();
  for (const std::string& outside : {std::string(), std::string(".."), std::string("a/../../b"), std::string("/"),
                                     tree + "more", std::string("a\nb")}) {
    EXPECT_THROW(static_cast<void>(client.run({.backend_path = {"ok", outside}})), std::invalid_argument) << outside;
  }
  for (const std::string& inside : {std::string("."), std::string("a/../b"), tree, tree + "/a", std::string("..a")}) {
    HookdCall call = wheel();
    call.backend_path = {inside};
    EXPECT_TRUE(client.run(call).ok) << inside;
  }
}

// --- announced files ---

TEST(HookdClient, WhatIsNoFileIsLeftAlone) {
  const tests::TemporaryDirectory directory;
  const HookdResult result = HookdClient(fake("no files", directory)).run(wheel());
  EXPECT_TRUE(result.ok);
  EXPECT_EQ(result.standard_output + result.standard_error, "");
  EXPECT_TRUE(std::filesystem::is_fifo(directory / "fifo"));
}

TEST(HookdClient, LinksAreLeftAlone) {
  const tests::TemporaryDirectory directory;
  const HookdResult result = HookdClient(fake("a link", directory)).run(wheel());
  EXPECT_TRUE(result.ok);
  EXPECT_EQ(result.standard_output + result.standard_error, "");
  EXPECT_TRUE(std::filesystem::is_symlink(directory / "link"));
  EXPECT_EQ(directory.read("target"), "not the hook's");
}

TEST(HookdClient, TheEndOfALongFileIsKept) {
  const tests::TemporaryDirectory directory;
  const HookdResult result = HookdClient(fake("much", directory)).run(wheel());
  EXPECT_EQ(result.standard_output.size(), 1U << 20U);
  EXPECT_THAT(result.standard_output.substr(0, 20), Not(HasSubstr("beginning")));
  EXPECT_THAT(result.standard_output.substr(result.standard_output.size() - 10), EndsWith("xend"));
  EXPECT_FALSE(std::filesystem::exists(directory / "much"));
}

TEST(HookdClient, DebugMessagesAreBounded) {
  const tests::TemporaryDirectory directory;
  const HookdResult result = HookdClient(fake("debug for ever", directory)).run(wheel());
  EXPECT_TRUE(result.ok);
  std::size_t bytes = 0;
  for (const std::string& message : result.debug) bytes += message.size();
  EXPECT_LE(bytes, 1U << 20U);
  EXPECT_GT(result.debug.size(), 1000U);
}

// --- the caller's process ---

TEST(HookdClient, ChangesNothingOfItsCaller) {
  const tests::TemporaryDirectory directory;
  const auto state = [] {
    std::string text;
    for (int signal = 1; signal < NSIG; ++signal) {
      struct sigaction action {};
      if (::sigaction(signal, nullptr, &action) == 0) {
        text += action.sa_handler == SIG_DFL ? 'd' : action.sa_handler == SIG_IGN ? 'i' : 'h';
      }
    }
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    for (int signal = 1; signal < NSIG; ++signal) text += ::sigismember(&mask, signal) == 1 ? '1' : '0';
    std::size_t descriptors = 0;
    for ([[maybe_unused]] const auto& fd : std::filesystem::directory_iterator("/proc/self/fd")) ++descriptors;
    return text + " " + std::to_string(descriptors) + " " + std::filesystem::current_path().string();
  };
  const std::string before = state();
  {
    HookdClient client(fake("seed", directory));
    EXPECT_TRUE(client.run(wheel()).ok);
  }
  static_cast<void>(error_of("dies at result", directory));
  EXPECT_EQ(state(), before);
}

}  // namespace
}  // namespace grapnel
