// SPDX-License-Identifier: BSD-3-Clause
#include "tests/benchmarks/peers.hpp"

#include "hooks_api/base/spawn.hpp"
#include "runner/base/environment.hpp"
#include "tests/benchmarks/hooks_in_a_row.hpp"
#include "tests/paths.hpp"

#include <unistd.h>

#include <stdexcept>
#include <string>

namespace bench {

namespace {

namespace fs = std::filesystem;

constexpr int kFiles = 5;

fs::path find_peer(const std::string& name) {
  return hooks::base::find_executable(name, grapnel::value_of(hook_environment(), "PATH"));
}

fs::path ninja() {
  fs::path program = find_peer("ninja");
  if (program.empty()) throw std::runtime_error("there is no ninja on PATH to compare with");
  return program;
}

std::vector<std::string> grapnel_command(const fs::path& build, const fs::path& workspace) {
  return {(build / "bin" / "grapnel").native(),
          "build",
          "-q",
          "--workspace",
          (workspace / ".dart_tool" / "package_config.json").native(),
          "--root-package",
          "app"};
}

// Ninja's words for a path.
std::string escaped(const std::string& path) {
  std::string text;
  for (const char c : path) {
    if (c == ' ' || c == ':' || c == '$') text += '$';
    text += c;
  }
  return text;
}

}  // namespace

BuiltWorkspace::BuiltWorkspace(const fs::path& build, fs::path workspace, int packages)
    : grapnel_(grapnel_command(build, workspace)),
      ninja_{ninja().native(), "-C", workspace.native()},
      environment_(hook_environment()) {
  write_workspace(workspace, packages, fs::path(tests::kProgramsDir) / "declaring_hook");
  std::string rules = "rule touch\n  command = : > $out\n";
  for (int i = 0; i < packages; ++i) {
    const std::string package = "packages/p" + std::to_string(i);
    rules += "build out/" + std::to_string(i) + ": touch";
    for (int file = 0; file < kFiles; ++file) {
      const std::string source = package + "/src/" + std::to_string(file) + ".c";
      write_file(workspace / source, "int x;\n");
      rules += " " + source;
    }
    rules += "\n";
  }
  write_file(workspace / "build.ninja", rules);
  run_bare(ninja_, environment_, Output::dropped);
  // The second run has files to look at that were too new for the first one.
  for (int i = 0; i < 2; ++i) run_bare(grapnel_, environment_);
}

Milliseconds BuiltWorkspace::run_grapnel() const {
  return time_of([&] { run_bare(grapnel_, environment_); });
}

Milliseconds BuiltWorkspace::run_ninja() const {
  return time_of([&] { run_bare(ninja_, environment_, Output::dropped); });
}

double BuiltWorkspace::peak_of_grapnel() const { return peak_of(grapnel_, environment_); }

double BuiltWorkspace::peak_of_ninja() const { return peak_of(ninja_, environment_); }

std::optional<Comparison> against_cargo(const fs::path& build, const fs::path& scratch) {
  constexpr int kPackages = 50;
  constexpr int kRounds = 15;
  const fs::path cargo = find_peer("cargo");
  if (cargo.empty()) return std::nullopt;
  std::string members;
  for (int i = 0; i < kPackages; ++i) {
    const std::string name = "c" + std::to_string(i);
    members += "\"" + name + "\", ";
    write_file(scratch / "cargo" / name / "Cargo.toml",
               "[package]\nname = \"" + name + "\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
    write_file(scratch / "cargo" / name / "src" / "lib.rs", "");
    std::string script = "fn main() {\n";
    for (int file = 0; file < kFiles; ++file) {
      const std::string source = "data/" + std::to_string(file);
      write_file(scratch / "cargo" / name / source, "x");
      script += "  println!(\"cargo:rerun-if-changed=" + source + "\");\n";
    }
    write_file(scratch / "cargo" / name / "build.rs", script + "}\n");
  }
  write_file(scratch / "cargo" / "Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [" + members + "]\n");
  std::vector<std::string> environment;
  for (const auto* entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  const std::vector<std::string> command{
      cargo.native(), "build", "--offline", "--quiet", "--manifest-path", (scratch / "cargo" / "Cargo.toml").native()};
  run_bare(command, environment, Output::dropped);
  const BuiltWorkspace workspace(build, scratch / "fifty", kPackages);
  return in_turns(
      kRounds, [&] { return workspace.run_grapnel(); },
      [&] { return time_of([&] { run_bare(command, environment, Output::dropped); }); });
}

Comparison cold_hooks(const fs::path& build, const fs::path& scratch) {
  constexpr int kHooks = 200;
  constexpr int kRounds = 15;
  const fs::path workspace = scratch / "cold";
  write_workspace(workspace, kHooks, fs::path(tests::kProgramsDir) / "quick_hook");
  const auto environment = hook_environment();
  std::vector<std::string> command = grapnel_command(build, workspace);
  command.insert(command.end(), {"-j", "2"});
  run_bare(command, environment);

  // Ninja's hooks have inputs of their own, so that neither side finds what the other one left.
  std::string rules;
  for (const auto& hook : hook_commands(workspace)) {
    const fs::path input = hook.back().substr(std::string_view("--config=").size());
    const fs::path directory = scratch / "cold ninja" / std::to_string(rules.size());
    write_file(directory / "input.json", R"({)"
                                         "\n  \"out_file\": \"" +
                                             (directory / "output.json").native() + "\"\n}\n");
    const std::string number = std::to_string(rules.size());
    rules += "rule r" + number + "\n  command = '" + hook.front() +
             "' '--config=" + (directory / "input.json").native() + "'\nbuild " +
             escaped((directory / "output.json").native()) + ": r" + number + "\n";
  }
  write_file(scratch / "cold ninja" / "build.ninja", rules);
  const std::vector<std::string> peer{ninja().native(), "-j2", "-C", (scratch / "cold ninja").native()};
  // Moved away and not removed: for some seconds ext4 looks for inodes that were not deleted just now, one by one.
  int moved = 0;
  const auto move_away = [&](const fs::path& path) {
    std::error_code missing;
    fs::rename(path, scratch / ("old " + std::to_string(++moved)), missing);
  };
  return in_turns(
      kRounds,
      [&] {
        move_away(workspace / ".dart_tool" / "hooks_runner");
        return time_of([&] { run_bare(command, environment); });
      },
      [&] {
        move_away(scratch / "cold ninja" / ".ninja_log");
        for (const auto& directory : fs::directory_iterator(scratch / "cold ninja")) {
          if (directory.is_directory()) move_away(directory.path() / "output.json");
        }
        return time_of([&] { run_bare(peer, environment, Output::dropped); });
      });
}

}  // namespace bench
