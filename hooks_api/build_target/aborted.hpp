// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// How BuildApp::abort() leaves a stage.
#pragma once

#include <string>

namespace hooks::build_target {

/// Thrown by BuildApp::abort(). No std::exception: a hook that catches those does not mean this one.
struct Aborted {
  std::string message;
  int code;
};

}  // namespace hooks::build_target
