// SPDX-License-Identifier: BSD-3-Clause
#include "tests/benchmarks/commands.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/spawn.hpp"
#include "runner/base/environment.hpp"
#include "runner/base/errors.hpp"
#include "runner/program/commands.hpp"
#include "runner/program/tools.hpp"
#include "tests/benchmarks/hooks_in_a_row.hpp"
#include "tests/paths.hpp"

#include <stdexcept>

namespace bench {

namespace {

namespace fs = std::filesystem;

/// The command with which the runner compiles a hook.
std::vector<std::string> compile_command(const fs::path& build, const fs::path& source, const fs::path& program) {
  grapnel::Tools tools;
  tools.sdk = build / "sdk";
  return grapnel::program::cpp_arguments(grapnel::program::find_cxx(tools, hook_environment()),
                                         grapnel::program::find_sdk(tools, build / "bin"), source, program);
}

/// The hook that the README shows.
std::string hook_of_the_readme() {
  constexpr std::size_t kLimit = 1U << 20U;
  const auto text = grapnel::value_or_throw(hooks::base::read_file(fs::path(tests::kSourceDir) / "README.md", kLimit));
  const std::string fence = "```cpp\n";
  const auto begin = text.find(fence + "#include <hooks/hooks.hpp>");
  if (begin == std::string::npos) throw std::runtime_error("README.md shows no hook");
  const auto end = text.find("```", begin + fence.size());
  return text.substr(begin + fence.size(), end - begin - fence.size());
}

}  // namespace

Comparison compile_hook(const fs::path& build, const fs::path& scratch) {
  constexpr int kRounds = 9;
  write_file(scratch / "readme.cpp", hook_of_the_readme());
  write_file(scratch / "headers.cpp",
             "#include <filesystem>\n#include <iostream>\n#include <string>\n#include <vector>\nint main() {}\n");
  const auto compile = [&](const char* name) {
    return [=, command = compile_command(build, scratch / (std::string(name) + ".cpp"), scratch / name)] {
      return time_of([&] { run_bare(command, hook_environment()); });
    };
  };
  return in_turns(kRounds, compile("readme"), compile("headers"));
}

Comparison start_hook(const fs::path& build, const fs::path& scratch, const fs::path& input) {
  constexpr int kRounds = 500;
  write_file(scratch / "hook.cpp",
             "#include <hooks/hooks.hpp>\n"
             "int main(int argc, char** argv) {\n"
             "  return hooks::build(argc, argv, [](const hooks::BuildInput&, hooks::BuildOutputBuilder&) {});\n"
             "}\n");
  write_file(scratch / "empty.cpp", "int main() {}\n");
  const auto start = [&](const char* name) {
    run_bare(compile_command(build, scratch / (std::string(name) + ".cpp"), scratch / name), hook_environment());
    fs::rename(grapnel::program::unfinished(scratch / name), scratch / name);
    const std::vector<std::string> command{(scratch / name).native(), "--config=" + input.native()};
    return [command, output = input.parent_path() / "output.json"] {
      fs::remove(output);  // as the runner does: to replace a file makes some file systems write to the disk at once
      return time_of([&] { run_bare(command, hook_environment()); });
    };
  };
  return in_turns(kRounds, start("hook"), start("empty"));
}

Comparison print_version(const fs::path& build) {
  constexpr int kRounds = 500;
  const auto environment = hook_environment();
  const auto ninja = hooks::base::find_executable("ninja", grapnel::value_of(environment, "PATH"));
  if (ninja.empty()) throw std::runtime_error("there is no ninja on PATH to compare with");
  const auto print = [&](const fs::path& program) {
    return [=, command = std::vector<std::string>{program.native(), "--version"}] {
      return time_of([&] { run_bare(command, environment, Output::dropped); });
    };
  };
  return in_turns(kRounds, print(build / "bin" / "grapnel"), print(ninja));
}

}  // namespace bench
