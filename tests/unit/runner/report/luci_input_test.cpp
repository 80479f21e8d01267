// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/luci_input.hpp"

#include "runner/report/luci_encoders.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using grapnel::report::luci::InputBuild;
using grapnel::report::luci::read_input_build;
using grapnel::report::luci::Status;
using testing::HasSubstr;

std::string field(int number, const std::string& bytes) {
  std::string out{static_cast<char>(static_cast<unsigned>(number) << 3U | 2U)};
  std::size_t size = bytes.size();
  for (; size >= 0x80; size >>= 7U) out += static_cast<char>((size & 0x7FU) | 0x80U);
  return out + static_cast<char>(size) + bytes;
}

std::string error_of(const std::string& bytes) {
  const auto build = read_input_build(bytes);
  return build ? "" : build.error();
}

TEST(LuciInput, ReadsWhatItIsGiven) {
  // By hand: id 5; builder; created second 7; status STARTED; input.properties {"a": 3.0, "b": [true], "c": "x"}.
  const std::string number = std::string("\x11") + std::string("\0\0\0\0\0\0\x08\x40", 8);
  const std::string properties = field(1, field(1, "a") + field(2, number)) +
                                 field(1, field(1, "b") + field(2, field(6, field(1, std::string("\x20\x01", 2))))) +
                                 field(1, field(1, "c") + field(2, field(3, "x")));
  const std::string bytes = std::string("\x08\x05", 2) + field(2, field(1, "p") + field(2, "b") + field(3, "r")) +
                            field(6, std::string("\x08\x07", 2)) + std::string("\x60\x02", 2) +
                            field(15, field(1, properties)) + field(14, "unknown");
  const auto build = read_input_build(bytes);
  ASSERT_TRUE(build) << build.error();
  EXPECT_EQ(build->identity.id, 5);
  ASSERT_TRUE(build->identity.builder);
  EXPECT_EQ(build->identity.builder->builder, "r");
  EXPECT_EQ(build->identity.create_time, grapnel::report::luci::Time(std::chrono::seconds(7)));
  EXPECT_FALSE(build->identity.start_time);
  EXPECT_EQ(build->status, Status::started);
  EXPECT_EQ(hooks::Json(build->properties).to_string(), R"({"a":3,"b":[true],"c":"x"})");
}

TEST(LuciInput, ReadsTheIdentityThatItWrites) {
  grapnel::report::luci::Build build;
  build.identity.id = 8'123'456'789'012'345'678;
  build.identity.builder = grapnel::report::luci::Builder{"p", "b", "r"};
  build.identity.start_time = grapnel::report::luci::Time(std::chrono::nanoseconds(1'700'000'000'123'456'789));
  const auto read = read_input_build(to_pb(build));
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->identity.id, build.identity.id);
  EXPECT_EQ(read->identity.start_time, build.identity.start_time);
  EXPECT_EQ(read->identity.builder->project, "p");
}

TEST(LuciInput, AnEmptyOneIsOne) {
  const auto build = read_input_build("");
  ASSERT_TRUE(build);
  EXPECT_EQ(build->identity.id, 0);
  EXPECT_TRUE(build->properties.empty());
}

TEST(LuciInput, SaysWhatIsWrong) {
  EXPECT_THAT(error_of("{}"), HasSubstr("wire type"));  // somebody gave JSON
  EXPECT_THAT(error_of(std::string("\x08", 1)), HasSubstr("ends within a number"));
  EXPECT_THAT(error_of(std::string(1, '\x08') + std::string(10, '\xFF')), HasSubstr("64 bits"));
  EXPECT_THAT(error_of(std::string("\x7A\x05x", 3)), HasSubstr("ends within field 15"));
  EXPECT_THAT(error_of(std::string("\x00\x01", 2)), HasSubstr("number 0"));
  EXPECT_THAT(error_of(std::string("\x60\x02\x0D", 3)), HasSubstr("ends within a number"));
  EXPECT_THAT(error_of(field(2, field(1, "\xFF"))), HasSubstr("builder.project is not UTF-8"));
  EXPECT_THAT(error_of(field(6, std::string("\x10\xFF\xFF\xFF\xFF\x0F", 6))), HasSubstr("create_time is out of range"));
  EXPECT_THAT(error_of(std::string(grapnel::report::luci::kMostInput + 1, 'x')), HasSubstr("at most"));
}

TEST(LuciInput, BoundsTheDepth) {
  const auto nested = [](int levels, int number) {
    std::string value = field(3, "x");
    for (int i = 0; i < levels; ++i) {
      value = number == 6 ? field(6, field(1, value)) : field(5, field(1, field(1, "k") + field(2, value)));
    }
    return field(15, field(1, field(1, field(1, "k") + field(2, value))));
  };
  for (const int number : {5, 6}) {
    EXPECT_EQ(error_of(nested(60, number)), "");
    EXPECT_THAT(error_of(nested(64, number)), HasSubstr("deeper than 64"));
    EXPECT_THAT(error_of(nested(2000, number)), HasSubstr("deeper than 64"));
  }
}

}  // namespace
