// SPDX-License-Identifier: BSD-3-Clause
// Spec: hookd, "Error kinds"; and what values may be, both ways.
#include "runner/daemon/protocol.hpp"
#include "tests/unit/runner/daemon/dialects.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace grapnel::hookd {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using tests::asked;
using tests::Conversation;
using tests::converse;
using tests::DialectName;
using tests::error_of;
using tests::hook_rows;
using tests::HookRow;
using tests::kLater;
using tests::kPrompt;
using tests::kSeed;
using tests::request;
using tests::with_backend;

class ErrorsInBothDialects : public ::testing::TestWithParam<HookdProtocol> {};
INSTANTIATE_TEST_SUITE_P(Protocol, ErrorsInBothDialects, ::testing::Values(kSeed, kLater), DialectName());

// --- error kinds ---

TEST_P(ErrorsInBothDialects, InvalidAction) {
  for (const std::string& action :
       std::vector<std::string>{"walk", "RUN", "run ", "run\r", "\xFF\xFE", std::string(1, '\0'), " "}) {
    EXPECT_THAT(error_of(converse(GetParam(), action + "\n"), "InvalidAction"), HasSubstr("expected run or shutdown"))
        << action;
  }
  const std::string long_one(1000, 'x');
  const std::string message = error_of(converse(GetParam(), long_one + "\n"), "InvalidAction");
  EXPECT_THAT(message, HasSubstr(std::string(200, 'x') + "…"));
  EXPECT_THAT(message, Not(HasSubstr(std::string(201, 'x'))));
}

TEST(Protocol, EmptyActionDependsOnTheDialect) {
  EXPECT_EQ(error_of(converse(kSeed, "\n"), "InvalidAction"), "'' is no action; expected run or shutdown");
  const Conversation skipped = converse(kLater, "\n\n\nshutdown\n");
  EXPECT_EQ(skipped.output, std::string(kPrompt) + "SHUTDOWN\n");
  EXPECT_EQ(skipped.exit_code, 0);
}

TEST_P(ErrorsInBothDialects, InvalidHookNameIsSaidRightAfterItsLine) {
  for (const std::string& name : std::vector<std::string>{"build_weel", "", "build_wheel ", "_build_wheel"}) {
    const Conversation conversation = converse(GetParam(), request(GetParam(), name, {}));
    const std::string message = error_of(conversation, "InvalidHookName");
    EXPECT_THAT(message, HasSubstr("'" + name + "'"));
    for (const HookRow& row : hook_rows()) EXPECT_THAT(message, HasSubstr(row.name));
    EXPECT_THAT(conversation.output, Not(HasSubstr("EXPECT wheel_directory")));
  }
}

TEST_P(ErrorsInBothDialects, ConfigSettingsThatAreNoJson) {
  const Conversation conversation = converse(GetParam(), request(GetParam(), "build_wheel", {"", "{\"a\" 1}"}));
  EXPECT_EQ(error_of(conversation, "MalformedHookArgument"),
            "config_settings is no JSON: column 6: expected ':' after the key");
  EXPECT_THAT(conversation.output, Not(HasSubstr("EXPECT metadata_directory")));
}

TEST_P(ErrorsInBothDialects, DirectoriesThatNoSystemKnows) {
  EXPECT_THAT(error_of(converse(GetParam(), request(GetParam(), "build_sdist", {std::string("a\0b", 3)})),
                       "MalformedHookArgument"),
              HasSubstr("sdist_directory 'a\\u0000b' holds a NUL"));
  EXPECT_THAT(error_of(converse(GetParam(), request(GetParam(), "build_wheel", {"", "", std::string(5000, 'm')})),
                       "MalformedHookArgument"),
              HasSubstr("metadata_directory"));
}

TEST_P(ErrorsInBothDialects, EachKindOfError) {
  const std::vector<std::pair<ErrorKind, std::string>> rows{
      {ErrorKind::invalid_action, "InvalidAction"},
      {ErrorKind::invalid_hook_name, "InvalidHookName"},
      {ErrorKind::malformed_backend_name, "MalformedBackendName"},
      {ErrorKind::missing_backend_module, "MissingBackendModule"},
      {ErrorKind::missing_backend_attribute, "MissingBackendAttribute"},
      {ErrorKind::backend_import_error, "BackendImportError"},
      {ErrorKind::unsupported_hook, "UnsupportedHook"},
      {ErrorKind::malformed_hook_argument, "MalformedHookArgument"},
      {ErrorKind::hook_runtime_error, "HookRuntimeError"},
  };
  for (const auto& [kind, name] : rows) {
    EXPECT_EQ(name_of(kind), name);
    EXPECT_EQ(error_kind_named(name), kind);
    const Conversation conversation = converse(GetParam(), request(GetParam(), "get_requires_for_build_wheel", {""}),
                                               [kind = kind](const Request&) -> Reply {
                                                 return Failure{kind, "it\nfailed", "Trace:\n  here\n"};
                                               });
    EXPECT_EQ(conversation.output, asked(GetParam(), {"config_settings"}) + "ERROR " + name +
                                       " it\\nfailed\nTRACEBACK Trace:\\n  here\\n\n" + std::string(kPrompt));
  }
  EXPECT_EQ(error_kind_named("Error"), std::nullopt);
}

TEST_P(ErrorsInBothDialects, ErrorWithoutTraceback) {
  const Conversation conversation =
      converse(GetParam(), request(GetParam(), "get_requires_for_build_wheel", {""}), [](const Request&) -> Reply {
        return Failure{ErrorKind::unsupported_hook, "no", ""};
      });
  EXPECT_EQ(conversation.output,
            asked(GetParam(), {"config_settings"}) + "ERROR UnsupportedHook no\n" + std::string(kPrompt));
}

TEST(Protocol, FatalEndsTheConversation) {
  Protocol protocol(kSeed, "/tree");
  EXPECT_EQ(protocol.output(), "READY\nEXPECT action\n");
  protocol.fail("OSError", "no room\nleft");
  EXPECT_EQ(protocol.output(), "FATAL OSError no room\\nleft\n");
  protocol.feed("run\n");
  const auto step = protocol.next();
  ASSERT_TRUE(std::holds_alternative<Protocol::Finished>(step));
  EXPECT_EQ(std::get<Protocol::Finished>(step).exit_code, 255);
  EXPECT_EQ(protocol.output(), "");
}

// --- values ---

TEST(Protocol, NothingButNewlinesIsChangedOnTheWayOut) {
  const std::string bytes("a\\n\r\t\0\xFF\xC3", 8);
  const Conversation conversation = converse(kSeed, request(kSeed, "get_requires_for_build_wheel", {""}),
                                             [&](const Request&) -> Reply { return Success{bytes + "\n\n" + bytes}; });
  EXPECT_THAT(conversation.output, HasSubstr("\nOK " + bytes + "\\n\\n" + bytes + "\nREADY\n"));
}

TEST(Protocol, LongMessagesAreCutAndTracebacksKeepTheirEnd) {
  const std::string umlauts = [] {
    std::string text;
    for (int i = 0; i < (1 << 20); ++i) text += "ü";
    return text;
  }();
  const Conversation conversation =
      converse(kSeed, request(kSeed, "get_requires_for_build_wheel", {""}), [&](const Request&) -> Reply {
        return Failure{ErrorKind::hook_runtime_error, "x" + umlauts, umlauts + "e"};
      });
  const std::size_t begin = conversation.output.find("\nERROR HookRuntimeError ");
  ASSERT_NE(begin, std::string::npos);
  const std::string message =
      conversation.output.substr(begin + 24, conversation.output.find('\n', begin + 1) - begin - 24);
  EXPECT_THAT(message, StartsWith("xü"));
  EXPECT_THAT(message, EndsWith("ü…"));
  EXPECT_LE(message.size(), kLongestMessage);
  EXPECT_GE(message.size(), kLongestMessage - 4);
  const std::size_t trace = conversation.output.find("\nTRACEBACK ");
  ASSERT_NE(trace, std::string::npos);
  const std::string traceback =
      conversation.output.substr(trace + 11, conversation.output.find('\n', trace + 1) - trace - 11);
  EXPECT_THAT(traceback, StartsWith("ü"));
  EXPECT_THAT(traceback, EndsWith("üe"));
  EXPECT_LE(traceback.size(), kLongestTraceback);
  EXPECT_GE(traceback.size(), kLongestTraceback - 4);
}

TEST(Protocol, TooLongLinesAreErrorsOfWhatWasExpected) {
  const std::string longest(kLongestLine, '1');
  // The longest that is taken: as a backend there is no other limit.
  const Conversation taken = converse(kSeed, with_backend(kSeed, longest));
  ASSERT_THAT(taken.requests, SizeIs(1));
  EXPECT_EQ(taken.requests.front().backend, longest);

  const std::vector<std::pair<std::string, std::string>> rows{
      {"", "InvalidAction"},
      {"run\n", "MalformedBackendName"},
      {"run\nb\n", "MalformedBackendName"},  // of the backend-path
      {"run\nb\n\n", "InvalidHookName"},
      {"run\nb\n\nbuild_sdist\n", "MalformedHookArgument"},
      {"run\nb\n\nbuild_sdist\n\n", "MalformedHookArgument"},
  };
  for (const auto& [before, kind] : rows) {
    const Conversation conversation = converse(kLater, before + longest + "1\nshutdown\n");
    EXPECT_THAT(conversation.output, HasSubstr("\nERROR " + kind + " "));
    EXPECT_THAT(conversation.output, HasSubstr("longer than 16777216 bytes"));
    EXPECT_LE(conversation.output.size(), 2000U);
    EXPECT_EQ(conversation.exit_code, 0) << "the rest of the line was taken for a line";
  }
}

// 100 MB in small pieces: neither memory nor time may grow with it, and ctest's limit would tell.
TEST(Protocol, EndlessLine) {
  tests::Converser converser(kSeed);
  const std::string piece(1000, 'x');
  for (int i = 0; i < 100'000; ++i) converser.feed(piece);
  EXPECT_EQ(converser.so_far().output, kPrompt);
  converser.feed("\nshutdown\n");
  EXPECT_THAT(converser.so_far().output, HasSubstr("\nERROR InvalidAction "));
  EXPECT_EQ(converser.so_far().exit_code, 0);
}

}  // namespace
}  // namespace grapnel::hookd
