// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/shebang.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

std::string rest_of(const std::string& script) {
  const auto replaced = grapnel::dist::python_shebang(script);
  return replaced ? script.substr(*replaced) : "no";
}

TEST(Shebang, OfPython) {
  EXPECT_EQ(rest_of("#!python\n"), "\n");
  EXPECT_EQ(rest_of("#!/usr/bin/python3.11 -u\r\nx"), " -u\r\nx");
  EXPECT_EQ(rest_of("#! /usr/bin/env python3\n"), "\n");
  EXPECT_EQ(rest_of("#!/usr/bin/env -S A=b pypy3 -X dev\n"), " -X dev\n");
  EXPECT_EQ(rest_of("#!C:\\Python\\pythonw.exe"), "");
}

TEST(Shebang, OfOthers) {
  for (const char* const other :
       {"", "#", "#!", "#!\n", "#!/bin/sh\n", "#!/bin/sh python\n", "#!/usr/bin/env\n", "\n#!python\n",
        "#!/usr/bin/env ruby python\n", "#!/opt/python/bin/bash\n", "#!pythonista\n", "# !python\n"}) {
    EXPECT_EQ(rest_of(other), "no") << other;
  }
}

TEST(Shebang, HasALimit) {
  const auto line = [](std::size_t size) { return "#!/" + std::string(size - 10, 'x') + "/python\n"; };
  EXPECT_EQ(rest_of(line(256)), "\n");
  EXPECT_EQ(rest_of(line(257)), "no");
}

}  // namespace
