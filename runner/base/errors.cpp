// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/errors.hpp"

namespace grapnel {

// Out of line: one vtable, wherever they are caught.
ProjectError::~ProjectError() = default;
SystemError::~SystemError() = default;

}  // namespace grapnel
