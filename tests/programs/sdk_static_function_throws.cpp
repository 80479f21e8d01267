// SPDX-License-Identifier: BSD-3-Clause
// A hook as its author would write it; compiled by the tests with each compiler that is there.
#include <hooks/hooks.hpp>

#include <string>

static int parse_version(const std::string& text) { return std::stoi(text); }

int main(int argc, char** argv) {
  return hooks::build(argc, argv, [](const hooks::BuildInput& input, hooks::BuildOutputBuilder&) {
    if (parse_version(input.package_name()) > 2) throw hooks::BuildException("too new");
  });
}
