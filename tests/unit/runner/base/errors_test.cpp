// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/errors.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace grapnel {
namespace {

using hooks::base::Error;
using hooks::base::Expected;

TEST(ValueOrThrow, GivesTheValue) {
  EXPECT_EQ(value_or_throw(Expected<int>(7)), 7);
  EXPECT_NO_THROW(value_or_throw(Expected<void>()));
}

TEST(ValueOrThrow, ThrowsTheErrorWithItsNumber) {
  try {
    value_or_throw(Expected<int>(tl::unexpected<Error>(Error{"cannot x", ENOSPC})));
    FAIL() << "nothing was thrown";
  } catch (const SystemError& error) {
    EXPECT_STREQ(error.what(), "cannot x");
    EXPECT_EQ(error.error_number(), ENOSPC);
  }
  EXPECT_THROW(value_or_throw(Expected<void>(tl::unexpected<Error>(Error{"", 0}))), SystemError);
}

}  // namespace
}  // namespace grapnel
