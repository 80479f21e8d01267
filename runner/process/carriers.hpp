// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Processes as /proc shows them, and who carries a mark in its environment. Compiled into the runner and into the
/// guard's program, which has no C++ library: nothing but libc here, no allocation but that of opendir().
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace grapnel::process {

/// What /proc/PID/stat says.
struct ProcessStat {
  char name[64];  ///< the kernel cuts it; may hold anything
  char state;     ///< R, S, D, …
  pid_t parent;
  pid_t group;
  long threads;
  unsigned long long start;            ///< clock ticks since the boot
  unsigned long long memory;           ///< 0: a kernel thread, or one that is ending
  unsigned long long environment_end;  ///< 0: exec has not yet put an environment there

  /// A process whose first thread has ended lives as long as another one does.
  [[nodiscard]] bool lives() const { return (state != 'Z' && state != 'X') || threads > 1; }
};

/// The beginning of a variable, name included, or all of it.
struct Mark {
  const char* text;
  size_t size;
  bool whole;
};

/// A file of a process in /proc; -1 and errno where there is none.
inline int open_process_file(pid_t pid, const char* name) {
  char path[64];
  ::snprintf(path, sizeof path, "/proc/%d/%s", static_cast<int>(pid), name);
  return ::open(path, O_RDONLY | O_CLOEXEC);
}

/// False where the process has ended.
inline bool read_stat(pid_t pid, ProcessStat& stat) {
  const int fd = open_process_file(pid, "stat");
  if (fd < 0) return false;
  char text[2048];
  const ssize_t count = ::read(fd, text, sizeof text - 1);
  ::close(fd);
  if (count <= 0) return false;
  text[count] = '\0';
  // pid (name) state parent group …, where the name may hold anything, parentheses too
  const char* open = ::strchr(text, '(');
  const char* close = ::strrchr(text, ')');
  if (open == nullptr || close == nullptr || close < open || close[1] != ' ') return false;
  const size_t length = static_cast<size_t>(close - open) - 1;
  const size_t kept = length < sizeof stat.name - 1 ? length : sizeof stat.name - 1;
  ::memcpy(stat.name, open + 1, kept);
  stat.name[kept] = '\0';
  stat.state = close[2];
  // The numbers that are wanted, by proc(5): 4 parent, 5 group, 20 threads, 22 start, 23 memory, 51 environment's end.
  const char* rest = close + 3;
  unsigned long long fields[52] = {};
  for (int field = 4; field < 52; ++field) {
    char* end = nullptr;
    fields[field] = ::strtoull(rest, &end, 10);
    if (end == rest) break;
    rest = end;
  }
  stat.parent = static_cast<pid_t>(fields[4]);
  stat.group = static_cast<pid_t>(fields[5]);
  stat.threads = static_cast<long>(fields[20]);
  stat.start = fields[22];
  stat.memory = fields[23];
  stat.environment_end = fields[51];
  return true;
}

/// Calls visit(pid) for each process. False where /proc cannot be read.
template <typename Visit>
bool each_process_in(const char* directory, Visit visit) {
  DIR* const entries = ::opendir(directory);
  if (entries == nullptr) return false;
  while (const dirent* entry = ::readdir(entries)) {
    char* end = nullptr;
    const long pid = ::strtol(entry->d_name, &end, 10);
    if (pid > 0 && *end == '\0') visit(static_cast<pid_t>(pid));
  }
  ::closedir(entries);
  return true;
}

template <typename Visit>
bool each_process(Visit visit) {
  return each_process_in("/proc", visit);
}

/// `unclear`: in the middle of exec, or we lack descriptors or memory; to be asked again.
enum class Carries { no, yes, unclear, nothing_there };

/// Whether an open environ file holds a mark; nothing_there for an empty one. Closes it.
inline Carries environment_carries(int fd, const Mark& mark) {
  if (fd < 0) return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? Carries::unclear : Carries::no;
  char bytes[4096];
  size_t total = 0;
  size_t place = 0;  // in the variable
  bool same = true;  // so far, and up to the mark's end
  Carries result = Carries::nothing_there;
  const size_t limit = 16U << 20U;  // the kernel's own is 6 MiB
  while (total < limit && result != Carries::yes) {
    const ssize_t count = ::read(fd, bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    result = Carries::no;
    total += static_cast<size_t>(count);
    for (ssize_t i = 0; i < count; ++i) {
      if (bytes[i] == '\0') {
        if (mark.whole && same && place == mark.size) result = Carries::yes;
        place = 0;
        same = true;
        continue;
      }
      if (place < mark.size) {
        same = same && bytes[i] == mark.text[place];
        if (!mark.whole && same && place + 1 == mark.size) result = Carries::yes;
      }
      ++place;
    }
  }
  ::close(fd);
  return result;
}

/// Whether some thread of a process whose first one has ended still has an environment with the mark.
inline Carries threads_carry(pid_t pid, const Mark& mark) {
  char path[64];
  ::snprintf(path, sizeof path, "/proc/%d/task", static_cast<int>(pid));
  Carries result = Carries::no;
  each_process_in(path, [&](pid_t thread) {
    if (result != Carries::no) return;
    char name[64];
    ::snprintf(name, sizeof name, "task/%d/environ", static_cast<int>(thread));
    const Carries its = environment_carries(open_process_file(pid, name), mark);
    if (its != Carries::nothing_there) result = its;
  });
  return result;
}

/// Whether a process has the mark in the environment that it was started with. Never nothing_there.
inline Carries carries(pid_t pid, const Mark& mark) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    const Carries result = environment_carries(open_process_file(pid, "environ"), mark);
    if (result != Carries::nothing_there) return result;
    ProcessStat stat{};
    if (!read_stat(pid, stat) || !stat.lives()) return Carries::no;
    if (stat.state == 'Z') return threads_carry(pid, mark);
    if (stat.memory == 0) return Carries::no;
    if (stat.environment_end == 0) return Carries::unclear;
    // Empty, or it was before an exec that has ended since: then there is something now.
  }
  return Carries::no;
}

/// Kills whoever carries the mark, but for this process, and gives `killed` a pidfd of each, which it has to close.
/// Whether nobody was found. A process that is forked while /proc is read may be missed; so is one that is ending,
/// which has lost its environment but may still have its descriptors.
template <typename Killed>
bool kill_who_carries(const Mark& mark, Killed killed) {
  bool nobody = true;
  const bool readable = each_process([&](pid_t pid) {
    if (pid == ::getpid()) return;
    const Carries first = carries(pid, mark);
    if (first == Carries::no) return;
    nobody = false;
    if (first != Carries::yes) return;
    // The number may be another's by now; it is not, as long as a pidfd that is older than the second look is alive.
    const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    if (pidfd < 0) return;
    if (carries(pid, mark) != Carries::yes) {
      ::close(pidfd);
      return;
    }
    ::syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, nullptr, 0);
    killed(pidfd);
  });
  return readable ? nobody : errno != EMFILE && errno != ENFILE && errno != ENOMEM;
}

}  // namespace grapnel::process
