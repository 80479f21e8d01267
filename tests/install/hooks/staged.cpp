// SPDX-License-Identifier: BSD-3-Clause
#include <hooks/build_target.hpp>

// A hook around the build of a target; the test calls it without arguments, and without its input.
class Tables final : public hooks::BuildHook {
 public:
  void initialize(const std::string& /*version*/, hooks::BuildData& build_data) override {
    app().display_debug("tables of " + target_name());
    build_data.add_force_include(work_directory() / "tables.bin", "demo/tables.bin");
    add_dependency_file("tables.txt");
  }
};

int main(int argc, char** argv) { return hooks::run_build_hook<Tables>(argc, argv); }
