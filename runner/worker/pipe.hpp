// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// One direction of a worker's channel.
#pragma once

#include "hooks_api/base/files.hpp"

#include <filesystem>

namespace grapnel::worker {

/// A pipe of which this process holds both ends: the worker opens the other one by a path when it needs it. So no child
/// inherits anything, and nobody who holds an end tells that the worker has ended.
struct Pipe {
  hooks::base::Fd read_end;
  hooks::base::Fd write_end;
};

/// Ends that do not block, and that no child inherits. Throws SystemError.
[[nodiscard]] Pipe make_pipe();

/// Where another process of the same user opens a descriptor of this one: /proc/PID/fd/N.
[[nodiscard]] std::filesystem::path path_for_others(const hooks::base::Fd& fd);

}  // namespace grapnel::worker
