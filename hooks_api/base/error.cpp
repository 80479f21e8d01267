// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/error.hpp"

#include <system_error>

namespace hooks::base {

tl::unexpected<Error> system_error(std::string what, int error_number) {
  what += ": ";
  what += std::generic_category().message(error_number);
  return tl::unexpected<Error>(Error{std::move(what), error_number});
}

}  // namespace hooks::base
