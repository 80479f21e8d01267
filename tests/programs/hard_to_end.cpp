// SPDX-License-Identifier: BSD-3-Clause
// hard_to_end READY [WORD...]: prints its number, then does not end. Makes the file READY once it is in that state.
//   fork     a grandchild does all that follows; the child between them ends at once
//   end      the first process ends as soon as READY is there
//   setsid   leaves the session
//   wipe     executes itself with an empty environment
//   close    closes standard output and error
//   ignore   ignores SIGTERM
//   fill     writes without an end
//   suspend  stops itself
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

namespace {

using Words = std::set<std::string>;

[[noreturn]] void stay(const std::string& ready, const Words& words) {
  if (words.contains("close")) {
    ::close(STDOUT_FILENO);
    ::close(STDERR_FILENO);
  }
  std::signal(SIGPIPE, SIG_IGN);
  ::close(::open(ready.c_str(), O_WRONLY | O_CREAT, 0666));
  if (words.contains("suspend")) ::raise(SIGSTOP);
  const std::string block(64U << 10U, 'x');
  while (true) {
    // As much as a pipe holds, and again before it can have been read for long; a log must not fill the disk.
    if (words.contains("fill")) static_cast<void>(::write(STDOUT_FILENO, block.data(), block.size()) > 0);
    ::usleep(10000);
  }
}

void wipe(char* program, const std::string& ready, Words words) {
  words.erase("wipe");
  words.erase("fork");
  std::vector<std::string> texts(words.begin(), words.end());
  std::string file = ready;
  std::vector<char*> arguments{program, file.data()};
  for (std::string& text : texts) arguments.push_back(text.data());
  arguments.push_back(nullptr);
  char* nothing = nullptr;
  ::execve("/proc/self/exe", arguments.data(), &nothing);
  ::_exit(127);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 64;
  const std::string ready = argv[1];
  const Words words(argv + 2, argv + argc);
  std::printf("%d\n", ::getpid());
  std::fflush(stdout);
  if (words.contains("ignore")) std::signal(SIGTERM, SIG_IGN);
  const pid_t between = words.contains("fork") ? ::fork() : 0;
  if (between != 0) {
    while (!words.contains("end") || ::access(ready.c_str(), F_OK) != 0) ::usleep(1000);
    ::waitpid(between, nullptr, 0);  // READY may be there before it has ended
    return 0;
  }
  if (words.contains("fork") && ::fork() != 0) ::_exit(0);
  if (words.contains("setsid")) ::setsid();
  if (words.contains("wipe")) wipe(argv[0], ready, words);
  stay(ready, words);
}
