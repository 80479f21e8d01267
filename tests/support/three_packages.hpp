// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A build of three packages with a hook each, for tests that disturb the runner and look what is left.
#pragma once

#include "tests/support/workspace.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tests {

/// app → middle → leaf. The leaf's hook is a shell script, the two others are written in C++. Each joins the files of
/// its package's data/ and the asset of its dependency to one asset, so a change in the leaf reaches all of them.
class ThreePackages {
 public:
  enum class Middle {
    executable,  ///< compiled before the test
    source,      ///< hook/build.cpp, which the runner compiles
  };
  explicit ThreePackages(Middle middle = Middle::executable);

  /// What a build leaves for people and for other programs, by name: the essentials of the result document, the
  /// assets' bytes, input.json and output.json of each hook. Without times, and without how it came about.
  using Traces = std::map<std::string, std::string>;

  /// Gives the leaf's and the app's data the contents of `version`; the middle's never change.
  void edit(unsigned version) const;
  /// Touches a file of each package: stat alone cannot tell any more that it is as before.
  void touch() const;
  /// Removes all that builds have left.
  void forget() const;

  /// `grapnel build --result …` with `more` arguments.
  [[nodiscard]] Ended build(const std::vector<std::string>& more = {}) const;
  /// The same under syscall_fault, for the runner's calls below the workspace.
  [[nodiscard]] Ended build_with_fault(const std::string& mode, std::size_t n) const;
  /// The same without waiting for it; the result goes to `result`.
  [[nodiscard]] Started start_build(const std::filesystem::path& result, const std::vector<std::string>& more) const;

  [[nodiscard]] Traces traces() const;
  /// The essentials of a result document.
  [[nodiscard]] static std::string essentials(const std::filesystem::path& result);
  /// How many hooks were started since the construction.
  [[nodiscard]] std::size_t started() const;

  [[nodiscard]] const Workspace& workspace() const { return workspace_; }
  [[nodiscard]] std::filesystem::path result() const { return workspace_.path() / "result.json"; }

 private:
  [[nodiscard]] std::vector<std::string> arguments(const std::filesystem::path& result,
                                                   const std::vector<std::string>& more) const;

  Workspace workspace_;
  TemporaryDirectory logs_;  ///< of builds under syscall_fault: what they print is none of the files that are disturbed
};

/// Where two builds differ, for a message; empty where they do not.
[[nodiscard]] std::string difference(const ThreePackages::Traces& expected, const ThreePackages::Traces& found);

}  // namespace tests
