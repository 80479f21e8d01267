// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Text of a document inside a message.
#pragma once

#include "hooks_api/base/shown.hpp"

namespace grapnel::workspace {

using hooks::base::shown;

}  // namespace grapnel::workspace
