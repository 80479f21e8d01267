// SPDX-License-Identifier: BSD-3-Clause
#include "grapnel/version.hpp"

#include <cstdio>

int main() {
  const auto version = grapnel::version();
  std::printf("grapnel %.*s\n", static_cast<int>(version.size()), version.data());
}
