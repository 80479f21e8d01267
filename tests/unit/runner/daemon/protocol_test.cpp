// SPDX-License-Identifier: BSD-3-Clause
// Spec: hookd, "One exchange", "Arguments", "Backend names", byte for byte where the spec has bytes.
#include "runner/daemon/protocol.hpp"

#include "tests/unit/runner/daemon/dialects.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace grapnel::hookd {
namespace {

using hooks::pep517::Hook;
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

class BothDialects : public ::testing::TestWithParam<HookdProtocol> {};
INSTANTIATE_TEST_SUITE_P(Protocol, BothDialects, ::testing::Values(kSeed, kLater), DialectName());

// --- one exchange ---

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

// --- arguments ---

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

// --- backend names ---

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

}  // namespace
}  // namespace grapnel::hookd
