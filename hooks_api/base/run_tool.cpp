// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/running_tool.hpp"
#include "hooks_api/base/spawn.hpp"

#include <poll.h>

#include <array>
#include <utility>

namespace hooks::base {

Expected<ToolResult> run_tool(SpawnRequest request) {
  const std::string what = "cannot run '" + request.executable.native() + "'";
  auto tool = RunningTool::start(std::move(request));
  if (!tool) return tl::unexpected<Error>(tool.error());
  while (true) {
    std::array<pollfd, 2> watched{{{tool->process_fd(), POLLIN, 0}, {tool->output_fd(), POLLIN, 0}}};
    if (repeat_on_eintr([&] { return ::poll(watched.data(), watched.size(), -1); }) < 0) {
      return system_error(what + ": watching it", errno);
    }
    if (watched[0].revents != 0) return tool->finish();
    if (watched[1].revents != 0) tool->read_output();
  }
}

}  // namespace hooks::base
