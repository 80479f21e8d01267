// SPDX-License-Identifier: BSD-3-Clause
// syscall_fault MODE N --below DIR -- COMMAND…: runs a command and disturbs one of the system calls by which it changes
// files and directories below DIR. (x86-64 Linux, by ptrace.)
//
//   count           disturbs nothing; prints how many there were (N is 0)
//   count-writes    the same for the calls that write bytes
//   list            prints all of them with their numbers
//   kill            kills the program with SIGKILL at the N-th, before that takes effect
//   errno:NAME      the N-th fails with ENOSPC, EIO, EROFS, EMFILE, EDQUOT, EACCES or EINTR, without taking effect
//   errno+:NAME     the N-th and all after it do
//   short           the N-th call that writes bytes writes only one
//   eintr           every second of the calls that a signal may interrupt fails with EINTR, waiting for events and
//                   children included (N is 0)
//
// All threads of the program are followed, and none of the processes that it starts. Calls are counted in the order in
// which they begin. Prints what it hit to standard error, and ends as the command did. Exit code 125: it could not do
// its work, which is not the command's fault.
#include <elf.h>
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "syscall_fault: %s: %s\n", why.c_str(), std::strerror(errno));
  std::exit(125);
}

// --- which calls there are -------------------------------------------------------------------------------------------

/// Where a call names the file that it changes: arguments by number, -1 where it has none.
struct Call {
  const char* name;
  int descriptor = -1;
  int path = -1;
  int directory = -1;  ///< that a relative path counts from; -1: the working directory
  int other_path = -1;
  int other_directory = -1;
  int flags = -1;       ///< of open; it counts where it creates, truncates or writes
  int length = -1;      ///< of what is written, in bytes
  bool vector = false;  ///< writes from a list of pieces: argument 1, argument 2 long
  bool interruptible = false;
};

const std::map<long, Call>& calls() {
  static const std::map<long, Call> kCalls{
      {SYS_open, {.name = "open", .path = 0, .flags = 1, .interruptible = true}},
      {SYS_openat, {.name = "openat", .path = 1, .directory = 0, .flags = 2, .interruptible = true}},
      {SYS_creat, {.name = "creat", .path = 0, .interruptible = true}},
      {SYS_write, {.name = "write", .descriptor = 0, .length = 2, .interruptible = true}},
      {SYS_pwrite64, {.name = "pwrite64", .descriptor = 0, .length = 2, .interruptible = true}},
      {SYS_writev, {.name = "writev", .descriptor = 0, .vector = true, .interruptible = true}},
      {SYS_pwritev, {.name = "pwritev", .descriptor = 0, .vector = true, .interruptible = true}},
      {SYS_pwritev2, {.name = "pwritev2", .descriptor = 0, .vector = true, .interruptible = true}},
      {SYS_copy_file_range, {.name = "copy_file_range", .descriptor = 2, .length = 4}},
      {SYS_sendfile, {.name = "sendfile", .descriptor = 0, .length = 3, .interruptible = true}},
      {SYS_fallocate, {.name = "fallocate", .descriptor = 0, .interruptible = true}},
      {SYS_truncate, {.name = "truncate", .path = 0, .interruptible = true}},
      {SYS_ftruncate, {.name = "ftruncate", .descriptor = 0, .interruptible = true}},
      {SYS_fsync, {.name = "fsync", .descriptor = 0, .interruptible = true}},
      {SYS_fdatasync, {.name = "fdatasync", .descriptor = 0, .interruptible = true}},
      {SYS_rename, {.name = "rename", .path = 0, .other_path = 1}},
      {SYS_renameat, {.name = "renameat", .path = 1, .directory = 0, .other_path = 3, .other_directory = 2}},
      {SYS_renameat2, {.name = "renameat2", .path = 1, .directory = 0, .other_path = 3, .other_directory = 2}},
      {SYS_unlink, {.name = "unlink", .path = 0}},
      {SYS_unlinkat, {.name = "unlinkat", .path = 1, .directory = 0}},
      {SYS_mkdir, {.name = "mkdir", .path = 0}},
      {SYS_mkdirat, {.name = "mkdirat", .path = 1, .directory = 0}},
      {SYS_rmdir, {.name = "rmdir", .path = 0}},
      {SYS_link, {.name = "link", .path = 1}},
      {SYS_linkat, {.name = "linkat", .path = 3, .directory = 2}},
      {SYS_symlink, {.name = "symlink", .path = 1}},
      {SYS_symlinkat, {.name = "symlinkat", .path = 2, .directory = 1}},
      {SYS_chmod, {.name = "chmod", .path = 0}},
      {SYS_fchmodat, {.name = "fchmodat", .path = 1, .directory = 0}},
      {SYS_fchmod, {.name = "fchmod", .descriptor = 0}},
      {SYS_utimensat, {.name = "utimensat", .path = 1, .directory = 0}},
  };
  return kCalls;
}

// --- the program that is traced --------------------------------------------------------------------------------------

/// A thread that stands at the beginning of a system call.
class Stop {
 public:
  Stop(pid_t thread, std::uint64_t number, const std::uint64_t* arguments)
      : thread_(thread), number_(static_cast<long>(number)) {
    for (std::size_t i = 0; i < arguments_.size(); ++i) arguments_[i] = arguments[i];
  }

  [[nodiscard]] long number() const { return number_; }
  [[nodiscard]] std::uint64_t argument(int index) const { return arguments_.at(static_cast<std::size_t>(index)); }

  /// The file that the descriptor means, or nothing where it is none with a path.
  [[nodiscard]] std::optional<fs::path> file_of_descriptor(int index) const {
    const auto descriptor = static_cast<int>(argument(index));
    return regular(link("fd/" + std::to_string(descriptor)));
  }

  /// The path with the links of its directory resolved: the file itself need not exist.
  [[nodiscard]] std::optional<fs::path> file_of_path(int index, int directory) const {
    const std::optional<std::string> text = string_at(argument(index));
    if (!text || text->empty()) {
      // utimensat and the like of a descriptor.
      return directory >= 0 ? file_of_descriptor(directory) : std::nullopt;
    }
    fs::path path = *text;
    if (path.is_relative()) {
      const int from = directory < 0 ? AT_FDCWD : static_cast<int>(argument(directory));
      path = link(from == AT_FDCWD ? "cwd" : "fd/" + std::to_string(from)) / path;
    }
    while (!path.has_filename() && path.has_relative_path()) path = path.parent_path();
    std::error_code error;
    const fs::path parent = fs::canonical(path.parent_path(), error);
    if (error) return std::nullopt;  // the call will fail by itself
    return regular(parent / path.filename());
  }

  /// Lets the call end at once; leave() says how.
  void skip() const {
    user_regs_struct registers = read();
    registers.orig_rax = ~0ULL;
    write(registers);
  }
  static void leave(pid_t thread, long result) {
    Stop stop(thread);
    user_regs_struct registers = stop.read();
    registers.rax = static_cast<unsigned long long>(result);
    stop.write(registers);
  }

  /// Lets a call that writes write one byte; what was changed in the program's memory has to be put back.
  struct Changed {
    std::uint64_t address = 0;
    std::uint64_t value = 0;
  };
  [[nodiscard]] std::optional<Changed> shorten(const Call& call) const {
    std::optional<Changed> changed;
    user_regs_struct registers = read();
    if (call.vector) {
      registers.rdx = 1;
      changed = Changed{argument(1) + offsetof(iovec, iov_len), length(call)};
      poke(changed->address, 1);
    } else {
      const std::array<unsigned long long*, 6> by_argument{&registers.rdi, &registers.rsi, &registers.rdx,
                                                           &registers.r10, &registers.r8,  &registers.r9};
      *by_argument.at(static_cast<std::size_t>(call.length)) = 1;
    }
    write(registers);
    return changed;
  }
  static void put_back(pid_t thread, const Changed& changed) { Stop(thread).poke(changed.address, changed.value); }

  /// How many bytes it would write; of a list, the first piece's.
  [[nodiscard]] std::uint64_t length(const Call& call) const {
    if (!call.vector) return argument(call.length);
    errno = 0;
    return argument(2) == 0 ? 0
                            : static_cast<std::uint64_t>(
                                  ::ptrace(PTRACE_PEEKDATA, thread_, argument(1) + offsetof(iovec, iov_len), nullptr));
  }

 private:
  explicit Stop(pid_t thread) : thread_(thread), number_(-1) {}

  [[nodiscard]] user_regs_struct read() const {
    user_regs_struct registers{};
    if (::ptrace(PTRACE_GETREGS, thread_, nullptr, &registers) != 0) give_up("cannot read registers");
    return registers;
  }
  void write(const user_regs_struct& registers) const {
    if (::ptrace(PTRACE_SETREGS, thread_, nullptr, &registers) != 0) give_up("cannot write registers");
  }
  void poke(std::uint64_t address, std::uint64_t value) const {
    if (::ptrace(PTRACE_POKEDATA, thread_, address, value) != 0) give_up("cannot write memory");
  }

  [[nodiscard]] std::optional<std::string> string_at(std::uint64_t address) const {
    std::string text;
    while (text.size() < PATH_MAX) {
      errno = 0;
      const long word = ::ptrace(PTRACE_PEEKDATA, thread_, address + text.size(), nullptr);
      if (errno != 0) return std::nullopt;
      std::array<char, sizeof word> bytes{};
      std::memcpy(bytes.data(), &word, sizeof word);
      const std::size_t size = ::strnlen(bytes.data(), bytes.size());
      text.append(bytes.data(), size);
      if (size < bytes.size()) return text;
    }
    return std::nullopt;
  }

  [[nodiscard]] fs::path link(const std::string& name) const {
    std::error_code error;
    return fs::read_symlink("/proc/" + std::to_string(thread_) + "/" + name, error);
  }

  /// Neither pipes nor devices: regular files, directories, links, and what does not exist yet or no longer.
  static std::optional<fs::path> regular(const fs::path& path) {
    if (!path.is_absolute()) return std::nullopt;
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode) &&
        !S_ISLNK(status.st_mode)) {
      return std::nullopt;
    }
    return path;
  }

  pid_t thread_;
  long number_;
  std::array<std::uint64_t, 6> arguments_{};
};

/// Whether the call waits for events or children; one that only looks is never interrupted.
bool is_waiting(const Stop& stop) {
  const auto has_no_time = [&](int index) { return static_cast<int>(stop.argument(index)) == 0; };
  const auto only_looks = [&](int index) { return (static_cast<int>(stop.argument(index)) & WNOHANG) != 0; };
  switch (stop.number()) {
    case SYS_poll:
      return !has_no_time(2);
    case SYS_epoll_wait:
    case SYS_epoll_pwait:
      return !has_no_time(3);
    case SYS_ppoll:
      return true;
    case SYS_waitid:
      return !only_looks(3);
    case SYS_wait4:
      return !only_looks(2);
    default:
      return false;
  }
}

// --- what is to be done ----------------------------------------------------------------------------------------------

enum class Mode { count, count_writes, list, kill, fail, fail_from, shorten, interrupt };

struct Task {
  Mode mode = Mode::count;
  int error = 0;
  long n = 0;
  fs::path below;
  std::vector<char*> command;  ///< with the null at its end
};

[[noreturn]] void usage() {
  std::fputs(
      "syscall_fault count|count-writes|list|kill|errno:NAME|errno+:NAME|short|eintr N --below DIR -- COMMAND…\n",
      stderr);
  std::exit(125);
}

int error_number(std::string_view name) {
  for (const auto& [known, number] : std::initializer_list<std::pair<std::string_view, int>>{{"ENOSPC", ENOSPC},
                                                                                             {"EIO", EIO},
                                                                                             {"EROFS", EROFS},
                                                                                             {"EMFILE", EMFILE},
                                                                                             {"EDQUOT", EDQUOT},
                                                                                             {"EACCES", EACCES},
                                                                                             {"EINTR", EINTR}}) {
    if (name == known) return number;
  }
  usage();
}

Task task_of(int argc, char** argv) {
  if (argc < 7 || std::string_view(argv[3]) != "--below" || std::string_view(argv[5]) != "--") usage();
  Task task;
  const std::string_view mode = argv[1];
  if (mode == "count") {
    task.mode = Mode::count;
  } else if (mode == "count-writes") {
    task.mode = Mode::count_writes;
  } else if (mode == "list") {
    task.mode = Mode::list;
  } else if (mode == "kill") {
    task.mode = Mode::kill;
  } else if (mode == "short") {
    task.mode = Mode::shorten;
  } else if (mode == "eintr") {
    task.mode = Mode::interrupt;
  } else if (mode.starts_with("errno:")) {
    task.mode = Mode::fail;
    task.error = error_number(mode.substr(6));
  } else if (mode.starts_with("errno+:")) {
    task.mode = Mode::fail_from;
    task.error = error_number(mode.substr(7));
  } else {
    usage();
  }
  task.n = std::strtol(argv[2], nullptr, 10);
  std::error_code error;
  task.below = fs::canonical(argv[4], error);
  if (error) {
    errno = error.value();
    give_up(std::string("cannot look at ") + argv[4]);
  }
  for (char** argument = argv + 6; *argument != nullptr; ++argument) task.command.push_back(*argument);
  task.command.push_back(nullptr);
  return task;
}

// --- the work --------------------------------------------------------------------------------------------------------

class Tracer {
 public:
  explicit Tracer(Task task) : task_(std::move(task)) {}

  int run() {
    start();
    while (true) {
      int status = 0;
      const pid_t thread = ::waitpid(-1, &status, __WALL);
      if (thread < 0) {
        if (errno == EINTR) continue;
        give_up("waiting");
      }
      if (WIFEXITED(status) || WIFSIGNALED(status)) {
        results_.erase(thread);
        changed_.erase(thread);
        if (thread == program_) return finish(status);
      } else if (WIFSTOPPED(status)) {
        on_stop(thread, status);
      }
    }
  }

 private:
  void start() {
    std::array<int, 2> gate{};
    if (::pipe2(gate.data(), O_CLOEXEC) != 0) give_up("no pipe");
    program_ = ::fork();
    if (program_ < 0) give_up("no process");
    if (program_ == 0) {
      char go = 0;
      ::close(gate[1]);
      if (::read(gate[0], &go, 1) == 1) ::execvp(task_.command.front(), task_.command.data());
      std::fprintf(stderr, "syscall_fault: cannot start %s: %s\n", task_.command.front(), std::strerror(errno));
      ::_exit(125);
    }
    // Threads are traced with it; what it forks is not. It ends where this process does.
    const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
    if (::ptrace(PTRACE_SEIZE, program_, nullptr, options) != 0) give_up("cannot trace");
    if (::ptrace(PTRACE_INTERRUPT, program_, nullptr, nullptr) != 0) give_up("cannot trace");
    ::close(gate[0]);
    if (::write(gate[1], "g", 1) != 1) give_up("cannot start");
    ::close(gate[1]);
  }

  void on_stop(pid_t thread, int status) {
    const int signal = WSTOPSIG(status);
    const int event = status >> 16;
    if (thread != program_ && !is_ours(thread)) {
      ::ptrace(PTRACE_DETACH, thread, nullptr, nullptr);
      return;
    }
    if (signal == (SIGTRAP | 0x80)) {
      on_call(thread);
    } else if (event == PTRACE_EVENT_STOP && signal != SIGTRAP) {
      ::ptrace(PTRACE_LISTEN, thread, nullptr, nullptr);  // it was stopped, and stays so until SIGCONT
      return;
    }
    const long deliver = event == 0 && signal != (SIGTRAP | 0x80) ? signal : 0;
    ::ptrace(PTRACE_SYSCALL, thread, nullptr, deliver);
  }

  /// Whether it is a thread of the program, and no process that was cloned in an unusual way.
  [[nodiscard]] bool is_ours(pid_t thread) const {
    return ::access(("/proc/" + std::to_string(program_) + "/task/" + std::to_string(thread)).c_str(), F_OK) == 0;
  }

  void on_call(pid_t thread) {
    __ptrace_syscall_info info{};
    const auto size = static_cast<std::uint64_t>(sizeof info);
    if (::ptrace(PTRACE_GET_SYSCALL_INFO, thread, size, &info) < 0) {
      if (errno == ESRCH) return;  // killed meanwhile
      give_up("cannot look at a system call");
    }
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
      enter(thread, Stop(thread, info.entry.nr, info.entry.args));
    } else if (const auto result = results_.find(thread); result != results_.end()) {
      Stop::leave(thread, result->second);
      results_.erase(result);
    } else if (const auto changed = changed_.find(thread); changed != changed_.end()) {
      Stop::put_back(thread, changed->second);
      changed_.erase(changed);
    }
  }

  void enter(pid_t thread, const Stop& stop) {
    const auto known = calls().find(stop.number());
    if (known == calls().end()) {
      if (task_.mode == Mode::interrupt && is_waiting(stop)) interrupt(thread, stop);
      return;
    }
    const Call& call = known->second;
    const std::optional<fs::path> file = changes(stop, call);
    if (!file) return;
    ++count_;
    const bool writes = call.vector || call.length >= 0;
    if (writes) ++writes_;
    if (task_.mode == Mode::list) std::printf("%ld %s %s\n", count_, call.name, file->c_str());
    switch (task_.mode) {
      case Mode::kill:
        if (count_ != task_.n) return;
        report("killed at", call, *file);
        stop.skip();
        ::kill(program_, SIGKILL);
        return;
      case Mode::fail:
      case Mode::fail_from:
        if (count_ != task_.n && (task_.mode == Mode::fail || count_ < task_.n)) return;
        report("failed", call, *file);
        stop.skip();
        results_[thread] = -task_.error;
        return;
      case Mode::shorten:
        if (!writes || writes_ != task_.n) return;
        report(stop.length(call) > 1 ? "shortened" : "too short to shorten:", call, *file);
        if (stop.length(call) > 1) {
          if (const auto changed = stop.shorten(call)) changed_[thread] = *changed;
        }
        return;
      case Mode::interrupt:
        if (call.interruptible) interrupt(thread, stop);
        return;
      case Mode::count:
      case Mode::count_writes:
      case Mode::list:
        return;
    }
  }

  void interrupt(pid_t thread, const Stop& stop) {
    if (++interruptible_ % 2 == 0) return;
    stop.skip();
    results_[thread] = -EINTR;
  }

  /// The file below the directory that the call would change, or nothing.
  [[nodiscard]] std::optional<fs::path> changes(const Stop& stop, const Call& call) const {
    if (call.flags >= 0) {
      const auto flags = static_cast<int>(stop.argument(call.flags));
      if ((flags & (O_CREAT | O_TRUNC)) == 0 && (flags & O_ACCMODE) == O_RDONLY) return std::nullopt;
    }
    std::optional<fs::path> file;
    if (call.descriptor >= 0) file = below(stop.file_of_descriptor(call.descriptor));
    if (!file && call.path >= 0) file = below(stop.file_of_path(call.path, call.directory));
    if (!file && call.other_path >= 0) file = below(stop.file_of_path(call.other_path, call.other_directory));
    return file;
  }

  [[nodiscard]] std::optional<fs::path> below(std::optional<fs::path> file) const {
    if (file && file->native().starts_with(task_.below.native() + "/")) return file;
    return std::nullopt;
  }

  void report(const char* what, const Call& call, const fs::path& file) const {
    std::fprintf(stderr, "syscall_fault: %s call %ld, %s %s\n", what, count_, call.name, file.c_str());
  }

  int finish(int status) {
    if (task_.mode == Mode::count) std::printf("%ld\n", count_);
    if (task_.mode == Mode::count_writes) std::printf("%ld\n", writes_);
    if (task_.mode == Mode::interrupt) {
      std::fprintf(stderr, "syscall_fault: interrupted %ld calls\n", (interruptible_ + 1) / 2);
    }
    std::fflush(stdout);
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    ::signal(WTERMSIG(status), SIG_DFL);
    ::raise(WTERMSIG(status));
    return 128 + WTERMSIG(status);
  }

  Task task_;
  pid_t program_ = -1;
  long count_ = 0;
  long writes_ = 0;
  long interruptible_ = 0;
  std::map<pid_t, long> results_;           ///< of threads whose call is skipped
  std::map<pid_t, Stop::Changed> changed_;  ///< of threads whose call is shortened
};

}  // namespace

int main(int argc, char** argv) {
  Task task = task_of(argc, argv);
  Tracer tracer(std::move(task));
  return tracer.run();
}
