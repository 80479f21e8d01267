// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A Python project on disk whose hooks are processes, for tests that run the real `grapnel target`.
#pragma once

#include "tests/paths.hpp"
#include "tests/support/program.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tests {

/// The lines of a text.
inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// The project `demo` of version 1.0 with one package; its options and hooks are in grapnel.toml. Nothing is written
/// beside it: HOME and the cache are directories of the test's own.
class TargetProject {
 public:
  TargetProject() {
    write("demo/__init__.py");
    options("");
  }

  /// `[build]` of grapnel.toml with these lines, and no hooks.
  void options(const std::string& lines) {
    toml_ = "[build]\nname = \"demo\"\nversion = \"1.0\"\n" + lines + "\n";
    write("grapnel.toml", toml_);
  }
  /// More of grapnel.toml: tables.
  void table(const std::string& lines) {
    toml_ += lines + "\n";
    write("grapnel.toml", toml_);
  }
  /// A hook that is tests/programs/staged_hook, with these lines in its table. It logs to `log`.
  void hook(const std::string& name, const std::string& lines) {
    table("[build.hooks." + name + "]\npath = \"" + program("staged_hook").string() + "\"\nlog = \"log\"\n" + lines);
  }

  std::filesystem::path write(const std::filesystem::path& file, std::string_view text = "") const {
    return directory_.write("project" / file, text);
  }
  std::filesystem::path write_executable(const std::filesystem::path& file, std::string_view text) const {
    return directory_.write_executable("project" / file, text);
  }
  [[nodiscard]] std::string read(const std::filesystem::path& file) const { return read_text(root() / file); }
  [[nodiscard]] std::filesystem::path root() const { return directory_ / "project"; }
  /// A directory for what is none of the project's.
  [[nodiscard]] const std::filesystem::path& outside() const { return directory_.path(); }
  [[nodiscard]] std::filesystem::path own() const { return root() / ".hatch/grapnel"; }

  [[nodiscard]] Started start(std::vector<std::string> arguments, std::vector<std::string> environment = {}) const {
    return start_in(root(), std::move(arguments), std::move(environment));
  }
  /// `grapnel target ARGUMENTS` in the project's root, or elsewhere.
  [[nodiscard]] Ended target(std::vector<std::string> arguments, std::vector<std::string> environment = {}) const {
    return start(std::move(arguments), std::move(environment)).wait();
  }
  [[nodiscard]] Started start_in(const std::filesystem::path& directory, std::vector<std::string> arguments,
                                 std::vector<std::string> environment = {}) const {
    arguments.insert(arguments.begin(), {kGrapnel, "target"});
    environment.push_back("HOME=" + (directory_ / "home").string());
    environment.push_back("XDG_CACHE_HOME=" + (directory_ / "cache").string());
    return tests::start(arguments, directory, directory_.path(), environment_with(environment));
  }

  /// What the hooks have logged since the last call of this function.
  [[nodiscard]] std::vector<std::string> log() const {
    std::vector<std::string> lines = lines_of(read("log"));
    std::filesystem::remove(root() / "log");
    return lines;
  }

  /// Work directories and archives that were not completed. There are none after a run, however it ended.
  [[nodiscard]] std::vector<std::string> leftovers() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root())) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("run-") || name.starts_with(".tmp-")) found.push_back(entry.path().string());
    }
    return found;
  }

  /// The names of an archive's files, but for a wheel's .dist-info; an sdist's without its directory.
  [[nodiscard]] std::vector<std::string> shipped(const std::filesystem::path& archive) const {
    std::vector<std::string> names;
    for (std::string name : lines_of(archive_text(archive, ""))) {
      if (archive.extension() == ".gz") name.erase(0, name.find('/') + 1);
      if (name.find(".dist-info/") == std::string::npos && name != "PKG-INFO") names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  /// A file in an archive.
  [[nodiscard]] std::string archive_text(const std::filesystem::path& archive, const std::string& member) const {
    constexpr const char* kScript = R"(
import sys, tarfile, zipfile
file, member = sys.argv[1:]
if file.endswith('.gz'):
    with tarfile.open(file) as archive:
        sys.stdout.buffer.write(archive.extractfile(member).read() if member else
                                ''.join(name + '\n' for name in archive.getnames()).encode())
else:
    with zipfile.ZipFile(file) as archive:
        sys.stdout.buffer.write(archive.read(member) if member else
                                ''.join(name + '\n' for name in archive.namelist()).encode())
)";
    const Ended ended = run({"/usr/bin/python3", "-c", kScript, root() / archive, member}, root(), directory_.path());
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return ended.out;
  }

 private:
  TemporaryDirectory directory_;
  std::string toml_;
};

}  // namespace tests
