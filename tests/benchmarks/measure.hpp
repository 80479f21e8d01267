// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Two things, measured in turns.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace bench {

using Milliseconds = std::chrono::duration<double, std::milli>;

/// Medians.
struct Comparison {
  Milliseconds ours;
  Milliseconds other;
};

/// Calls both in turns, so that a busy moment of the machine meets both; once before, which does not count.
[[nodiscard]] Comparison in_turns(int rounds, const std::function<Milliseconds()>& ours,
                                  const std::function<Milliseconds()>& other);

/// How long a call takes.
[[nodiscard]] Milliseconds time_of(const std::function<void()>& call);

/// posix_spawn and waitid, with nothing around them. Standard output goes to /dev/null where `quiet`. Throws where the
/// command does not end with 0.
enum class Output { inherited, dropped };
void run_bare(const std::vector<std::string>& command, const std::vector<std::string>& environment,
              Output output = Output::inherited);

/// Runs a command; the largest resident set of its process in MiB. Throws where it does not end with 0.
[[nodiscard]] double peak_of(const std::vector<std::string>& command, const std::vector<std::string>& environment);

/// A directory that goes with the object; its name has a space.
class Directory {
 public:
  Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory();
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

/// Writes a file with its directories; throws where it cannot.
void write_file(const std::filesystem::path& file, const std::string& text);

}  // namespace bench
