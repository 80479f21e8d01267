// SPDX-License-Identifier: BSD-3-Clause
// A C library, compiled for the application's target.
#include <hooks/hooks.hpp>

int main(int argc, char** argv) {
  return hooks::build(argc, argv, [](const hooks::BuildInput& input, hooks::BuildOutputBuilder& output) {
    const hooks::CBuilder library{
        .name = "moon",
        .sources = {"src/moon.c"},
        .includes = {"src"},
        .defines = {{"MOON_CYCLE_DAYS", "29.530588"}},
        .libraries = {"m"},
        .standard = "c11",
    };
    library.run(input, output);
  });
}
