// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/environment.hpp"

#include "runner/base/shell.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace grapnel {

namespace {

// Sorted. Upper case: http_proxy is let through as HTTP_PROXY is.
constexpr std::array<std::string_view, 24> kAllowedNames{"ANDROID_HOME",
                                                         "ANDROID_NDK",
                                                         "ANDROID_NDK_HOME",
                                                         "ANDROID_NDK_LATEST_HOME",
                                                         "ANDROID_NDK_ROOT",
                                                         "APPDATA",
                                                         "GOPATH",
                                                         "HOME",
                                                         "HTTPS_PROXY",
                                                         "HTTP_PROXY",
                                                         "LIBCLANG_PATH",
                                                         "LOCALAPPDATA",
                                                         "NO_PROXY",
                                                         "PATH",
                                                         "PATHEXT",
                                                         "PROCESSOR_ARCHITECTURE",
                                                         "PROGRAMDATA",
                                                         "SYSTEMDRIVE",
                                                         "SYSTEMROOT",
                                                         "TEMP",
                                                         "TMP",
                                                         "TMPDIR",
                                                         "USERPROFILE",
                                                         "WINDIR"};

constexpr std::array<std::string_view, 7> kAllowedPrefixes{"CARGO_", "CCACHE_", "CONAN_", "DOTNET_",
                                                           "NIX_",   "NUGET_",  "RUSTUP_"};

// Anywhere in a name.
constexpr std::array<std::string_view, 6> kSecretParts{"TOKEN",      "SECRET", "PASSWORD",
                                                       "PASSPHRASE", "KEY",    "CREDENTIAL"};
// Between underscores: within other words they mean nothing (PATH, AUTHOR).
constexpr std::array<std::string_view, 6> kSecretWords{"AUTH", "PASS", "PASSWD", "PAT", "PWD", "PW"};

constexpr std::size_t kShortestSecret = 4;
/// What only passes may as well be "true" or "/usr".
constexpr std::size_t kShortestPassing = 8;

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

std::pair<std::string_view, std::string_view> split(std::string_view variable) {
  const auto equals = variable.find('=');
  if (equals == std::string_view::npos) return {variable, {}};
  return {variable.substr(0, equals), variable.substr(equals + 1)};
}

/// The password of "user:password@host…", or an empty view.
std::string_view password_of_authority(std::string_view text) {
  const auto authority = text.substr(0, text.find_first_of("/?# \t\n"));
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) return {};
  const auto user_info = authority.substr(0, at);
  const auto colon = user_info.find(':');
  return colon == std::string_view::npos ? std::string_view{} : user_info.substr(colon + 1);
}

/// The passwords of the URLs in a value. The value of a proxy variable may lack its scheme.
std::vector<std::string_view> passwords_in(std::string_view name, std::string_view value) {
  std::vector<std::string_view> passwords;
  const auto collect = [&](std::string_view text) {
    if (const auto password = password_of_authority(text); !password.empty()) passwords.push_back(password);
  };
  constexpr std::string_view kSeparator = "://";
  auto separator = value.find(kSeparator);
  if (separator == std::string_view::npos && upper_case(name).ends_with("_PROXY")) collect(value);
  while (separator != std::string_view::npos) {
    collect(value.substr(separator + kSeparator.size()));
    separator = value.find(kSeparator, separator + 1);
  }
  return passwords;
}

bool is_secret_name(std::string_view name) {
  const std::string upper = upper_case(name);
  if (upper == "PWD") return false;  // the shell's working directory
  const std::string words = "_" + upper + "_";
  return std::any_of(kSecretParts.begin(), kSecretParts.end(),
                     [&](std::string_view part) { return upper.find(part) != std::string::npos; }) ||
         std::any_of(kSecretWords.begin(), kSecretWords.end(), [&](std::string_view word) {
           return words.find("_" + std::string(word) + "_") != std::string::npos;
         });
}

bool matches_any(const std::vector<std::string>& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(), [&](std::string_view pattern) {
    return pattern.ends_with('*') ? name.starts_with(pattern.substr(0, pattern.size() - 1)) : name == pattern;
  });
}

}  // namespace

bool is_allowed_variable(std::string_view name) {
  const std::string upper = upper_case(name);
  return std::find(kAllowedNames.begin(), kAllowedNames.end(), upper) != kAllowedNames.end() ||
         std::any_of(kAllowedPrefixes.begin(), kAllowedPrefixes.end(),
                     [&](std::string_view prefix) { return upper.starts_with(prefix); });
}

bool EnvironmentPolicy::lets_through(std::string_view name) const {
  return is_allowed_variable(name) || matches_any(names, name) || only_passes(name);
}

bool EnvironmentPolicy::only_passes(std::string_view name) const { return matches_any(pass_only, name); }

bool EnvironmentPolicy::hides(std::string_view name, std::string_view value) const {
  return is_secret(name, value) || only_passes(name);
}

std::string fault_of_variable_pattern(std::string_view pattern) {
  if (pattern.empty()) return "is empty; expected the name of a variable";
  if (pattern.find('=') != std::string_view::npos) return "holds a '=', which no name of a variable can";
  if (pattern.find('\0') != std::string_view::npos) return "holds a NUL, which no name of a variable can";
  if (pattern.find('*') < pattern.size() - 1) return "holds a '*' that is not at its end; only a prefix can be matched";
  return {};
}

Environment filtered_environment(const char* const* environment, const EnvironmentPolicy& policy) {
  Environment filtered;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view variable = *environment;
    if (variable.find('=') != std::string_view::npos && policy.lets_through(split(variable).first)) {
      filtered.emplace_back(variable);
    }
  }
  const auto name = [](const std::string& variable) { return split(variable).first; };
  // Of two with one name the first counts, as for getenv().
  std::stable_sort(filtered.begin(), filtered.end(),
                   [&](const auto& left, const auto& right) { return name(left) < name(right); });
  filtered.erase(std::unique(filtered.begin(), filtered.end(),
                             [&](const auto& left, const auto& right) { return name(left) == name(right); }),
                 filtered.end());
  return filtered;
}

std::string_view value_of(const Environment& environment, std::string_view name) noexcept {
  for (const std::string_view variable : environment) {
    if (variable.size() > name.size() && variable[name.size()] == '=' && variable.starts_with(name)) {
      return variable.substr(name.size() + 1);
    }
  }
  return {};
}

bool is_secret(std::string_view name, std::string_view value) {
  return is_secret_name(name) || !passwords_in(name, value).empty();
}

Redactor::Redactor(const Environment& environment, const EnvironmentPolicy& policy) {
  for (const auto& variable : environment) {
    const auto [name, value] = split(variable);
    if (!policy.hides(name, value)) continue;
    const std::size_t shortest = is_secret(name, value) ? kShortestSecret : kShortestPassing;
    const auto add = [&](std::string_view secret) {
      if (secret.size() >= shortest) secrets_.emplace_back(secret);
    };
    add(value);
    // As it stands in a command line.
    if (value.find('\'') != std::string_view::npos) add(shell_quote(value));
    for (const auto password : passwords_in(name, value)) add(password);
  }
  std::sort(secrets_.begin(), secrets_.end(), [](const std::string& left, const std::string& right) {
    return left.size() != right.size() ? left.size() > right.size() : left < right;
  });
  secrets_.erase(std::unique(secrets_.begin(), secrets_.end()), secrets_.end());
}

std::string Redactor::redact(std::string_view text) const {
  // Where each secret comes next: all that hooks print goes through here, so it is searched, not looked at byte by
  // byte.
  std::vector<std::size_t> next;
  next.reserve(secrets_.size());
  for (const std::string& secret : secrets_) next.push_back(text.find(secret));
  std::string redacted;
  redacted.reserve(text.size());
  std::size_t done = 0;
  for (;;) {
    std::size_t first = text.npos;
    std::size_t length = 0;
    for (std::size_t i = 0; i < secrets_.size(); ++i) {
      if (next[i] != text.npos && next[i] < done) next[i] = text.find(secrets_[i], done);
      if (next[i] >= first) continue;  // of those at one place the longest, which comes first
      first = next[i];
      length = secrets_[i].size();
    }
    redacted += text.substr(done, first - done);
    if (first == text.npos) return redacted;
    redacted += "***";
    done = first + length;
  }
}

}  // namespace grapnel
