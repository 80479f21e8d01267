// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The two exceptions of the runner. Who throws: every room, for what it cannot go on without. Who catches: the edges
/// of a hook run, of a run and of a command, which turn them into outcomes (architecture, decision 1). Callers of the
/// library see them as the standard exceptions that they are.
#pragma once

#include "hooks_api/base/error.hpp"

#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace grapnel {

/// The project's own files are wrong: a package file, a cycle, a hook that cannot be executed. Row 25: a build failure.
class ProjectError final : public std::invalid_argument {
 public:
  explicit ProjectError(const std::string& message) : std::invalid_argument(message) {}
  ~ProjectError() override;
};

/// The system refused something: a file, a process, memory. Row 24: an infra failure. what() is complete as it was
/// given.
class SystemError final : public std::system_error {
 public:
  explicit SystemError(std::string message, int error_number = 0)
      : std::system_error(error_number, std::generic_category()), message_(std::move(message)) {}
  explicit SystemError(const hooks::base::Error& error) : SystemError(error.message, error.error_number) {}
  ~SystemError() override;
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
  [[nodiscard]] int error_number() const noexcept { return code().value(); }

 private:
  std::string message_;
};

/// The value, or its error thrown as a SystemError.
template <typename T>
T value_or_throw(hooks::base::Expected<T> expected) {
  if (!expected) throw SystemError(expected.error());
  if constexpr (!std::is_void_v<T>) return std::move(*expected);
}

}  // namespace grapnel
