// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Directories that one build alone uses, and that go with it.
#pragma once

#include <filesystem>
#include <string>

namespace grapnel::target {

/// A directory `run-PID-N` below another one, made on first use and removed with the object. One that a killed process
/// has left is removed by the next one that comes there. Not thread safe.
class PrivateDirectory {
 public:
  /// Nothing is made here.
  explicit PrivateDirectory(std::filesystem::path parent);
  PrivateDirectory(const PrivateDirectory&) = delete;
  PrivateDirectory& operator=(const PrivateDirectory&) = delete;
  ~PrivateDirectory();

  /// A directory in it; made where it is not there. Throws SystemError.
  std::filesystem::path make(const std::string& name);
  /// Removes it with all that is in it. Errors leave it to the next build.
  void remove(const std::string& name) noexcept;

 private:
  std::filesystem::path parent_;
  std::filesystem::path path_;
};

}  // namespace grapnel::target
