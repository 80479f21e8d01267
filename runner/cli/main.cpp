// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cli/command_line.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/hook_command.hpp"
#include "runner/worker/native_host.hpp"

#include <exception>
#include <string_view>

int main(int argc, char** argv) {
  using namespace grapnel::cli;
  // What the daemon starts to load a backend that is a shared library.
  if (argc > 1 && std::string_view(argv[1]) == "native-worker") {
    return grapnel::worker::run_native_host(argc - 1, argv + 1);
  }
  try {
    const Parsed parsed = parse_command_line(argc, argv);
    if (const int* exit_code = std::get_if<int>(&parsed)) return *exit_code;
    return std::visit([](const auto& command) { return run(command); }, std::get<Command>(parsed));
  } catch (const std::exception& error) {
    say(std::string("internal fault, please report it: ") + error.what());
    return 255;
  }
}
