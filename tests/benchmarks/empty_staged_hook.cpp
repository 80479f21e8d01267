// SPDX-License-Identifier: BSD-3-Clause
// A staged hook that does nothing, so that what is measured is what surrounds it.
#include <hooks/build_target.hpp>

namespace {

class Empty final : public hooks::BuildHook {};

}  // namespace

int main(int argc, char** argv) { return hooks::run_build_hook<Empty>(argc, argv); }
