// SPDX-License-Identifier: BSD-3-Clause
#include "runner/program/hook_files.hpp"

#include "runner/base/errors.hpp"
#include "runner/base/shell.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

namespace grapnel::program {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  explicit Folder(const workspace::Package& package) : package_(package), directory_(package.root / "hook") {}

  [[nodiscard]] bool exists() const {
    const auto status = status_of(directory_);
    return status && S_ISDIR(status->st_mode);
  }

  /// The file of that name, or nothing where there is none or a directory.
  [[nodiscard]] std::optional<fs::path> file(const std::string& name) const {
    const fs::path path = directory_ / name;
    const auto status = status_of(path);
    if (!status || S_ISDIR(status->st_mode)) return std::nullopt;
    if (!S_ISREG(status->st_mode)) refuse(path, "is no regular file. Replace it by one, or remove it");
    return path;
  }

  [[nodiscard]] std::optional<fs::path> executable(const std::string& name) const {
    auto path = file(name);
    if (path && ::access(path->c_str(), X_OK) != 0) {
      refuse(*path, "is not executable. Run: chmod +x " + shell_quote(path->string()));
    }
    return path;
  }

 private:
  [[nodiscard]] std::optional<struct stat> status_of(const fs::path& path) const {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) return status;
    const int error = errno;
    if (error == ELOOP) refuse(path, "is reached by symbolic links that go round in a circle. Correct them");
    if (error == ENOENT || error == ENOTDIR) {
      if (::lstat(path.c_str(), &status) == 0) refuse(path, "is a symbolic link to nothing. Correct or remove it");
      return std::nullopt;
    }
    throw SystemError("package '" + package_.name + "': cannot look at '" + path.string() +
                          "': " + std::generic_category().message(error),
                      error);
  }

  [[noreturn]] void refuse(const fs::path& path, std::string_view what) const {
    throw ProjectError("package '" + package_.name + "': '" + path.string() + "' " + std::string(what) + ".");
  }

  const workspace::Package& package_;
  fs::path directory_;
};

}  // namespace

HookFiles find_hook_files(const workspace::Package& package, HookKind kind) {
  const Folder folder(package);
  HookFiles files;
  if (!folder.exists()) return files;
  const std::string name(name_of(kind));
  files.executable = folder.executable(name);
  files.cpp = folder.file(name + ".cpp");
  files.cmake_project = folder.file("CMakeLists.txt");
  files.dart = folder.file(name + ".dart");
  return files;
}

}  // namespace grapnel::program
