// SPDX-License-Identifier: BSD-3-Clause
// Input in any pieces, that ends anywhere.
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
using ::testing::StartsWith;
using tests::Conversation;
using tests::converse;
using tests::converse_to_end;
using tests::DialectName;
using tests::kLater;
using tests::kPrompt;
using tests::kSeed;
using tests::request;

class EndsInBothDialects : public ::testing::TestWithParam<HookdProtocol> {};
INSTANTIATE_TEST_SUITE_P(Protocol, EndsInBothDialects, ::testing::Values(kSeed, kLater), DialectName());

// Every kind of line that there is, good and bad.
std::string long_session(HookdProtocol dialect) {
  std::string session = request(dialect, "build_wheel", {"d", "{\"a\": 1}", "m"}) + "walk\n" +
                        request(dialect, "no_hook", {}) + "run\n:\n" + request(dialect, "build_sdist", {"", "["}) +
                        request(dialect, "get_requires_for_build_wheel", {""}) + "\n";
  if (dialect == kLater) session += "run\nb\npath one\n/two\n\nget_requires_for_build_wheel\n\n";
  return session + "shutdown\n";
}

TEST_P(EndsInBothDialects, PiecesMakeNoDifference) {
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

TEST_P(EndsInBothDialects, EndOfInputAnywhere) {
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

TEST_P(EndsInBothDialects, UnfinishedShutdownCounts) {
  const Conversation conversation = converse_to_end(GetParam(), "shutdown");
  EXPECT_EQ(conversation.output, std::string(kPrompt) + "SHUTDOWN\n");
  EXPECT_EQ(conversation.exit_code, 0);
}

TEST_P(EndsInBothDialects, EndOfInputWhileAHookRunsLosesNoAnswer) {
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

TEST_P(EndsInBothDialects, NothingIsReadBehindShutdown) {
  const Conversation conversation = converse_to_end(GetParam(), "shutdown\nrun\nwalk\n");
  EXPECT_EQ(conversation.output, std::string(kPrompt) + "SHUTDOWN\n");
  EXPECT_EQ(conversation.exit_code, 0);
}

}  // namespace
}  // namespace grapnel::hookd
