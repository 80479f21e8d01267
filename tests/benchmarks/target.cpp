// SPDX-License-Identifier: BSD-3-Clause
#include "tests/benchmarks/target.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/spawn.hpp"
#include "tests/paths.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace bench {

namespace {

namespace fs = std::filesystem;

constexpr const char* kPython = "/usr/bin/python3";
constexpr int kFiles = 2000;
constexpr int kFilesOfDirectory = 100;

// Hatchling builds the project of its working directory, which run_bare cannot set. Returns the exit status.
int run_in(const fs::path& project, const std::vector<std::string>& command,
           const std::vector<std::string>& environment) {
  const hooks::base::Fd nowhere(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const auto started = hooks::base::spawn({.executable = command.front(),
                                           .arguments = command,
                                           .environment = environment,
                                           .working_directory = project,
                                           .stdin_fd = nowhere.get(),
                                           .stdout_fd = nowhere.get(),
                                           .stderr_fd = nowhere.get()});
  if (!started) throw std::runtime_error(started.error().message);
  int status = -1;
  if (::waitpid(*started, &status, 0) != *started) throw std::runtime_error("waitpid failed");
  return status;
}

// Numbers, so that the files neither vanish when they are compressed nor are all alike.
std::string kibibyte_of(unsigned seed) {
  constexpr std::size_t kSize = 1024;
  std::string text;
  while (text.size() < kSize) {
    seed = seed * 1664525U + 1013904223U;
    text += "x" + std::to_string(text.size()) + " = " + std::to_string(seed) + "\n";
  }
  text.resize(kSize - 1);
  text += '\n';
  // What was cut may have been cut within a name: the last line becomes a comment.
  text.at(text.rfind('\n', kSize - 2) + 1) = '#';
  return text;
}

void write_project(const fs::path& project, const std::string& hook_tables) {
  write_file(project / "pyproject.toml",
             "[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n\n"
             "[project]\nname = \"demo\"\nversion = \"1.0\"\n\n"
             "[tool.hatch.build.targets.wheel]\npackages = [\"demo\"]\n\n" +
                 hook_tables);
  for (int i = 0; i < kFiles; ++i) {
    const std::string directory = "part" + std::to_string(i / kFilesOfDirectory);
    write_file(project / "demo" / directory / ("module" + std::to_string(i) + ".py"),
               kibibyte_of(static_cast<unsigned>(i)));
  }
}

// `custom` and a plugin that is installed, as far as Python can see.
void write_python_hooks(const fs::path& project, const fs::path& plugins) {
  const std::string import = "from hatchling.builders.hooks.plugin.interface import BuildHookInterface\n";
  write_file(project / "hatch_build.py", import + "\n\nclass Custom(BuildHookInterface):\n    pass\n");
  write_file(plugins / "empty_plugin.py", import +
                                              "from hatchling.plugin import hookimpl\n\n\n"
                                              "class Empty(BuildHookInterface):\n    PLUGIN_NAME = 'empty'\n\n\n"
                                              "@hookimpl\ndef hatch_register_build_hook():\n    return Empty\n");
  write_file(plugins / "empty_plugin-1.0.dist-info" / "METADATA",
             "Metadata-Version: 2.1\nName: empty-plugin\nVersion: 1.0\n");
  write_file(plugins / "empty_plugin-1.0.dist-info" / "entry_points.txt", "[hatch]\nempty = empty_plugin\n");
}

}  // namespace

std::optional<Comparison> against_hatchling(const fs::path& build, const fs::path& scratch) {
  constexpr int kRounds = 9;
  const fs::path project = scratch / "grapnel project";
  const fs::path peer = scratch / "hatchling project";
  const fs::path plugins = scratch / "plugins";
  const char* const path = std::getenv("PATH");
  const std::vector<std::string> environment{"PYTHONPATH=" + plugins.native(), "HOME=" + scratch.native(),
                                             std::string("PATH=") + (path != nullptr ? path : "/usr/bin")};
  if (::access(kPython, X_OK) != 0) return std::nullopt;

  write_project(project,
                "[tool.hatch.build.hooks.first]\npath = \"hook/empty\"\n\n"
                "[tool.hatch.build.hooks.second]\npath = \"hook/empty\"\n");
  if (run_in(project, {kPython, "-c", "import hatchling"}, environment) != 0) return std::nullopt;
  fs::create_directory(project / "hook");
  fs::copy_file(fs::path(tests::kProgramsDir) / "empty_staged_hook", project / "hook" / "empty");
  write_project(peer, "[tool.hatch.build.hooks.custom]\n\n[tool.hatch.build.hooks.empty]\n");
  write_python_hooks(peer, plugins);

  // Both make the wheel anew: the old one is moved away, since to remove it is work for the file system.
  int moved = 0;
  const auto run = [&](const fs::path& directory, const std::vector<std::string>& command) {
    std::error_code missing;
    fs::rename(directory / "dist", scratch / ("old wheel " + std::to_string(++moved)), missing);
    int status = 0;
    const Milliseconds time = time_of([&] { status = run_in(directory, command, environment); });
    if (status != 0) throw std::runtime_error(command.front() + " built no wheel in " + directory.native());
    const auto artifacts = fs::directory_iterator(directory / "dist");
    const bool has_wheel = std::any_of(begin(artifacts), end(artifacts),
                                       [](const auto& entry) { return entry.path().extension() == ".whl"; });
    if (!has_wheel) throw std::runtime_error("no wheel in " + (directory / "dist").native());
    return time;
  };
  const std::vector<std::string> ours{(build / "bin" / "grapnel").native(), "target", "build", "-t", "wheel"};
  const std::vector<std::string> other{kPython, "-m", "hatchling", "build", "-t", "wheel"};
  return in_turns(
      kRounds, [&] { return run(project, ours); }, [&] { return run(peer, other); });
}

}  // namespace bench
