// SPDX-License-Identifier: BSD-3-Clause
#include "runner/luci/context.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using grapnel::luci::parse_context;
using testing::HasSubstr;

TEST(LuciContext, ReadsDeadlineAndResultSink) {
  const auto context = parse_context(
      R"({"deadline": {"soft_deadline": 1700000000.5, "grace_period": 12}, "local_auth": {"x": []},
          "result_sink": {"address": "[::1]:8080", "auth_token": "abc"}})");
  ASSERT_TRUE(context) << context.error();
  EXPECT_EQ(context->deadline.soft, std::chrono::system_clock::time_point(1'700'000'000'500ms));
  EXPECT_EQ(context->deadline.grace, 12s);
  ASSERT_TRUE(context->result_sink);
  EXPECT_EQ(context->result_sink->host, "::1");
  EXPECT_EQ(context->result_sink->port, "8080");
  EXPECT_EQ(context->result_sink->token, "abc");
}

TEST(LuciContext, NoDeadlineIsInfinite) {
  for (const char* text : {"{}", R"({"deadline": null, "result_sink": null})", R"({"deadline": {}})",
                           R"({"deadline": {"soft_deadline": 0}})"}) {
    const auto context = parse_context(text);
    ASSERT_TRUE(context) << text;
    EXPECT_FALSE(context->deadline.soft) << text;
    EXPECT_EQ(context->deadline.grace, 30s);
    EXPECT_FALSE(context->result_sink);
  }
}

TEST(LuciContext, SharesTheGracePeriod) {
  const grapnel::luci::Deadline usual;
  EXPECT_EQ(hook_grace(usual), 5s);
  EXPECT_EQ(wait_at_end(usual, true), 10s);
  const grapnel::luci::Deadline large{.grace = 1h};
  EXPECT_EQ(hook_grace(large), 5s);
  EXPECT_EQ(wait_at_end(large, true), 10s);
  const grapnel::luci::Deadline small{.grace = 6s};
  EXPECT_EQ(hook_grace(small), 2s);
  EXPECT_EQ(wait_at_end(small, true), 2s);
  EXPECT_EQ(wait_at_end(small, false), 10s);
}

TEST(LuciContext, SaysWhichMemberIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"[]", "expected an object"},
      {"{", "line 1"},
      {R"({"deadline": 5})", "deadline: expected an object"},
      {R"({"deadline": {"soft_deadline": "soon"}})", "deadline.soft_deadline"},
      {R"({"deadline": {"soft_deadline": -1}})", "deadline.soft_deadline"},
      {R"({"deadline": {"soft_deadline": 1e300}})", "deadline.soft_deadline"},
      {R"({"deadline": {"grace_period": []}})", "deadline.grace_period"},
      {R"({"result_sink": {"address": "localhost", "auth_token": "a"}})", "result_sink.address"},
      {R"({"result_sink": {"address": "localhost:", "auth_token": "a"}})", "result_sink.address"},
      {R"({"result_sink": {"address": "localhost:1"}})", "result_sink.auth_token"},
      {R"({"result_sink": {"address": "localhost:1", "auth_token": "a\r\nX: y"}})", "result_sink.auth_token"},
  };
  for (const auto& [text, expected] : cases) {
    const auto context = parse_context(text);
    ASSERT_FALSE(context) << text;
    EXPECT_THAT(context.error(), HasSubstr(expected));
  }
}

}  // namespace
