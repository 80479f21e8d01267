// SPDX-License-Identifier: BSD-3-Clause
#include "runner/worker/python.hpp"

#include "hooks_api/base/spawn.hpp"

#include <string>

namespace grapnel::worker {

namespace {

// Reads the bootstrap from where calls will come from, so that it is in no list of processes, and runs it with a
// copy of the builtins, which hooks may change. Its first lines are for interpreters of any age. The working directory,
// which -c puts on sys.path, is none of the backend's (PEP 517), and none of ours: before it is gone, only what is
// built into the interpreter may be imported.
constexpr std::string_view kStart = R"(import sys
if sys.version_info < (3, 8):
    sys.exit("grapnel needs Python 3.8 or later, this is " + sys.version.split()[0])
if sys.path and sys.path[0] == "":
    del sys.path[0]
with open(sys.argv[1], "rb", 0) as calls:
    source = calls.read(int(sys.argv.pop()))
import builtins
exec(compile(source, "<grapnel>", "exec"), {"__builtins__": dict(vars(builtins)), "__name__": "grapnel"})
)";

}  // namespace

hooks::base::Expected<std::filesystem::path> find_python(const std::filesystem::path& wanted,
                                                         const Environment& environment) {
  const std::string_view search_path = value_of(environment, "PATH");
  if (!wanted.empty()) {
    if (wanted.native().find('/') != std::string::npos) return wanted;
    std::filesystem::path found = hooks::base::find_executable(wanted.native(), search_path);
    if (found.empty()) return hooks::base::error("there is no '" + wanted.native() + "' on PATH");
    return found;
  }
  if (const std::string_view virtual_environment = value_of(environment, "VIRTUAL_ENV"); !virtual_environment.empty()) {
    return std::filesystem::path(virtual_environment) / "bin/python";
  }
  std::filesystem::path found = hooks::base::find_executable("python3", search_path);
  if (found.empty()) {
    return hooks::base::error(
        "there is no python3 on PATH, and VIRTUAL_ENV is not set. Install Python, or name an interpreter with "
        "--python");
  }
  return found;
}

Command python_command(const std::filesystem::path& interpreter) {
  return {.name = "the Python interpreter '" + interpreter.native() + "'",
          .executable = interpreter,
          .arguments = {interpreter.native(), "-c", std::string(kStart)},
          .more_arguments = {std::to_string(kBootstrap.size())},
          .preamble = std::string(kBootstrap)};
}

}  // namespace grapnel::worker
