// SPDX-License-Identifier: BSD-3-Clause
// Spec: hookd. A test for each row of its tables, in both dialects, byte for byte where the spec has bytes.
#include "runner/daemon/protocol.hpp"

#include "tests/unit/runner/daemon/conversation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace grapnel::hookd {
namespace {

using hooks::pep517::Hook;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using tests::Conversation;
using tests::converse;
using tests::converse_to_end;

constexpr auto kSeed = HookdProtocol::seed;
constexpr auto kLater = HookdProtocol::later;
constexpr std::string_view kPrompt = "READY\nEXPECT action\n";

// What the daemon says to a hook of a backend called b, up to the result.
std::string asked(HookdProtocol dialect, const std::vector<std::string>& arguments) {
  std::string text(kPrompt);
  text += dialect == kSeed ? "EXPECT build_backend\nEXPECT hook_name\n"
                           : "EXPECT build-backend\nEXPECT backend-path\nEXPECT hook-name\n";
  for (const std::string& argument : arguments) text += "EXPECT " + argument + "\n";
  return text + "STDOUT /o\nSTDERR /e\n";
}

// What a client says to have `hook` run with these values.
std::string request(HookdProtocol dialect, const std::string& hook, const std::vector<std::string>& values) {
  std::string text = dialect == kSeed ? "run\nb\n" + hook + "\n" : "run\nb\n\n" + hook + "\n";
  for (const std::string& value : values) text += value + "\n";
  return text;
}

// The message of the only ERROR, and a check that the exchange ended with it.
std::string error_of(const Conversation& conversation, const std::string& kind) {
  EXPECT_THAT(conversation.requests, IsEmpty());
  EXPECT_THAT(conversation.output, EndsWith("\n" + std::string(kPrompt)));
  const std::string begin = "\nERROR " + kind + " ";
  const std::size_t at = conversation.output.find(begin);
  EXPECT_NE(at, std::string::npos) << conversation.output;
  if (at == std::string::npos) return {};
  const std::size_t message = at + begin.size();
  return conversation.output.substr(message, conversation.output.find('\n', message) - message);
}

class BothDialects : public ::testing::TestWithParam<HookdProtocol> {};
INSTANTIATE_TEST_SUITE_P(Protocol, BothDialects, ::testing::Values(kSeed, kLater),
                         [](const auto& dialect) { return dialect.param == kSeed ? "seed" : "later"; });

// --- one exchange
// ------------------------------------------------------------------------------------------------------

TEST(Protocol, ExchangeOfTheSpecInTheFirstDialect) {
  const Conversation conversation =
      converse(kSeed, "run\nhatchling.build\nbuild_wheel\ndist\n\n\nshutdown\n",
               [](const Request&) -> Reply { return Success{"demo-1.0-py3-none-any.whl"}; });
  EXPECT_EQ(conversation.output,
            "READY\n"
            "EXPECT action\n"
            "EXPECT build_backend\n"
            "EXPECT hook_name\n"
            "EXPECT wheel_directory\n"
            "EXPECT config_settings\n"
            "EXPECT metadata_directory\n"
            "STDOUT /o\n"
            "STDERR /e\n"
            "OK demo-1.0-py3-none-any.whl\n"
            "READY\n"
            "EXPECT action\n"
            "SHUTDOWN\n");
  EXPECT_EQ(conversation.exit_code, 0);
  ASSERT_THAT(conversation.requests, SizeIs(1));
  EXPECT_EQ(conversation.requests.front(),
            (Request{.backend = "hatchling.build", .hook = Hook::build_wheel, .directory = "/tree/dist"}));
}

TEST(Protocol, ExchangeInTheSecondDialect) {
  const Conversation conversation =
      converse(kLater, "run\nbackend:api\nlib\n/opt/more\n\nbuild_sdist\n/out\n{\"a\": [1]}\nshutdown\n");
  EXPECT_EQ(conversation.output,
            "READY\n"
            "EXPECT action\n"
            "EXPECT build-backend\n"
            "EXPECT backend-path\n"
            "EXPECT backend-path\n"
            "EXPECT backend-path\n"
            "EXPECT hook-name\n"
            "EXPECT sdist_directory\n"
            "EXPECT config_settings\n"
            "STDOUT /o\n"
            "STDERR /e\n"
            "OK done\n"
            "READY\n"
            "EXPECT action\n"
            "SHUTDOWN\n");
  ASSERT_THAT(conversation.requests, SizeIs(1));
  EXPECT_EQ(conversation.requests.front(), (Request{.backend = "backend:api",
                                                    .backend_path = {"/tree/lib", "/opt/more"},
                                                    .hook = Hook::build_sdist,
                                                    .directory = "/out",
                                                    .config_settings = "{\"a\": [1]}"}));
}

TEST(Protocol, NothingIsSaidBeforeItIsDue) {
  tests::Converser converser(kSeed);
  EXPECT_EQ(converser.so_far().output, "READY\nEXPECT action\n");
  converser.feed("run");
  EXPECT_EQ(converser.so_far().output, "READY\nEXPECT action\n");
  converser.feed("\n");
  EXPECT_EQ(converser.so_far().output, "READY\nEXPECT action\nEXPECT build_backend\n");
}

TEST(Protocol, NoByteBehindARequestIsLookedAtBeforeItsReply) {
  Protocol protocol(kSeed, "/tree");
  protocol.feed("run\nb\nget_requires_for_build_wheel\n\nnonsense\n");
  ASSERT_TRUE(std::holds_alternative<Protocol::Run>(protocol.next()));
  EXPECT_THAT(protocol.output(), EndsWith("EXPECT config_settings\n"));
  EXPECT_TRUE(std::holds_alternative<Protocol::NeedsInput>(protocol.next()));
  EXPECT_EQ(protocol.output(), "");
  protocol.debug("a worker\nstarts");
  protocol.announce("/tmp/an out", "/tmp/an err");
  EXPECT_EQ(protocol.output(), "DEBUG a worker\\nstarts\nSTDOUT /tmp/an out\nSTDERR /tmp/an err\n");
  protocol.reply(Success{"[]"});
  EXPECT_EQ(protocol.output(), "OK []\nREADY\nEXPECT action\n");
  EXPECT_TRUE(std::holds_alternative<Protocol::NeedsInput>(protocol.next()));
  EXPECT_THAT(protocol.output(), StartsWith("ERROR InvalidAction "));
}

TEST_P(BothDialects, ManyRequestsInOnePiece) {
  std::string input;
  for (int i = 0; i < 50; ++i) input += request(GetParam(), "build_wheel", {"d" + std::to_string(i), "", ""});
  const Conversation conversation = converse(GetParam(), input + "shutdown\n");
  ASSERT_THAT(conversation.requests, SizeIs(50));
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(conversation.requests[static_cast<std::size_t>(i)].directory, "/tree/d" + std::to_string(i));
  }
  EXPECT_EQ(conversation.exit_code, 0);
}

// --- arguments
// ---------------------------------------------------------------------------------------------------------

struct HookRow {
  std::string name;
  Hook hook;
  std::vector<std::string> arguments;
};
const std::vector<HookRow>& hook_rows() {
  static const std::vector<HookRow> rows{
      {"build_wheel", Hook::build_wheel, {"wheel_directory", "config_settings", "metadata_directory"}},
      {"build_sdist", Hook::build_sdist, {"sdist_directory", "config_settings"}},
      {"prepare_metadata_for_build_wheel",
       Hook::prepare_metadata_for_build_wheel,
       {"metadata_directory", "config_settings"}},
      {"get_requires_for_build_wheel", Hook::get_requires_for_build_wheel, {"config_settings"}},
      {"get_requires_for_build_sdist", Hook::get_requires_for_build_sdist, {"config_settings"}},
      {"build_editable", Hook::build_editable, {"wheel_directory", "config_settings", "metadata_directory"}},
      {"prepare_metadata_for_build_editable",
       Hook::prepare_metadata_for_build_editable,
       {"metadata_directory", "config_settings"}},
      {"get_requires_for_build_editable", Hook::get_requires_for_build_editable, {"config_settings"}},
  };
  return rows;
}

TEST_P(BothDialects, ArgumentsOfEachHook) {
  for (const HookRow& row : hook_rows()) {
    std::vector<std::string> values;
    Request expected{.backend = "b", .hook = row.hook};
    for (std::size_t i = 0; i < row.arguments.size(); ++i) {
      if (row.arguments[i] == "config_settings") {
        values.emplace_back("{\"k\": null}");
        expected.config_settings = "{\"k\": null}";
      } else if (i == 0) {
        values.emplace_back("sub/dir");
        expected.directory = "/tree/sub/dir";
      } else {
        values.emplace_back("/meta data");
        expected.metadata_directory = "/meta data";
      }
    }
    const Conversation conversation = converse(GetParam(), request(GetParam(), row.name, values));
    EXPECT_EQ(conversation.output, asked(GetParam(), row.arguments) + "OK done\n" + std::string(kPrompt));
    ASSERT_THAT(conversation.requests, SizeIs(1)) << row.name;
    EXPECT_EQ(conversation.requests.front(), expected) << row.name;
  }
}

TEST_P(BothDialects, EmptyArgumentsOfEachHook) {
  for (const HookRow& row : hook_rows()) {
    const Conversation conversation =
        converse(GetParam(), request(GetParam(), row.name, std::vector<std::string>(row.arguments.size())));
    // A directory for the result is the tree; the others are None.
    Request expected{.backend = "b", .hook = row.hook};
    if (row.arguments.front() != "config_settings") expected.directory = "/tree";
    ASSERT_THAT(conversation.requests, SizeIs(1)) << row.name;
    EXPECT_EQ(conversation.requests.front(), expected) << row.name;
  }
}

TEST_P(BothDialects, TheTreeMayEndWithASeparator) {
  for (const auto& [tree, directory] :
       std::vector<std::pair<std::string, std::string>>{{"/tree/", "/tree"}, {"/a/tree//", "/a/tree"}, {"/", "/"}}) {
    tests::Converser converser(GetParam(), tests::answer_ok, tree);
    converser.feed(request(GetParam(), "build_sdist", {"", ""}));
    ASSERT_THAT(converser.so_far().requests, SizeIs(1));
    EXPECT_EQ(converser.so_far().requests.front().directory.native(), directory);
  }
}

TEST_P(BothDialects, ValuesAreTakenVerbatim) {
  const Conversation conversation =
      converse(GetParam(), request(GetParam(), "build_wheel", {" \xFF\\n\t\r", " {} \r", "../m\r"}));
  ASSERT_THAT(conversation.requests, SizeIs(1));
  EXPECT_EQ(conversation.requests.front().directory.native(), "/tree/ \xFF\\n\t\r");
  EXPECT_EQ(conversation.requests.front().config_settings, " {} \r");
  EXPECT_EQ(conversation.requests.front().metadata_directory.native(), "/tree/../m\r");
}

TEST_P(BothDialects, NothingOfARequestIsLeftForTheNext) {
  const Request expected{.backend = "b", .hook = Hook::get_requires_for_build_sdist};
  const std::string next = request(GetParam(), "get_requires_for_build_sdist", {""});
  const Conversation after_success = converse(GetParam(), request(GetParam(), "build_wheel", {"d", "{}", "m"}) + next);
  ASSERT_THAT(after_success.requests, SizeIs(2));
  EXPECT_EQ(after_success.requests[1], expected);
  const std::string path = GetParam() == kSeed ? "" : "lib\n\n";
  const Conversation after_error = converse(GetParam(), "run\nb\n" + path + "build_sdist\nd\n{\n" + next);
  ASSERT_THAT(after_error.requests, SizeIs(1));
  EXPECT_EQ(after_error.requests.front(), expected);
}

// --- backend names
// -----------------------------------------------------------------------------------------------------

std::string with_backend(HookdProtocol dialect, const std::string& name) {
  const std::string path = dialect == kSeed ? "" : "\n";
  return "run\n" + name + "\n" + path + "get_requires_for_build_wheel\n\n";
}

TEST_P(BothDialects, BackendNames) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", "setuptools.build_meta:__legacy__"},
      {"module", "module"},
      {"module.sub", "module.sub"},
      {"module:object", "module:object"},
      {"module:object.sub", "module:object.sub"},
      {"native:./backend.so", "native:./backend.so"},
      {"native:/a:b/c::d e/", "native:/a:b/c::d e/"},
      {"native:module", "native:module"},  // no slash: a module that happens to be called so
      {"modül ", "modül "},
  };
  for (const auto& [line, backend] : rows) {
    const Conversation conversation = converse(GetParam(), with_backend(GetParam(), line));
    ASSERT_THAT(conversation.requests, SizeIs(1)) << line;
    EXPECT_EQ(conversation.requests.front().backend, backend);
  }
}

TEST_P(BothDialects, MalformedBackendNames) {
  for (const std::string& name :
       std::vector<std::string>{"module:", ":object", ":", "a:b:c", "a::b", "::", ".module", ".:a", ".",
                                "native:", std::string("a\0b", 3), std::string("native:/a\0b", 11)}) {
    const Conversation conversation = converse(GetParam(), "run\n" + name + "\n");
    EXPECT_THAT(error_of(conversation, "MalformedBackendName"), HasSubstr("expected module, module.sub")) << name;
    // No further argument is asked for.
    EXPECT_THAT(conversation.output, Not(HasSubstr("hook"))) << name;
    EXPECT_THAT(conversation.output, Not(HasSubstr("backend-path"))) << name;
  }
}

TEST(Protocol, DirectoriesOfTheBackendPathAreLimited) {
  std::string input = "run\nb\n";
  for (int i = 0; i < 100; ++i) input += "d\n";
  EXPECT_THAT(converse(kLater, input + "\nget_requires_for_build_wheel\n\n").requests, SizeIs(1));
  EXPECT_THAT(error_of(converse(kLater, input + "d\n"), "MalformedBackendName"), HasSubstr("more than 100"));
  EXPECT_THAT(error_of(converse(kLater, std::string("run\nb\na\0b\n", 10)), "MalformedBackendName"), HasSubstr("NUL"));
  EXPECT_THAT(error_of(converse(kLater, "run\nb\n" + std::string(4097, 'd') + "\n"), "MalformedBackendName"),
              HasSubstr("4097 bytes"));
}

// --- error kinds
// -------------------------------------------------------------------------------------------------------

TEST_P(BothDialects, InvalidAction) {
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

TEST_P(BothDialects, InvalidHookNameIsSaidRightAfterItsLine) {
  for (const std::string& name : std::vector<std::string>{"build_weel", "", "build_wheel ", "_build_wheel"}) {
    const Conversation conversation = converse(GetParam(), request(GetParam(), name, {}));
    const std::string message = error_of(conversation, "InvalidHookName");
    EXPECT_THAT(message, HasSubstr("'" + name + "'"));
    for (const HookRow& row : hook_rows()) EXPECT_THAT(message, HasSubstr(row.name));
    EXPECT_THAT(conversation.output, Not(HasSubstr("EXPECT wheel_directory")));
  }
}

TEST_P(BothDialects, ConfigSettingsThatAreNoJson) {
  const Conversation conversation = converse(GetParam(), request(GetParam(), "build_wheel", {"", "{\"a\" 1}"}));
  EXPECT_EQ(error_of(conversation, "MalformedHookArgument"),
            "config_settings is no JSON: column 6: expected ':' after the key");
  EXPECT_THAT(conversation.output, Not(HasSubstr("EXPECT metadata_directory")));
}

TEST_P(BothDialects, DirectoriesThatNoSystemKnows) {
  EXPECT_THAT(error_of(converse(GetParam(), request(GetParam(), "build_sdist", {std::string("a\0b", 3)})),
                       "MalformedHookArgument"),
              HasSubstr("sdist_directory 'a\\u0000b' holds a NUL"));
  EXPECT_THAT(error_of(converse(GetParam(), request(GetParam(), "build_wheel", {"", "", std::string(5000, 'm')})),
                       "MalformedHookArgument"),
              HasSubstr("metadata_directory"));
}

TEST_P(BothDialects, EachKindOfError) {
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
    const Conversation conversation =
        converse(GetParam(), request(GetParam(), "get_requires_for_build_wheel", {""}), [&](const Request&) -> Reply {
          return Failure{kind, "it\nfailed", "Trace:\n  here\n"};
        });
    EXPECT_EQ(conversation.output, asked(GetParam(), {"config_settings"}) + "ERROR " + name +
                                       " it\\nfailed\nTRACEBACK Trace:\\n  here\\n\n" + std::string(kPrompt));
  }
  EXPECT_EQ(error_kind_named("Error"), std::nullopt);
}

TEST_P(BothDialects, ErrorWithoutTraceback) {
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

// --- values
// ------------------------------------------------------------------------------------------------------------

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

// --- pieces and ends
// ---------------------------------------------------------------------------------------------------

// Every kind of line that there is, good and bad.
std::string long_session(HookdProtocol dialect) {
  std::string session = request(dialect, "build_wheel", {"d", "{\"a\": 1}", "m"}) + "walk\n" +
                        request(dialect, "no_hook", {}) + "run\n:\n" + request(dialect, "build_sdist", {"", "["}) +
                        request(dialect, "get_requires_for_build_wheel", {""}) + "\n";
  if (dialect == kLater) session += "run\nb\npath one\n/two\n\nget_requires_for_build_wheel\n\n";
  return session + "shutdown\n";
}

TEST_P(BothDialects, PiecesMakeNoDifference) {
  const std::string session = long_session(GetParam());
  const Conversation whole = converse(GetParam(), session);
  EXPECT_EQ(whole.exit_code, 0);
  for (const std::size_t size : {1U, 2U, 3U, 7U}) {
    tests::Converser converser(GetParam());
    for (std::size_t at = 0; at < session.size(); at += size) converser.feed(session.substr(at, size));
    EXPECT_EQ(converser.so_far().output, whole.output);
    EXPECT_EQ(converser.so_far().requests, whole.requests);
    EXPECT_EQ(converser.so_far().exit_code, 0);
  }
}

// What is expected behind `output`.
std::string last_expected(const std::string& output) {
  const std::size_t at = output.rfind("EXPECT ");
  return output.substr(at + 7, output.find('\n', at) - at - 7);
}

TEST_P(BothDialects, EndOfInputAnywhere) {
  const std::string session = long_session(GetParam());
  const std::string whole = session.substr(0, session.size() - std::string("shutdown\n").size());
  int clean = 0;
  int fatal = 0;
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const std::string prefix = session.substr(0, size);
    const Conversation before = converse(GetParam(), prefix);
    const Conversation ended = converse_to_end(GetParam(), prefix);
    ASSERT_THAT(ended.output, StartsWith(before.output));
    const std::string more = ended.output.substr(before.output.size());
    const std::string expected = last_expected(before.output);
    const std::string unfinished = prefix.substr(prefix.rfind('\n') + 1);  // npos + 1 is 0
    if (expected != "action") {
      EXPECT_EQ(more, "FATAL UnexpectedEndOfInput the input ended where " + expected + " was expected\n");
      EXPECT_EQ(ended.exit_code, 255);
      ++fatal;
    } else if (unfinished == "run") {
      const std::string backend = GetParam() == kSeed ? "build_backend" : "build-backend";
      EXPECT_EQ(more, "EXPECT " + backend + "\nFATAL UnexpectedEndOfInput the input ended where " + backend +
                          " was expected\n");
      EXPECT_EQ(ended.exit_code, 255);
    } else {
      if (unfinished.empty()) {
        EXPECT_EQ(more, "SHUTDOWN\n");
      } else {
        EXPECT_THAT(more, StartsWith("ERROR InvalidAction '" + unfinished + "'"));
        EXPECT_THAT(more, EndsWith("READY\nEXPECT action\nSHUTDOWN\n"));
      }
      EXPECT_EQ(ended.exit_code, 0);
      ++clean;
    }
  }
  EXPECT_GT(clean, 6);
  EXPECT_GT(fatal, 60);
}

TEST_P(BothDialects, UnfinishedShutdownCounts) {
  const Conversation conversation = converse_to_end(GetParam(), "shutdown");
  EXPECT_EQ(conversation.output, std::string(kPrompt) + "SHUTDOWN\n");
  EXPECT_EQ(conversation.exit_code, 0);
}

TEST_P(BothDialects, EndOfInputWhileAHookRunsLosesNoAnswer) {
  Protocol protocol(GetParam(), "/tree");
  protocol.feed(request(GetParam(), "get_requires_for_build_wheel", {""}));
  protocol.end_of_input();
  ASSERT_TRUE(std::holds_alternative<Protocol::Run>(protocol.next()));
  static_cast<void>(protocol.output());
  protocol.reply(Success{"[]"});
  const auto step = protocol.next();
  EXPECT_EQ(protocol.output(), "OK []\nREADY\nEXPECT action\nSHUTDOWN\n");
  ASSERT_TRUE(std::holds_alternative<Protocol::Finished>(step));
  EXPECT_EQ(std::get<Protocol::Finished>(step).exit_code, 0);
}

TEST_P(BothDialects, NothingIsReadBehindShutdown) {
  const Conversation conversation = converse_to_end(GetParam(), "shutdown\nrun\nwalk\n");
  EXPECT_EQ(conversation.output, std::string(kPrompt) + "SHUTDOWN\n");
  EXPECT_EQ(conversation.exit_code, 0);
}

}  // namespace
}  // namespace grapnel::hookd
