// SPDX-License-Identifier: BSD-3-Clause
// change_files DIR: changes files in DIR by eleven system calls, three of them in a second thread, repeating after
// EINTR and short writes as programs should; a child makes a file too. Prints each error. Exit code 1: there was one.
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>

namespace {

bool failed = false;

template <typename Step>
long step(const char* name, Step what) {
  long result = 0;
  do {
    result = what();
  } while (result < 0 && errno == EINTR);
  if (result >= 0) return result;
  failed = true;
  std::printf("%s: %s\n", name, std::strerror(errno));
  return result;
}

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const long count = step("write", [&] { return ::write(fd, text.data(), text.size()); });
    if (count < 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

void write_vector(int fd) {
  std::string first = "fo";
  std::string second = "ur";
  std::array<iovec, 2> pieces{{{first.data(), first.size()}, {second.data(), second.size()}}};
  const long count = step("writev", [&] { return ::writev(fd, pieces.data(), 2); });
  if (count >= 0 && count < 4) write_all(fd, std::string_view("four").substr(static_cast<std::size_t>(count)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  const std::string directory = argv[1];
  const std::string a = directory + "/a";
  const std::string b = directory + "/b";
  const std::string inner = directory + "/inner";

  const int fd = static_cast<int>(step("open", [&] { return ::open(a.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666); }));
  write_all(fd, "three");
  write_vector(fd);
  step("fsync", [&] { return ::fsync(fd); });
  ::close(fd);

  std::thread second([&] {
    step("rename", [&] { return ::rename(a.c_str(), b.c_str()); });
    step("chmod", [&] { return ::chmod(b.c_str(), 0600); });
    step("mkdir", [&] { return ::mkdir(inner.c_str(), 0777); });
  });
  second.join();

  // Neither is below DIR, or changes it.
  std::puts("printed");
  ::close(::open("/dev/null", O_WRONLY));
  ::close(::open(b.c_str(), O_RDONLY));

  const std::string script = "echo x >'" + directory + "/by_child'";
  std::array<char*, 4> arguments{const_cast<char*>("sh"), const_cast<char*>("-c"), const_cast<char*>(script.c_str()),
                                 nullptr};
  pid_t child = -1;
  if (::posix_spawn(&child, "/bin/sh", nullptr, nullptr, arguments.data(), environ) != 0) return 2;
  int status = 0;
  step("waitpid", [&] { return ::waitpid(child, &status, 0); });
  if (status != 0) return 2;

  // Relative to a directory's descriptor.
  const int dir = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY);
  step("mkdirat", [&] { return ::mkdirat(dir, "inner/more", 0777); });
  step("unlinkat", [&] { return ::unlinkat(dir, "inner/more", AT_REMOVEDIR); });
  if (::chdir(directory.c_str()) != 0) return 2;
  step("rmdir", [&] { return ::rmdir("inner/"); });
  step("truncate", [&] { return ::truncate("b", 5); });
  return failed ? 1 : 0;
}
