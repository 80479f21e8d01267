// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The environment of hooks: which variables reach them, which must not reach a file or a log.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace grapnel {

/// NAME=VALUE, as execve() takes it, sorted by name.
using Environment = std::vector<std::string>;

/// Whether the allow-list lets a variable through (spec: dart-hooks, section 1.4). Case does not count.
[[nodiscard]] bool is_allowed_variable(std::string_view name);

/// Which variables of the caller reach hooks.
struct EnvironmentPolicy {
  /// Those of the allow-list do, and these; a '*' at the end stands for any rest. Case counts.
  std::vector<std::string> names{};
  /// These too; they only pass, such as credentials: another value of one is no reason to run a hook again.
  std::vector<std::string> pass_only{};

  [[nodiscard]] bool lets_through(std::string_view name) const;
  /// Whether a variable is among `pass_only`.
  [[nodiscard]] bool only_passes(std::string_view name) const;
  /// Whether the value of a variable is nobody's business: it is_secret(), or it only passes.
  [[nodiscard]] bool hides(std::string_view name, std::string_view value) const;
};

/// Why `pattern` is no name for an EnvironmentPolicy: empty where it is one. A name is not empty and holds neither '='
/// nor NUL; a '*' stands only at its end.
[[nodiscard]] std::string fault_of_variable_pattern(std::string_view pattern);

/// The variables of `environment` that `policy` lets through, each once.
[[nodiscard]] Environment filtered_environment(const char* const* environment, const EnvironmentPolicy& policy = {});

/// The value of `name`, or an empty view. Borrowed from `environment`.
[[nodiscard]] std::string_view value_of(const Environment& environment, std::string_view name) noexcept;

/// Whether a variable looks like a secret: its name holds TOKEN, SECRET, PASSWORD, PASSPHRASE, KEY or CREDENTIAL,
/// or AUTH, PASS, PASSWD, PAT, PWD or PW between underscores, in any case; or its value is a URL with a password.
[[nodiscard]] bool is_secret(std::string_view name, std::string_view value);

/// Replaces the values of variables that a policy hides by "***" wherever they occur in a text. Short values stand in
/// too much innocent text and are left alone: those of fewer than four bytes, and of fewer than eight where a variable
/// only passes and does not look like a secret. Immutable; thread safe.
class Redactor {
 public:
  Redactor() = default;
  explicit Redactor(const Environment& environment, const EnvironmentPolicy& policy = {});
  [[nodiscard]] std::string redact(std::string_view text) const;

 private:
  std::vector<std::string> secrets_;  ///< longest first
};

}  // namespace grapnel
