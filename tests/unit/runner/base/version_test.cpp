// SPDX-License-Identifier: BSD-3-Clause
#include "grapnel/version.hpp"

#include <gtest/gtest.h>

#include "hooks_api/base/project_version.hpp"

TEST(Version, IsTheProjectsVersion) { EXPECT_EQ(grapnel::version(), grapnel::kVersion); }
