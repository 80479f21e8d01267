// SPDX-License-Identifier: BSD-3-Clause
#include "tests/benchmarks/daemon.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/spawn.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

namespace {

namespace fs = std::filesystem;

constexpr const char* kPython = "/usr/bin/python3";
constexpr std::string_view kRequest = "run\nbackend\nget_requires_for_build_wheel\n\n";

double resident_mebibytes(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  std::string word;
  while (status >> word) {
    if (word == "VmRSS:") {
      double kibibytes = 0;
      status >> kibibytes;
      return kibibytes / 1024;
    }
  }
  throw std::runtime_error("a process has no VmRSS");
}

/// A daemon whose client this is.
class Daemon {
 public:
  Daemon(const fs::path& build, const fs::path& project, const std::vector<std::string>& environment) {
    const auto to_daemon = make_pipe();
    const auto from_daemon = make_pipe();
    const std::string program = (build / "bin/grapnel").native();
    const auto started = hooks::base::spawn({.executable = program,
                                             .arguments = {program, "daemon", "--python", kPython},
                                             .environment = environment,
                                             .working_directory = project,
                                             .stdin_fd = to_daemon[0],
                                             .stdout_fd = from_daemon[1],
                                             .stderr_fd = STDERR_FILENO});
    if (!started) throw std::runtime_error(started.error().message);
    pid_ = *started;
    ::close(to_daemon[0]);
    ::close(from_daemon[1]);
    input_ = hooks::base::Fd(to_daemon[1]);
    output_ = hooks::base::Fd(from_daemon[0]);
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon() {
    input_.reset();
    ::waitpid(pid_, nullptr, 0);
  }

  void send(std::string_view lines) {
    if (!hooks::base::write_all(input_.get(), lines, "the daemon")) throw std::runtime_error("the daemon is gone");
  }

  /// Reads up to and including the line that begins so. Notes which files were announced.
  void read_to(std::string_view beginning) {
    while (true) {
      const std::size_t end = text_.find('\n');
      if (end == std::string::npos) {
        std::array<char, 4096> part;  // NOLINT(cppcoreguidelines-pro-type-member-init): read into below
        const auto count = ::read(output_.get(), part.data(), part.size());
        if (count <= 0) throw std::runtime_error("the daemon ended");
        text_.append(part.data(), static_cast<std::size_t>(count));
        continue;
      }
      const std::string line = text_.substr(0, end);
      text_.erase(0, end + 1);
      if (line.starts_with("ERROR ") || line.starts_with("FATAL ")) throw std::runtime_error(line);
      if (line.starts_with("STDOUT ") || line.starts_with("STDERR ")) files_.push_back(line.substr(7));
      if (line.starts_with(beginning)) return;
    }
  }

  void remove_files() {
    for (const fs::path& file : files_) fs::remove(file);
    files_.clear();
  }

  Milliseconds request_in_one_write() {
    const Milliseconds time = time_of([&] {
      send(kRequest);
      read_to("OK ");
    });
    read_to("EXPECT action");
    remove_files();
    return time;
  }

  Milliseconds request_line_by_line() {
    const Milliseconds time = time_of([&] {
      std::string_view rest = kRequest;
      while (!rest.empty()) {
        const std::size_t end = rest.find('\n') + 1;
        send(rest.substr(0, end));
        rest.remove_prefix(end);
        read_to(rest.empty() ? "OK " : "EXPECT ");
      }
    });
    read_to("EXPECT action");
    remove_files();
    return time;
  }

  /// Of the daemon and of what it has started.
  [[nodiscard]] double mebibytes() const {
    double all = resident_mebibytes(pid_);
    const std::string number = std::to_string(pid_);
    std::ifstream children("/proc/" + number + "/task/" + number + "/children");
    pid_t child = 0;
    while (children >> child) all += resident_mebibytes(child);
    return all;
  }

 private:
  static std::array<int, 2> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    return ends;
  }

  pid_t pid_ = -1;
  hooks::base::Fd input_;
  hooks::base::Fd output_;
  std::string text_;
  std::vector<fs::path> files_;
};

// In turns with nothing: the median of many.
template <typename Call>
Milliseconds median_of(int rounds, Call call) {
  std::vector<Milliseconds> times;
  times.reserve(static_cast<std::size_t>(rounds));
  for (int i = 0; i < rounds; ++i) times.push_back(call());
  std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
  return times[static_cast<std::size_t>(rounds / 2)];
}

// Python says it itself, in seconds.
Milliseconds time_of_function(const fs::path& scratch, const std::vector<std::string>& environment) {
  const fs::path file = scratch / "function";
  run_bare({kPython, "-c",
            "import backend, sys, timeit\n"
            "times = timeit.repeat(backend.get_requires_for_build_wheel, number=1000, repeat=21)\n"
            "open(sys.argv[1], 'w').write(str(sorted(times)[10] / 1000))",
            file.native()},
           environment);
  double seconds = 0;
  std::ifstream(file) >> seconds;
  return Milliseconds(seconds * 1000);
}

}  // namespace

DaemonCosts daemon_costs(const fs::path& build, const fs::path& scratch) {
  const fs::path project = scratch / "project";
  write_file(project / "backend.py", "def get_requires_for_build_wheel(config_settings=None):\n    return ['wheel']\n");
  const char* const path = std::getenv("PATH");
  const std::vector<std::string> environment{"PYTHONPATH=" + project.native(), "TMPDIR=" + scratch.native(),
                                             std::string("PATH=") + (path != nullptr ? path : "/usr/bin")};
  // The first call writes backend.pyc.
  const auto fresh = [&] {
    return time_of([&] {
      run_bare({kPython, "-c", "import backend; print(backend.get_requires_for_build_wheel())"}, environment,
               Output::dropped);
    });
  };
  const auto start_to = [&](std::string_view line) {
    Milliseconds time{};
    {
      const auto begin = std::chrono::steady_clock::now();
      Daemon daemon(build, project, environment);
      if (line != "READY") daemon.send(kRequest);
      daemon.read_to(line);
      time = std::chrono::steady_clock::now() - begin;
      daemon.remove_files();
    }
    return time;
  };

  constexpr int kRounds = 41;
  DaemonCosts costs{};
  costs.first_ok = in_turns(
      kRounds, [&] { return start_to("OK "); }, fresh);
  costs.ready = in_turns(
      kRounds, [&] { return start_to("READY"); }, [&] { return time_of([&] { run_bare({"/bin/true"}, {}); }); });
  costs.function = time_of_function(scratch, environment);

  constexpr int kWarm = 100;
  constexpr int kMeasured = 2000;
  constexpr int kAll = 10'000;
  Daemon daemon(build, project, environment);
  daemon.read_to("EXPECT action");
  static_cast<void>(median_of(kWarm, [&] { return daemon.request_in_one_write(); }));
  const double before = daemon.mebibytes();
  costs.in_one_write = median_of(kMeasured, [&] { return daemon.request_in_one_write(); });
  costs.waiting = median_of(kMeasured, [&] { return daemon.request_line_by_line(); });
  for (int i = kWarm + 2 * kMeasured; i < kAll; ++i) static_cast<void>(daemon.request_in_one_write());
  costs.grown = daemon.mebibytes() - before;
  return costs;
}

}  // namespace bench
