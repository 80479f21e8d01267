// SPDX-License-Identifier: BSD-3-Clause
#include <hooks/version.hpp>

#include <iostream>

int main() { std::cout << hooks::version() << '\n'; }
