// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/client_messages.hpp"

#include "tests/unit/runner/daemon/conversation.hpp"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace grapnel::hookd {
namespace {

using Kind = Message::Kind;

TEST(ClientMessages, EachMessageOfTheProtocol) {
  const std::vector<std::pair<std::string, Message>> rows{
      {"READY", {Kind::ready}},
      {"SHUTDOWN", {Kind::shutdown}},
      {"EXPECT build-backend", {Kind::expect, "build-backend"}},
      {"DEBUG two\\nlines", {Kind::debug, "", "two\nlines"}},
      {"DEBUG", {Kind::debug}},
      {"DEBUG ", {Kind::debug}},
      {"STDOUT /a path\\n", {Kind::stdout_file, "", "/a path\\n"}},
      {"STDERR /b", {Kind::stderr_file, "", "/b"}},
      {"OK ['a\\n', 'b']", {Kind::ok, "", "['a\\n', 'b']"}},
      {"OK  ", {Kind::ok, "", " "}},
      {"OK", {Kind::ok}},
      {"ERROR HookRuntimeError a\\\\nb", {Kind::error, "HookRuntimeError", "a\\\nb"}},
      {"ERROR HookRuntimeError", {Kind::error, "HookRuntimeError"}},
      {"ERROR HookRuntimeError ", {Kind::error, "HookRuntimeError"}},
      {"FATAL OSError  spaces ", {Kind::fatal, "OSError", " spaces "}},
      {"TRACEBACK \\n\\n\\", {Kind::traceback, "", "\n\n\\"}},
  };
  for (const auto& [line, message] : rows) EXPECT_EQ(to_message(line), message) << line;
}

TEST(ClientMessages, AnythingElseIsUnknown) {
  for (const std::string& line : std::vector<std::string>{"",
                                                          " ",
                                                          "ready",
                                                          "READY ",
                                                          "READY now",
                                                          "READY\r",
                                                          "SHUTDOWN ",
                                                          "EXPECT",
                                                          "EXPECT ",
                                                          "EXPECT a b",
                                                          "STDOUT",
                                                          "STDOUT ",
                                                          std::string("STDERR /a\0b", 11),
                                                          "ERROR",
                                                          "ERROR ",
                                                          "ERROR  no kind",
                                                          "FATAL",
                                                          "OKAY",
                                                          "OK\tx",
                                                          " OK x",
                                                          "WARNING x"}) {
    EXPECT_EQ(to_message(line), std::nullopt) << line;
  }
}

// Whatever a client says and a hook answers, the daemon says only what a client understands.
RC_GTEST_PROP(ClientMessages, AllThatTheDaemonSaysIsUnderstood, (bool is_seed)) {
  const auto pieces =
      rc::gen::element<std::string>("run\n", "shutdown", "\n", "build_wheel\n", "build_sdist\n", "a:b", "{}", "[",
                                    "\\n", "\xFF", std::string(1, '\0'), "\r", "/x", "get_requires_for_build_wheel\n",
                                    "run\nb\n\nbuild_sdist\n\n\n", "run\nb\nbuild_sdist\n\n\n");
  const auto answers = rc::gen::element<std::string>("", "\n", "done", "a\nb\\n", std::string(1, '\0'), "\xFF\n");
  std::string input;
  for (const std::string& piece : *rc::gen::container<std::vector<std::string>>(pieces)) input += piece;
  const std::string text = *answers;
  const std::string traceback = *answers;
  const bool is_success = *rc::gen::arbitrary<bool>();
  const auto conversation =
      tests::converse_to_end(is_seed ? HookdProtocol::seed : HookdProtocol::later, input, [&](const Request&) -> Reply {
        if (is_success) return Success{text};
        return Failure{ErrorKind::hook_runtime_error, text, traceback};
      });
  RC_ASSERT(conversation.exit_code.has_value());
  RC_ASSERT(conversation.output.ends_with('\n'));
  std::size_t begin = 0;
  while (begin < conversation.output.size()) {
    const std::size_t end = conversation.output.find('\n', begin);
    RC_ASSERT(to_message(conversation.output.substr(begin, end - begin)).has_value());
    begin = end + 1;
  }
}

}  // namespace
}  // namespace grapnel::hookd
