// SPDX-License-Identifier: BSD-3-Clause
#include <grapnel/version.hpp>

#include <iostream>

int main() { std::cout << grapnel::version() << '\n'; }
