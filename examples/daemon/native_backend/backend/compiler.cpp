// SPDX-License-Identifier: BSD-3-Clause
#include "compiler.hpp"

#include <hooks/exceptions.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace fs = std::filesystem;

namespace {

struct End {
  int status = 0;      // of waitpid()
  std::string output;  // both streams
};

std::string described(const std::vector<std::string>& command) {
  std::string line;
  for (const std::string& word : command) line += (line.empty() ? "" : " ") + word;
  return line;
}

// Starts a program that is found on PATH and waits for its end.
End run(std::vector<std::string> command) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw hooks::InfraException("cannot make a pipe for " + command[0]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (error != 0) {
    ::close(ends[0]);
    throw hooks::InfraException("cannot start '" + command[0] + "': " + std::strerror(error) +
                                "; a C compiler has to be on PATH (Debian: apt install gcc libc6-dev)");
  }

  End end;
  std::array<char, 4096> block{};
  ssize_t count = 0;
  while ((count = ::read(ends[0], block.data(), block.size())) > 0 || (count < 0 && errno == EINTR)) {
    if (count > 0) end.output.append(block.data(), static_cast<std::size_t>(count));
  }
  ::close(ends[0]);
  while (::waitpid(pid, &end.status, 0) < 0 && errno == EINTR) {
  }
  return end;
}

}  // namespace

void compile(const Extension& extension, const fs::path& library) {
  // -I goes last, so that a flag of the user's may name another Python.
  std::vector<std::string> command{"cc", "-shared", "-fPIC", "-O2", "-Wall"};
  command.insert(command.end(), extension.flags.begin(), extension.flags.end());
  command.insert(command.end(), {"-I", extension.python_include, "-o", library, extension.source});
  std::printf("%s\n", described(command).c_str());

  const End end = run(command);
  std::fputs(end.output.c_str(), stderr);
  if (WIFEXITED(end.status) && WEXITSTATUS(end.status) == 0) return;
  const std::string what = "cannot compile '" + extension.source.string() + "': ";
  if (WIFSIGNALED(end.status)) {
    throw hooks::InfraException(what + "cc was killed by signal " + std::to_string(WTERMSIG(end.status)));
  }
  if (end.output.find(std::strerror(ENOSPC)) != std::string::npos) throw hooks::InfraException(what + end.output);
  throw hooks::BuildException(what + "\n" + described(command) + "\n" + end.output);
}

fs::path find_python_include() {
  constexpr int kOldest = 8;
  constexpr int kNewest = 99;
  for (int minor = kNewest; minor >= kOldest; --minor) {
    for (const char* prefix : {"/usr/local/include/python3.", "/usr/include/python3."}) {
      const fs::path directory = prefix + std::to_string(minor);
      std::error_code ignored;
      if (fs::exists(directory / "Python.h", ignored)) return directory;
    }
  }
  throw hooks::InfraException(
      "Python.h is not below /usr/include; install Python's headers (Debian: apt install libpython3-dev), or name "
      "their "
      "directory in the config setting python-include");
}
