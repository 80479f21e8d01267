// SPDX-License-Identifier: BSD-3-Clause
// The client's state machine against the daemon's, without any process.
#include "runner/daemon/exchange.hpp"

#include "runner/daemon/protocol.hpp"
#include "tests/unit/runner/daemon/conversation.hpp"

#include <gtest/gtest.h>

#include <string>

namespace grapnel::hookd {
namespace {

using hooks::pep517::Hook;

// Runs `call`, and gives what the daemon understood.
Request understood(HookdProtocol protocol, const HookdCall& call, HookdResult* result = nullptr) {
  tests::Converser daemon(protocol);
  Exchange exchange(call, protocol, "/tree");
  std::size_t read = std::string("READY\n").size();
  while (!exchange.is_done()) {
    const std::string& output = daemon.so_far().output;
    const std::size_t end = output.find('\n', read);
    if (end == std::string::npos) {
      ADD_FAILURE() << "both wait: " << output;
      return {};
    }
    const auto message = to_message(output.substr(read, end - read));
    read = end + 1;
    EXPECT_TRUE(message);
    if (!message) return {};
    EXPECT_EQ(exchange.take(*message), "");
    daemon.feed(exchange.to_send());
  }
  EXPECT_EQ(daemon.so_far().output.substr(read), "EXPECT action\n");
  EXPECT_EQ(exchange.stdout_file(), "/o");
  EXPECT_EQ(exchange.stderr_file(), "/e");
  if (result != nullptr) *result = exchange.result();
  EXPECT_EQ(daemon.so_far().requests.size(), 1U);
  return daemon.so_far().requests.empty() ? Request{} : daemon.so_far().requests.front();
}

TEST(Exchange, EachHookInBothDialects) {
  for (const HookdProtocol protocol : {HookdProtocol::seed, HookdProtocol::later}) {
    for (const Hook hook : hooks::pep517::kHooks) {
      HookdCall call{.build_backend = "m:o",
                     .hook_name = std::string(name_of(hook)),
                     .directory = "dist",
                     .config_settings = "{\"a\": 1}",
                     .metadata_directory = "/meta"};
      Request expected{.backend = "m:o", .hook = hook, .config_settings = "{\"a\": 1}"};
      if (protocol == HookdProtocol::later) {
        call.backend_path = {"one", "two"};
        expected.backend_path = {"/tree/one", "/tree/two"};
      }
      if (call.hook_name.find("requires") == std::string::npos) expected.directory = "/tree/dist";
      if (hook == Hook::build_wheel || hook == Hook::build_editable) expected.metadata_directory = "/meta";
      HookdResult result;
      EXPECT_EQ(understood(protocol, call, &result), expected) << call.hook_name;
      EXPECT_TRUE(result.ok);
      EXPECT_EQ(result.data, "done");
    }
  }
}

// A hookd that says backend-path once, for all lines.
TEST(Exchange, BackendPathIsAskedForOnce) {
  Exchange exchange({.build_backend = "b", .backend_path = {"one", "two"}, .hook_name = "build_sdist"},
                    HookdProtocol::later, "/tree");
  std::string sent;
  for (const std::string name :
       {"action", "build-backend", "backend-path", "hook-name", "sdist_directory", "config_settings"}) {
    EXPECT_EQ(exchange.take({.kind = Message::Kind::expect, .name = name}), "");
    sent += exchange.to_send();
  }
  EXPECT_EQ(sent, "run\nb\none\ntwo\n\nbuild_sdist\n\n\n");
}

TEST(Exchange, AnEarlyErrorEndsIt) {
  Exchange exchange({.build_backend = "b", .hook_name = "nonsense"}, HookdProtocol::seed, "/tree");
  tests::Converser daemon(HookdProtocol::seed);
  daemon.feed("run\nb\nnonsense\n");
  std::size_t begin = std::string("READY\n").size();
  const std::string& output = daemon.so_far().output;
  while (!exchange.is_done()) {
    const std::size_t end = output.find('\n', begin);
    ASSERT_NE(end, std::string::npos);
    EXPECT_EQ(exchange.take(to_message(output.substr(begin, end - begin)).value()), "");
    begin = end + 1;
  }
  EXPECT_FALSE(exchange.result().ok);
  EXPECT_EQ(exchange.result().error_kind, "InvalidHookName");
  EXPECT_EQ(exchange.to_send(), "run\nb\nnonsense\n");
}

}  // namespace
}  // namespace grapnel::hookd
