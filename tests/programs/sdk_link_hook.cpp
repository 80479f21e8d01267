// SPDX-License-Identifier: BSD-3-Clause
// A link hook that bundles what it was sent.
#include <hooks/hooks.hpp>

int main(int argc, char** argv) {
  return hooks::link(argc, argv, [](const hooks::LinkInput& input, hooks::LinkOutputBuilder& output) {
    output.assets().add_all(input.assets());
  });
}
