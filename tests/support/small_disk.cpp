// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/small_disk.hpp"

#include <gtest/gtest.h>

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <stdexcept>

namespace tests {

namespace {

void require(bool condition, const char* what) {
  if (!condition) throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

void write(const char* file, const std::string& text) {
  std::ofstream stream(file);
  stream << text;
  stream.close();
  require(!stream.fail(), file);
}

void enter_mount_namespace() {
  if (::unshare(CLONE_NEWNS) != 0) {
    const auto user = std::to_string(::geteuid());
    const auto group = std::to_string(::getegid());
    require(::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0, "unshare(CLONE_NEWUSER | CLONE_NEWNS)");
    write("/proc/self/setgroups", "deny");
    write("/proc/self/uid_map", user + " " + user + " 1");
    write("/proc/self/gid_map", group + " " + group + " 1");
  }
  // In a chroot the root is no mount point, and what it lies on has no name; with_tmpfs() takes its mount away itself.
  require(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 || errno == EINVAL, "mount(MS_PRIVATE)");
}

}  // namespace

bool with_tmpfs(const std::filesystem::path& directory, const std::string& options, const std::function<void()>& body) {
  std::filesystem::create_directories(directory);
  std::fflush(nullptr);
  const pid_t child = ::fork();
  require(child >= 0, "fork");
  if (child == 0) {
    int code = 0;
    try {
      enter_mount_namespace();
      require(::mount("tmpfs", directory.c_str(), "tmpfs", 0, options.c_str()) == 0, "mount(tmpfs)");
      body();
      // Where the namespace could not be made private, the mount may be seen outside of it.
      ::umount2(directory.c_str(), MNT_DETACH);
      code = testing::Test::HasFailure() ? 1 : 0;
    } catch (const std::exception& failure) {
      std::fprintf(stderr, "with_tmpfs: %s\n", failure.what());
      code = 2;
    }
    std::fflush(nullptr);
    ::_exit(code);
  }
  int status = 0;
  require(::waitpid(child, &status, 0) == child, "waitpid");
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void make_read_only(const std::filesystem::path& directory) {
  require(::mount(nullptr, directory.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0, "mount(MS_RDONLY)");
}

}  // namespace tests
