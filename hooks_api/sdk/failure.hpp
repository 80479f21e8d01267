// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What an exception that left the callback says about the hook.
#pragma once

#include <hooks/exceptions.hpp>

#include <exception>
#include <string>

namespace hooks::sdk {

/// Why a hook fails.
struct Failure {
  FailureType type;
  std::string message;  ///< for output.json: the message and a line for each cause
  std::string report;   ///< for standard error: the same with types, the stack trace and a hint; ends with a newline
};

/// A failure that is not an exception's.
[[nodiscard]] Failure plain_failure(FailureType type, std::string message);

/// Describes an exception of any type, with its chain of causes.
[[nodiscard]] Failure describe_exception(const std::exception_ptr& exception);

}  // namespace hooks::sdk
