// SPDX-License-Identifier: BSD-3-Clause
// Tells package stars which constellations the application needs. The application's link hook runs first.
#include <hooks/hooks.hpp>

int main(int argc, char** argv) {
  return hooks::link(argc, argv, [](const hooks::LinkInput&, hooks::LinkOutputBuilder& output) {
    output.metadata().add("stars", "constellations", hooks::Json::Array{"orion", "cygnus"});
  });
}
