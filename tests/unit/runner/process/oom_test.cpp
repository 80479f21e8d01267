// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/oom.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grapnel::process {
namespace {

using testing::ElementsAre;

TEST(OomCounterFiles, OfTheUnifiedHierarchy) {
  EXPECT_THAT(oom_counter_files("0::/user.slice/a b\n"), ElementsAre("/sys/fs/cgroup/user.slice/a b/memory.events",
                                                                     "/sys/fs/cgroup/memory.events", "/proc/vmstat"));
}

TEST(OomCounterFiles, OfTheOldHierarchy) {
  EXPECT_THAT(oom_counter_files("5:cpu,cpuacct:/x\n4:memory:/docker/1:2\n"),
              ElementsAre("/sys/fs/cgroup/memory/docker/1:2/memory.oom_control",
                          "/sys/fs/cgroup/memory/memory.oom_control", "/proc/vmstat"));
}

TEST(OomCounterFiles, OfNone) {
  EXPECT_THAT(oom_counter_files(""), ElementsAre("/proc/vmstat"));
  EXPECT_THAT(oom_counter_files("garbage\n:\n4:memory\n"), ElementsAre("/proc/vmstat"));
}

TEST(ParseOomKills, FindsTheLine) {
  EXPECT_EQ(parse_oom_kills("low 1\noom 5\noom_kill 3\noom_group_kill 9\n"), 3U);
  EXPECT_EQ(parse_oom_kills("oom_kill_disable 0\nunder_oom 0\noom_kill 12"), 12U);
}

TEST(ParseOomKills, GivesNothingWithoutOne) {
  EXPECT_EQ(parse_oom_kills(""), std::nullopt);
  EXPECT_EQ(parse_oom_kills("oom 5\noom_group_kill 9\n"), std::nullopt);
  EXPECT_EQ(parse_oom_kills("oom_kill x\n"), std::nullopt);
}

TEST(OomKills, IsKnownOnEveryLinuxAndDoesNotShrink) {
  const auto before = oom_kills();
  ASSERT_TRUE(before);
  EXPECT_GE(oom_kills().value(), *before);
}

}  // namespace
}  // namespace grapnel::process
