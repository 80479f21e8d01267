// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/tags.hpp"

#include "runner/base/errors.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <string>

namespace {

using grapnel::SystemError;
using grapnel::dist::expanded_tag;
using grapnel::dist::fault_of_tag;
using grapnel::dist::interpreter_tag;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(Tags, ThreePartsOfWords) {
  EXPECT_EQ(fault_of_tag("py3-none-any"), "");
  EXPECT_EQ(fault_of_tag("py2.py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64"), "");
  for (const char* const wrong : {"", "-", "--", "py3-none", "1-py3-none-any", "py3-none-", "py3..py2-none-any",
                                  "py3-none-a b", "py3-none-\n", "py3-none-a/b"}) {
    EXPECT_NE(fault_of_tag(wrong), "") << wrong;
  }
  std::string many = "a";
  for (int i = 0; i < 70; ++i) many += ".a";
  EXPECT_THAT(fault_of_tag(many + "-" + many + "-x"), HasSubstr("4096"));
}

TEST(Tags, SetsAreMultipliedOut) {
  EXPECT_THAT(expanded_tag("py3.py2-none-any"), ElementsAre("py2-none-any", "py3-none-any"));
  EXPECT_THAT(expanded_tag("CP311-CP311-Linux_x86_64"), ElementsAre("cp311-cp311-linux_x86_64"));
  EXPECT_THAT(expanded_tag("a.a-b.c-d"), ElementsAre("a-b-d", "a-c-d"));
}

TEST(Tags, AnInterpreterIsAsked) {
  const std::string tag = interpreter_tag("", {"PATH=/usr/bin:/bin"});
  EXPECT_EQ(fault_of_tag(tag), "");
  EXPECT_EQ(tag.substr(0, 3), "cp3");
  EXPECT_EQ(tag, interpreter_tag("/usr/bin/python3", {}));
}

TEST(Tags, AnInterpreterThatDoesNotTell) {
  const tests::TemporaryDirectory directory;
  EXPECT_THAT([&] { (void)interpreter_tag("", {"PATH=" + directory.path().string()}); },
              ThrowsMessage<SystemError>(HasSubstr("python3")));
  const auto fake = directory.write("python3", "#!/bin/sh\necho tag=../x-y-z\n");
  ASSERT_EQ(::chmod(fake.c_str(), 0755), 0);
  EXPECT_THAT([&] { (void)interpreter_tag(fake, {}); }, ThrowsMessage<SystemError>(HasSubstr("does not tell its tag")));
}

}  // namespace
