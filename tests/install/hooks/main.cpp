// SPDX-License-Identifier: BSD-3-Clause
#include <hooks/hooks.hpp>
#include <hooks/version.hpp>

#include <iostream>

// A hook when it is called as one; the test calls it without arguments.
int main(int argc, char** argv) {
  if (argc > 1) {
    return hooks::build(argc, argv, [](const hooks::BuildInput& input, hooks::BuildOutputBuilder& output) {
      output.add_dependency(input.package_root());
    });
  }
  std::cout << hooks::version() << '\n';
}
