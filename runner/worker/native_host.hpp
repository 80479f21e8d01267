// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The worker that runs a build backend out of a shared library: the hidden command
/// `grapnel native-worker LIBRARY CALLS ANSWERS`.
#pragma once

namespace grapnel::worker {

/// `argv` is that of the command: its name, LIBRARY, and the two paths of hooks_api/pep517/channel.hpp. Returns its
/// exit code: 0 when the calls end, 64 for other arguments, 255 where the channel is broken.
///
/// The library is loaded by the first call, and stays: its constructors run where what they print has a place to go to,
/// and a crash is the call's. Where it cannot be used the answer says why, and the next call tries again:
/// MissingBackendModule (no such file), BackendImportError (the loader refuses it), MissingBackendAttribute (it does
/// not define hooks_pep517_backend). Changes the whole process; for main().
[[nodiscard]] int run_native_host(int argc, const char* const* argv);

}  // namespace grapnel::worker
