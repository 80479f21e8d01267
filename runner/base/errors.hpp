// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The two exceptions of the runner. Who throws: every room, for what it cannot go on without. Who catches: the engine
/// alone, which turns them into an outcome (architecture, decision 1).
#pragma once

#include "hooks_api/base/error.hpp"

#include <stdexcept>
#include <string>

namespace grapnel {

/// The project's own files are wrong: a package file, a cycle, a hook that cannot be executed. Row 25: a build failure.
class ProjectError final : public std::runtime_error {
 public:
  explicit ProjectError(const std::string& message) : std::runtime_error(message) {}
  ~ProjectError() override;
};

/// The system refused something: a file, a process, memory. Row 24: an infra failure.
class SystemError final : public std::runtime_error {
 public:
  explicit SystemError(const std::string& message, int error_number = 0)
      : std::runtime_error(message), error_number_(error_number) {}
  explicit SystemError(const hooks::base::Error& error) : SystemError(error.message, error.error_number) {}
  ~SystemError() override;
  [[nodiscard]] int error_number() const noexcept { return error_number_; }

 private:
  int error_number_;
};

/// The value, or its error thrown as a SystemError.
template <typename T>
T value_or_throw(hooks::base::Expected<T> expected) {
  if (!expected) throw SystemError(expected.error());
  if constexpr (!std::is_void_v<T>) return std::move(*expected);
}

}  // namespace grapnel
