// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Expected values: what the lower rooms return where failing is normal.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace hooks::base {

/// A fault of the system or of a file. `message` is complete for a person: what failed, on which path, why.
struct Error {
  std::string message;
  int error_number = 0;  ///< errno of the system call that failed; 0 where none did
};

template <typename T>
using Expected = tl::expected<T, Error>;

/// An Error in the making: "cannot open '/a/b': No such file or directory". `error_number` is an errno.
[[nodiscard]] tl::unexpected<Error> system_error(std::string what, int error_number);
/// An Error without an errno.
[[nodiscard]] inline tl::unexpected<Error> error(std::string message) {
  return tl::unexpected<Error>(Error{std::move(message), 0});
}

}  // namespace hooks::base
