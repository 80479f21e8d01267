// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/pep517/channel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace hooks::pep517;  // NOLINT(google-build-using-namespace)

TEST(Channel, AFrameIsALineOfLengthsAndTheBytes) {
  EXPECT_EQ(to_frame({"ab", "", "c\n"}), "2 0 2\nabc\n");
  EXPECT_EQ(to_frame({""}), "0\n");
}

TEST(Channel, FramesComeOutAsTheyWentIn) {
  const std::vector<Fields> all{{"a"}, {""}, {"", std::string("\0\n ", 3), std::string(100'000, 'x')}, Fields(64)};
  std::string bytes;
  for (const Fields& fields : all) bytes += to_frame(fields);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, bytes.size()}) {
    FrameReader reader;
    std::vector<Fields> read;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      reader.feed(std::string_view(bytes).substr(at, piece));
      while (true) {
        const auto fields = reader.next();
        ASSERT_TRUE(fields) << fields.error().message;
        if (!*fields) break;
        read.push_back(**fields);
      }
    }
    EXPECT_EQ(read, all) << piece;
  }
}

TEST(Channel, RefusesWhatIsNoFrame) {
  for (const std::string bytes : {"\n", "x\n", "1 \n", " 1\n", "1  1\nab", "-1\n", "1,2\n", "67108865\n",
                                  "40000000 40000000\n", "99999999999999999999\n", "1\r\na"}) {
    FrameReader reader;
    reader.feed(bytes);
    EXPECT_FALSE(reader.next()) << bytes;
  }
  std::string many = "0";
  for (int i = 0; i < 64; ++i) many += " 0";
  FrameReader reader;
  reader.feed(many + "\n");
  EXPECT_FALSE(reader.next()) << "65 fields";
  FrameReader endless;
  endless.feed(std::string(1000, '1'));
  EXPECT_FALSE(endless.next()) << "a line without end";
}

TEST(Channel, CallsAndAnswersComeOutAsTheyWentIn) {
  const Call call{
      .nonce = "n",
      .fresh_imports = true,
      .tree = "/a tree",
      .stdout_file = "/o",
      .stderr_file = "/e",
      .backend = "b:c",
      .backend_path = {"/one", "/two words"},
      .hook = "build_wheel",
      .arguments = {
          {CallArgument::Kind::text, "/d"}, {CallArgument::Kind::json, "{\"a\":\n1}"}, {CallArgument::Kind::none, ""}}};
  EXPECT_EQ(to_call(to_fields(call)).value(), call);
  EXPECT_EQ(to_call(to_fields(Call{})).value(), Call{});
  const Answer answer{.nonce = "n", .kind = "HookRuntimeError", .text = "t", .traceback = "a\nb", .infra = true};
  EXPECT_EQ(to_answer(to_fields(answer)).value(), answer);
  EXPECT_EQ(to_answer(to_fields(Answer{})).value(), Answer{});
}

TEST(Channel, RefusesFieldsThatAreNoCallOrAnswer) {
  EXPECT_FALSE(to_call(Fields(7)));
  Fields odd = to_fields(Call{.arguments = {{CallArgument::Kind::text, "x"}}});
  odd.back() = "?x";
  EXPECT_FALSE(to_call(odd));
  odd.back() = "";
  EXPECT_FALSE(to_call(odd));
  EXPECT_FALSE(to_answer(Fields(4)));
  EXPECT_FALSE(to_answer(Fields(6)));
}

}  // namespace
