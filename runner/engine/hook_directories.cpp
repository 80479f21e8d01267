// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/hook_directories.hpp"

namespace grapnel::engine {

HookDirectories::HookDirectories(const std::filesystem::path& state_directory, const HookId& hook,
                                 const std::string& checksum)
    : build(state_directory / hook.package / checksum),
      out(build / "out"),
      input(build / "input.json"),
      output(build / "output.json"),
      dart_record(build / "dependencies.dependencies_hash_file.json"),
      failed_output(build / "output.failed.json"),
      stdout_file(build / "stdout.txt"),
      stderr_file(build / "stderr.txt"),
      run_sh(build / "run.sh"),
      recorded_uses(build / "recorded_uses.json"),
      build_lock(build / ".lock"),
      shared(state_directory / "shared" / hook.package / name_of(hook.kind)),
      shared_lock(state_directory / "shared" / hook.package / ".lock") {}

void name_places(hooks::protocol::InputFields& input, const workspace::Package& package,
                 const HookDirectories& directories) {
  input.package_name = package.name;
  input.package_root = package.root;
  input.out_dir_shared = directories.shared;
  input.out_file = directories.output;
}

}  // namespace grapnel::engine
