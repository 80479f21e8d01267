// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The exceptions that a hook throws to say why it failed.
#pragma once

#include <cstddef>
#include <exception>
#include <string>
#include <string_view>

namespace hooks {

namespace detail {
struct StackAccess;
}

/// Why a hook failed: decides its exit code and the `type` in output.json
/// (seed "Specify exit-codes and add status field to output"; spec: dart-hooks, section 3.2).
enum class FailureType {
  build,          ///< exit code 1: the code is wrong; the same input fails again
  infra,          ///< exit code 2: a download, a tool, the disk; trying again may help
  uncategorized,  ///< exit code 255: anything else, normally a bug in the hook
};

/// "build", "infra" or "uncategorized", as in output.json.
[[nodiscard]] std::string_view name_of(FailureType type) noexcept;

/// Base of the exceptions that have a meaning for the runner. Throw one of the two below; let it leave the
/// callback of build() or link(), which turns it into the exit code and output.json. Helper code
/// between the throw and build() lets it pass.
///
/// An exception thrown while another one is being handled keeps that one as its cause
/// (std::nested_exception), so that `catch (const std::exception&) { throw hooks::InfraException("…"); }`
/// loses nothing. nested_ptr() is null where there is no cause: look before rethrow_nested().
///
/// Thread safety: as a standard exception; copies share nothing that changes.
class HookException : public std::exception, public std::nested_exception {
 public:
  HookException(const HookException&) = default;
  HookException& operator=(const HookException&) = default;
  ~HookException() override;

  /// The message alone, without causes. Valid as long as the exception.
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] FailureType type() const noexcept { return type_; }

  /// The stack where the exception was made: one frame a line, innermost first, function names demangled
  /// where the executable has symbols. Made on demand, as it reads the executable's symbol table.
  [[nodiscard]] std::string stack_trace() const;

 protected:
  /// `thrown_from`: the return address of the constructor of the derived class, where the stack trace begins.
  HookException(FailureType type, std::string message, const void* thrown_from);

 private:
  friend struct detail::StackAccess;
  static constexpr std::size_t kMaxFrames = 32;
  FailureType type_;
  std::string message_;
  void* frames_[kMaxFrames];
  int frame_count_;
};

/// The user's code or its configuration is wrong; the same input fails again. Exit code 1.
class BuildException final : public HookException {
 public:
  explicit BuildException(std::string message);
  ~BuildException() override;
};

/// Something around the build failed: a download, a missing tool, a full disk. Exit code 2.
class InfraException final : public HookException {
 public:
  explicit InfraException(std::string message);
  ~InfraException() override;
};

}  // namespace hooks
