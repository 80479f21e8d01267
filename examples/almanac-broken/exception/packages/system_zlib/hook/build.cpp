// SPDX-License-Identifier: BSD-3-Clause
// Broken on purpose: a bug in the hook, which throws something that says nothing about whose fault it is.
// Uncategorized, exit code 255.
#include <hooks/hooks.hpp>

#include <string>
#include <vector>

namespace {

std::string third_version(const std::vector<std::string>& versions) { return versions.at(2); }

}  // namespace

int main(int argc, char** argv) {
  return hooks::build(argc, argv, [](const hooks::BuildInput&, hooks::BuildOutputBuilder& output) {
    output.metadata().add("version", third_version({"1.2", "1.3"}));
  });
}
