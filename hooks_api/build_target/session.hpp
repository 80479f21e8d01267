// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The program's side of a session.
#pragma once

#include "hooks_api/base/files.hpp"
#include <hooks/build_target.hpp>

namespace hooks::build_target {

/// Serves the runner at the other end of the socket until it closes the session, and returns the program's exit code:
/// 0, or 255 where what arrives is no request. Standard output is standard error from then on, and `channel` is not for
/// the programs that the hook starts. One hook, made by the first stage, serves all; it is destroyed at the end.
///
/// Changes the whole process; for a program's main thread.
[[nodiscard]] int serve_session(base::Fd channel, detail::MakeBuildHook* make);

}  // namespace hooks::build_target
