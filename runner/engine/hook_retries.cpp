// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/hook_retries.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <system_error>

namespace grapnel::engine {

bool may_try_again(const Outcome& outcome, unsigned attempt, unsigned retries) noexcept {
  if (outcome.outcome_class != OutcomeClass::infra_failure && outcome.outcome_class != OutcomeClass::timed_out)
    return false;
  switch (outcome.retry) {
    case Retry::never:
      return false;
    case Retry::once:
      return attempt < std::min(1U, retries);
    case Retry::yes:
      return attempt < retries;
  }
  return false;
}

std::chrono::milliseconds pause_before_retry(std::chrono::milliseconds delay, unsigned attempt) {
  constexpr unsigned kMostDoublings = 6;
  std::random_device random;
  const double factor = std::uniform_real_distribution(0.5, 1.5)(random);
  const std::chrono::duration<double, std::milli> longer = delay * (1U << std::min(attempt, kMostDoublings));
  return std::chrono::duration_cast<std::chrono::milliseconds>(longer * factor);
}

std::filesystem::path set_logs_aside(const HookDirectories& directories, unsigned attempt) {
  const std::string prefix = "attempt-" + std::to_string(attempt + 1) + ".";
  std::filesystem::path log;
  for (const std::filesystem::path& file :
       {directories.stdout_file, directories.stderr_file, directories.failed_output}) {
    const std::filesystem::path to = directories.build / (prefix + file.filename().string());
    std::error_code error;
    std::filesystem::rename(file, to, error);
    if (!error && file == directories.stderr_file) log = to;
  }
  return log;
}

}  // namespace grapnel::engine
