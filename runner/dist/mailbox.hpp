// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Addresses of authors, as the headers of METADATA have them.
#pragma once

#include "hooks_api/base/error.hpp"

#include <string>
#include <string_view>

namespace grapnel::dist {

/// `"N. N." <n@example.com>`, or the address alone where there is no name: as Python's email package writes it. An
/// error for what is no address of one mailbox.
[[nodiscard]] hooks::base::Expected<std::string> mailbox(std::string_view name, std::string_view address);

}  // namespace grapnel::dist
