// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What an exception that left the callback says about the hook.
#pragma once

#include <hooks/exceptions.hpp>

#include <string>

namespace hooks::sdk {

/// Why a hook fails.
struct Failure {
  FailureType type;
  std::string message;  ///< for output.json: the message and a line for each cause
  std::string report;   ///< for standard error: the same with types, the stack trace and a hint; ends with a newline
  std::string type_name{};  ///< of an exception, "std::out_of_range"
  std::string trace{};      ///< the stack traces in `report`, lines; empty where none is known
};

/// A failure that is not an exception's.
[[nodiscard]] Failure plain_failure(FailureType type, std::string message);

/// Describes the exception that is being handled, of any type, with its chain of causes. Stack traces end where the
/// function that handles it called what threw.
[[nodiscard]] Failure describe_current_exception();

}  // namespace hooks::sdk
