// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/spawn.hpp"

#include "hooks_api/base/files.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <optional>
#include <thread>
#include <utility>

namespace hooks::base {

namespace {

constexpr const char* kNull = "/dev/null";

/// What the child does before exec. The functions that fill it fail for lack of memory alone.
class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }

  [[nodiscard]] int open(int target, const char* path, int flags) {
    return ::posix_spawn_file_actions_addopen(&actions_, target, path, flags, 0);
  }
  [[nodiscard]] int duplicate(int source, int target) {
    return ::posix_spawn_file_actions_adddup2(&actions_, source, target);
  }
  [[nodiscard]] int change_directory(const char* path) {
    return ::posix_spawn_file_actions_addchdir_np(&actions_, path);
  }
  [[nodiscard]] int close_from(int lowest) { return ::posix_spawn_file_actions_addclosefrom_np(&actions_, lowest); }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// Default handlers for all signals, an empty mask, and the process group or session.
class Attributes {
 public:
  explicit Attributes(ProcessGroup group) {
    ::posix_spawnattr_init(&attributes_);
    sigset_t signals;
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    if (group == ProcessGroup::own) flags |= POSIX_SPAWN_SETPGROUP;  // to group 0: the child's own number
    if (group == ProcessGroup::session) flags |= POSIX_SPAWN_SETSID;
    ::posix_spawnattr_setflags(&attributes_, static_cast<short>(flags));
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

/// The lowest number above the descriptors that a child gets.
int first_closed(const SpawnRequest& request) { return STDERR_FILENO + 1 + static_cast<int>(request.more_fds.size()); }

/// The descriptors of the child. Sources that are themselves among the numbers to be filled are duplicated to higher
/// ones first, or one could be replaced before it is used.
class Descriptors {
 public:
  [[nodiscard]] int add_all(FileActions& actions, const SpawnRequest& request) {
    int failure = add(actions, request.stdin_fd, STDIN_FILENO);
    if (failure == 0) failure = add(actions, request.stdout_fd, STDOUT_FILENO);
    if (failure == 0) failure = add(actions, request.stderr_fd, STDERR_FILENO);
    int target = STDERR_FILENO;
    for (const int source : request.more_fds) {
      if (failure == 0) failure = add_more(actions, source, ++target, first_closed(request));
    }
    if (failure == 0) failure = actions.close_from(first_closed(request));
    return failure;
  }

 private:
  [[nodiscard]] int add(FileActions& actions, int source, int target) {
    if (source < 0) return actions.open(target, kNull, target == STDIN_FILENO ? O_RDONLY : O_WRONLY);
    if (source <= STDERR_FILENO) {
      Fd& copy = copies_.at(static_cast<std::size_t>(target));
      copy = Fd(::fcntl(source, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
      if (!copy) return errno;
      source = copy.get();
    }
    return actions.duplicate(source, target);
  }

  [[nodiscard]] int add_more(FileActions& actions, int source, int target, int lowest_copy) {
    const int flags = ::fcntl(source, F_GETFL);
    if (flags < 0) return errno;
    if ((flags & O_NONBLOCK) != 0) return EINVAL;
    more_copies_.emplace_back(::fcntl(source, F_DUPFD_CLOEXEC, lowest_copy));
    if (!more_copies_.back()) return errno;
    return actions.duplicate(more_copies_.back().get(), target);
  }

  std::array<Fd, 3> copies_;
  std::vector<Fd> more_copies_;
};

/// The words of argv or of the environment, as exec takes them. Borrows `words`.
std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  // exec takes char* for C's sake and writes to nothing.
  for (const auto& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

bool is_executable_file(const std::filesystem::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0;
}

/// The program named by the #! line of a script, or nothing where there is no such line.
std::optional<std::string> interpreter_of(const std::filesystem::path& script) {
  auto fd = open_file(script, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd) return std::nullopt;
  std::array<char, 256> buffer{};  // the kernel looks no further
  const ssize_t count = repeat_on_eintr([&] { return ::read(fd->get(), buffer.data(), buffer.size()); });
  if (count < 2) return std::nullopt;
  std::string_view line(buffer.data(), static_cast<std::size_t>(count));
  if (line.substr(0, 2) != "#!") return std::nullopt;
  line = line.substr(0, line.find('\n'));
  line.remove_prefix(std::min(line.find_first_not_of(" \t", 2), line.size()));
  return std::string(line.substr(0, line.find_first_of(" \t")));
}

/// Why a program that is there could not be found.
std::string describe_missing_interpreter(const std::filesystem::path& program) {
  const auto interpreter = interpreter_of(program);
  if (!interpreter) return "the program is there, but the dynamic loader that it names is not";
  if (interpreter->ends_with('\r')) {
    return "its first line ends with a carriage return, so that its interpreter '" +
           interpreter->substr(0, interpreter->size() - 1) + "' is not found; save it with Unix line ends";
  }
  return "its interpreter '" + *interpreter + "', named on its first line, does not exist";
}

/// Why a program that is there may not be executed.
std::string describe_refusal(const std::filesystem::path& program) {
  struct stat status {};
  if (::stat(program.c_str(), &status) != 0) return "permission denied on the way to it";
  if (S_ISDIR(status.st_mode)) return "it is a directory";
  if (!S_ISREG(status.st_mode)) return "it is not a regular file";
  if (!is_executable_file(program)) return "it is not executable (chmod +x)";
  const auto interpreter = interpreter_of(program);
  if (interpreter && !is_executable_file(*interpreter))
    return "its interpreter '" + *interpreter + "' is not executable";
  return "permission denied; its file system may be mounted noexec";
}

/// posix_spawn says one number for all that can be wrong before and in exec; this finds out which it was.
tl::unexpected<Error> diagnose(const SpawnRequest& request, int error_number) {
  const std::string what = "cannot start '" + request.executable.native() + "'";
  const auto fault = [&](const std::string& why, int number) {
    return tl::unexpected<Error>(Error{what + ": " + why, number});
  };
  const auto& directory = request.working_directory;
  if (!directory.empty()) {
    struct stat status {};
    if (::stat(directory.c_str(), &status) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) {
        return fault("its working directory '" + directory.native() + "' does not exist", ENOTDIR);
      }
      return system_error(what + ": its working directory '" + directory.native() + "'", errno);
    }
    if (!S_ISDIR(status.st_mode)) {
      return fault("its working directory '" + directory.native() + "' is not a directory", ENOTDIR);
    }
    if (::faccessat(AT_FDCWD, directory.c_str(), X_OK, AT_EACCESS) != 0) {
      return system_error(what + ": its working directory '" + directory.native() + "'", errno);
    }
  }
  const auto program = directory / request.executable;  // an absolute one stays as it is
  switch (error_number) {
    case ENOENT:
      if (::access(program.c_str(), F_OK) != 0) return fault("it does not exist", ENOENT);
      if (::access(kNull, F_OK) != 0) return fault(std::string(kNull) + " does not exist", ENODEV);
      return fault(describe_missing_interpreter(program), ENOENT);
    case EACCES:
      return fault(describe_refusal(program), EACCES);
    case ENOEXEC:
      return fault("it is not an executable of this machine, and has no #! line", ENOEXEC);
    default:
      return system_error(what, error_number);
  }
}

}  // namespace

Expected<pid_t> spawn(const SpawnRequest& request) {
  FileActions actions;
  Descriptors descriptors;
  int failure = descriptors.add_all(actions, request);
  if (failure == 0 && !request.working_directory.empty()) {
    failure = actions.change_directory(request.working_directory.c_str());
  }
  if (failure != 0) return system_error("cannot start '" + request.executable.native() + "'", failure);

  const Attributes attributes(request.process_group);
  const auto arguments = pointers_to(request.arguments);
  const auto environment = pointers_to(request.environment);
  pid_t pid = -1;
  auto pause = std::chrono::milliseconds(1);
  constexpr auto kLongestPause = std::chrono::milliseconds(64);
  while (true) {
    failure = ::posix_spawn(&pid, request.executable.c_str(), actions.get(), attributes.get(), arguments.data(),
                            environment.data());
    if (failure != ETXTBSY || request.when_busy == WhenBusy::tell || pause > kLongestPause) break;
    std::this_thread::sleep_for(pause);
    pause *= 2;
  }
  if (failure != 0) return diagnose(request, failure);
  return pid;
}

std::filesystem::path find_executable(std::string_view name, std::string_view search_path) {
  if (name.empty()) return {};
  if (name.find('/') != std::string_view::npos) {
    std::filesystem::path path(name);
    return is_executable_file(path) ? path : std::filesystem::path();
  }
  while (true) {
    const auto colon = search_path.find(':');
    const std::filesystem::path directory(search_path.substr(0, colon));
    // An empty element would be the working directory, which is no place for tools.
    if (!directory.empty()) {
      std::error_code ignored;
      auto candidate = std::filesystem::absolute(directory / name, ignored);
      if (is_executable_file(candidate)) return candidate;
    }
    if (colon == std::string_view::npos) return {};
    search_path.remove_prefix(colon + 1);
  }
}

}  // namespace hooks::base
