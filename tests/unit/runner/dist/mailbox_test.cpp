// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/mailbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace grapnel::dist {
namespace {

std::string written(std::string_view name, std::string_view address) {
  const auto text = mailbox(name, address);
  return text ? *text : text.error().message;
}

TEST(Mailbox, IsAsPythonsEmailPackageWritesIt) {
  EXPECT_EQ(written("", "a@b.c"), "a@b.c");
  EXPECT_EQ(written("Jürgen O'Neil", "a@b.c"), "Jürgen O'Neil <a@b.c>");
  EXPECT_EQ(written("A. B", "a@b.c"), "\"A. B\" <a@b.c>");
  EXPECT_EQ(written("a \"b\" \\", "a@b.c"), "\"a \\\"b\\\" \\\\\" <a@b.c>");
  EXPECT_EQ(written("", "\"a b\"@c"), "\"a b\"@c");
  EXPECT_EQ(written("", "\"ab\"@c"), "ab@c");
  EXPECT_EQ(written("", " a@[1.2.3.4] "), "a@[1.2.3.4]");
  EXPECT_EQ(written("", "a@\xc3\xbc.de"), "a@\xc3\xbc.de");
}

TEST(Mailbox, RefusesWhatIsNone) {
  for (const char* address : {"", "a", "a@", "@b", "a b@c", "\xc3\xbc@x.de", "a..b@c", ".a@b", "a@b.", "a@b>",
                              "a@b,c@d", "a\"b@c", "\"a@b", "\"a\\", "a@[b", "a@[]", "a@b c", "a\n@b"}) {
    EXPECT_THAT(written("", address), ::testing::HasSubstr("expected an address such as 'a@example.com'")) << address;
  }
}

}  // namespace
}  // namespace grapnel::dist
