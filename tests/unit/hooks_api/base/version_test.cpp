// SPDX-License-Identifier: BSD-3-Clause
#include "hooks/version.hpp"

#include "hooks_api/base/project_version.hpp"

#include <gtest/gtest.h>

TEST(Version, IsTheProjectsVersion) { EXPECT_EQ(hooks::version(), grapnel::kVersion); }
