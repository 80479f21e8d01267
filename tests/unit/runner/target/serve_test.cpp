// SPDX-License-Identifier: BSD-3-Clause
// How a conversation with a front end begins and ends. What is asked in it is tested with Hatch (tests/hatch).
#include "runner/target/serve.hpp"

#include "hooks_api/base/files.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <future>
#include <stop_token>
#include <string>

namespace grapnel::target {
namespace {

using hooks::base::Fd;

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{-1, -1};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    read = Fd(ends[0]);
    write = Fd(ends[1]);
  }
  Fd read;
  Fd write;
};

class ServeTest : public testing::Test {
 protected:
  ServeTest() {
    ServeOptions options;
    options.build.root = directory.path();
    options.input = input.read.get();
    options.output = output.write.get();
    exit_code = std::async(std::launch::async, [this, options] { return serve(options, stop.get_token()); });
    std::string line;
    for (char c = 0; c != '\n' && ::read(output.read.get(), &c, 1) == 1;) line += c;
    EXPECT_EQ(line, "{\"ready\":1}\n");
  }

  tests::TemporaryDirectory directory;
  Pipe input;
  Pipe output;
  std::stop_source stop;
  std::future<int> exit_code;
};

TEST_F(ServeTest, EndsInPeaceWithItsInput) {
  input.write.reset();
  EXPECT_EQ(exit_code.get(), 0);
}

TEST_F(ServeTest, AStopRequestEndsItWhileItWaitsForALine) {
  stop.request_stop();
  EXPECT_EQ(exit_code.get(), 0);
}

TEST_F(ServeTest, NobodyWhoReadsEndsIt) {
  output.read.reset();
  EXPECT_EQ(exit_code.get(), 0);
}

TEST_F(ServeTest, WhatIsNoRequestBreaksIt) {
  ASSERT_TRUE(hooks::base::write_all(input.write.get(), "hello\n", "the input"));
  EXPECT_EQ(exit_code.get(), 255);
}

}  // namespace
}  // namespace grapnel::target
