// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The life of a native worker: calls in, answers out, on the channel of channel.hpp.
#pragma once

#include "hooks_api/pep517/channel.hpp"

#include <functional>
#include <string>

namespace hooks::pep517 {

/// The two paths that a worker is given.
struct ChannelPaths {
  std::string calls;
  std::string answers;
};

/// Says READY, then answers each call by `run` until there are no more: returns 0 then. While `run` works, the standard
/// streams are as CallStreams has them, the working directory is the call's tree, and no descriptor of the channel is
/// open. Where the streams or the tree cannot be opened, the answer is a HookRuntimeError of the infrastructure.
///
/// Returns 255, after a line on standard error, where the channel cannot be opened or what arrives is no call. `run`
/// does not throw. Changes the whole process; for a program's main thread.
[[nodiscard]] int serve(const ChannelPaths& channel, const std::function<Answer(const Call&)>& run);

}  // namespace hooks::pep517
