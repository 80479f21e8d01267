// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/jobserver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string>

namespace hooks::base {
namespace {

using testing::HasSubstr;

JobserverAddress pipe_of(int reads, int writes) { return {.read_fd = reads, .write_fd = writes}; }

TEST(JobserverAddress, IsWhereTheOptionsSay) {
  EXPECT_EQ(jobserver_address(""), std::nullopt);
  EXPECT_EQ(jobserver_address("ks"), std::nullopt);
  EXPECT_EQ(jobserver_address("-j4"), std::nullopt);
  EXPECT_EQ(jobserver_address(" -j4 --jobserver-auth=3,4"), pipe_of(3, 4));
  EXPECT_EQ(jobserver_address("ks --jobserver-fds=10,11 -j"), pipe_of(10, 11));
  EXPECT_EQ(jobserver_address("-j --jobserver-fds=3,4 --jobserver-auth=5,6"), pipe_of(5, 6)) << "the last one counts";
  EXPECT_EQ(jobserver_address(" -j --jobserver-auth=fifo:/run/tokens"), (JobserverAddress{.fifo = "/run/tokens"}));
  EXPECT_EQ(jobserver_address("--jobserver-auth=fifo:/a\\ b/\\\\c"), (JobserverAddress{.fifo = "/a b/\\c"}));
}

TEST(JobserverAddress, IsNotLookedForAmongVariables) {
  EXPECT_EQ(jobserver_address(" -j -- FLAGS=--jobserver-auth=3,4 --jobserver-auth=3,4"), std::nullopt);
  EXPECT_EQ(jobserver_address("-j4 --jobserver-auth=3,4 -- --jobserver-auth=5,6"), pipe_of(3, 4));
  EXPECT_EQ(jobserver_address("-j4 X\\ --jobserver-auth=3,4"), std::nullopt) << "one word";
}

TEST(JobserverAddress, OfAnotherFormHasNoDescriptors) {
  for (const char* value : {"", "3", "3,", ",4", "3,4,5", "3;4", "-2,-2", "a,b", "99999999999,4", "3,4x", "name"}) {
    EXPECT_EQ(jobserver_address(std::string("--jobserver-auth=") + value), JobserverAddress()) << value;
  }
}

class JobserverClientTest : public testing::Test {
 protected:
  JobserverClientTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), 0), 0);
    reads_ = Fd(ends[0]);
    writes_ = Fd(ends[1]);
  }
  [[nodiscard]] Expected<JobserverClient> open() const {
    return JobserverClient::open(pipe_of(reads_.get(), writes_.get()));
  }
  [[nodiscard]] static std::string fault(const JobserverAddress& address) {
    const auto client = JobserverClient::open(address);
    return client ? "none" : client.error().message;
  }
  Fd reads_;
  Fd writes_;
};

TEST_F(JobserverClientTest, TakesAndGivesBackWithoutBlocking) {
  auto client = open();
  ASSERT_TRUE(client) << client.error().message;
  EXPECT_EQ(client->try_take(), std::nullopt);
  ASSERT_EQ(::write(writes_.get(), "ab", 2), 2);
  EXPECT_EQ(client->try_take(), 'a');
  EXPECT_EQ(client->try_take(), 'b');
  EXPECT_EQ(client->try_take(), std::nullopt);
  EXPECT_TRUE(client->give_back('b'));
  char token = 0;
  EXPECT_EQ(::read(reads_.get(), &token, 1), 1);
  EXPECT_EQ(token, 'b');
}

TEST_F(JobserverClientTest, LeavesTheSharedDescriptionsAsTheyAre) {
  const auto client = open();
  EXPECT_EQ(::fcntl(reads_.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_EQ(::fcntl(writes_.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(client->watched_fd(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(JobserverClientTest, SaysWhatIsWrongWithTheDescriptors) {
  EXPECT_EQ(fault({}), "cannot use the jobserver of MAKEFLAGS: it names no descriptors");
  EXPECT_EQ(fault(pipe_of(900, writes_.get())), "cannot use the jobserver of MAKEFLAGS: descriptor 900 is not open");
  EXPECT_THAT(fault(pipe_of(reads_.get(), 900)), HasSubstr("descriptor 900 is not open"));
  EXPECT_THAT(fault(pipe_of(writes_.get(), writes_.get())), HasSubstr("is the wrong end of its pipe"));
  EXPECT_THAT(fault(pipe_of(reads_.get(), reads_.get())), HasSubstr("is the wrong end of its pipe"));
  const Fd null(::open("/dev/null", O_RDWR));
  EXPECT_THAT(fault(pipe_of(null.get(), null.get())), HasSubstr("is no pipe"));
  EXPECT_THAT(fault({.fifo = "/dev/null"}), HasSubstr("'/dev/null' is no named pipe"));
  EXPECT_THAT(fault({.fifo = "/nonexistent"}), HasSubstr("/nonexistent"));
}

TEST_F(JobserverClientTest, ADescriptorThatClosesOnExecWasNotInherited) {
  ASSERT_EQ(::fcntl(reads_.get(), F_SETFD, FD_CLOEXEC), 0);
  EXPECT_THAT(fault(pipe_of(reads_.get(), writes_.get())), HasSubstr("is not open"));
}

}  // namespace
}  // namespace hooks::base
