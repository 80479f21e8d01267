// SPDX-License-Identifier: BSD-3-Clause
// grapnel_bench BUILD_DIR: prints how fast grapnel is, as ratios to something that everybody can measure beside it.
// Ends with 0 also where a goal is missed: on a busy machine a time is no test.
#include "tests/benchmarks/commands.hpp"
#include "tests/benchmarks/console.hpp"
#include "tests/benchmarks/daemon.hpp"
#include "tests/benchmarks/documents.hpp"
#include "tests/benchmarks/hooks_in_a_row.hpp"
#include "tests/benchmarks/measure.hpp"
#include "tests/benchmarks/peers.hpp"
#include "tests/benchmarks/reports.hpp"
#include "tests/benchmarks/server.hpp"
#include "tests/benchmarks/target.hpp"
#include "tests/paths.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

namespace bench {

namespace {

namespace fs = std::filesystem;

constexpr int kHooks = 200;
constexpr std::size_t kLarge = 1024;  // MiB

void print(std::string_view what, const Comparison& times, double goal) {
  const double ratio = times.ours / times.other;
  fmt::print("{:<80} {:>9.2f} {:>9.2f} {:>7.2f} x  {:.1f} x  {}\n", what, times.ours.count(), times.other.count(),
             ratio, goal, ratio <= goal ? "met" : "MISSED");
  std::fflush(stdout);
}

void measure_reports(const fs::path& build, const fs::path& scratch) {
  constexpr double kMilliseconds = 1000;
  constexpr double kMebibytes = 200;
  const ReportCosts costs = all_reports(build, scratch);
  print("all reports of 10,000 hooks from their events, against a second", {costs.time, Milliseconds(kMilliseconds)},
        1.0);
  print("their peak memory in MiB, against 200", {Milliseconds(costs.peak), Milliseconds(kMebibytes)}, 1.0);
}

void measure_daemon(const fs::path& build, const fs::path& scratch) {
  constexpr Milliseconds kInOneWrite{0.150};
  constexpr Milliseconds kWaiting{0.300};
  const DaemonCosts costs = daemon_costs(build, scratch / "daemon");
  print("one request to a warm daemon, less the hook's function, against 150 us",
        {costs.in_one_write - costs.function, kInOneWrite}, 1.0);
  print("the same against a fiftieth of a fresh interpreter", {costs.in_one_write, costs.first_ok.other / 50}, 1.0);
  print("the same by a client that waits for each EXPECT, against 300 us", {costs.waiting - costs.function, kWaiting},
        1.0);
  print("start of the daemon to READY, against /bin/true", costs.ready, 3.0);
  print("start of the daemon to the first OK, against a fresh interpreter", costs.first_ok, 1.1);
  print("MiB that it has grown from 100 to 10,000 requests, against 1", {Milliseconds(costs.grown), Milliseconds(1)},
        1.0);
}

void measure_peers(const fs::path& build, const fs::path& scratch) {
  constexpr int kPackages = 1000;
  constexpr int kRounds = 21;
  const BuiltWorkspace small(build, scratch / "thousand", kPackages);
  const auto run_small = [&] { return small.run_grapnel(); };
  print("nothing to do in 1,000 packages with 5 files each, against ninja's 1,000 edges",
        in_turns(kRounds, run_small, [&] { return small.run_ninja(); }), 1.0);
  {
    const BuiltWorkspace large(build, scratch / "ten thousand", 10 * kPackages);
    print("nothing to do in 10,000 packages, against 1,000",
          in_turns(
              kRounds, [&] { return large.run_grapnel(); }, run_small),
          10.0);
    print("peak memory in MiB, nothing to do in 10,000 packages, against ninja's",
          {Milliseconds(large.peak_of_grapnel()), Milliseconds(large.peak_of_ninja())}, 2.0);
  }
  if (const auto times = against_cargo(build, scratch)) {
    print("nothing to do in 50 packages, against cargo's 50 build scripts", *times, 0.3);
  } else {
    fmt::print("nothing to do in 50 packages, against cargo: there is no cargo on PATH\n");
  }
  print("200 hooks that are there already, cold, 2 at once, against ninja -j2", cold_hooks(build, scratch), 1.2);
}

void measure_target(const fs::path& build, const fs::path& scratch) {
  if (const auto times = against_hatchling(build, scratch / "target")) {
    print("a wheel of 2,000 files with two empty hooks, against hatchling's two", *times, 0.3);
  } else {
    fmt::print("a wheel of 2,000 files with two empty hooks, against hatchling: /usr/bin/python3 has no hatchling\n");
  }
}

void measure(const fs::path& build) {
  const Directory scratch;
  const auto workspace = scratch.path() / "workspace";
  write_workspace(workspace, kHooks, fs::path(tests::kProgramsDir) / "quick_hook");
  static_cast<void>(run_with_library(workspace));
  const auto commands = hook_commands(workspace);
  const auto environment = hook_environment();
  const auto run_all_bare = [&] {
    remove_outputs(workspace);
    return time_of([&] {
      for (const auto& command : commands) run_bare(command, environment);
    });
  };

  fmt::print("{:<80} {:>9} {:>9} {:>9}  {}\n", "medians in ms", "grapnel", "other", "ratio", "goal");
  {
    constexpr int kRounds = 15;
    const Server small(workspace, 0);
    const auto run_small = [&] { return small.run(); };
    print(fmt::format("{} hooks one after another, against posix_spawn and waitid alone", commands.size()),
          in_turns(kRounds, run_small, run_all_bare), 1.5);
    const Server large(workspace, kLarge);
    print("the same from a process of 1 GiB, against a small one",
          in_turns(
              kRounds, [&] { return large.run(); }, run_small),
          1.1);
  }
  print("compiling and linking the README's hook, against 4 standard headers", compile_hook(build, scratch.path()),
        1.5);
  print("start to end of a hook with an empty callback, against an empty main",
        start_hook(build, scratch.path(), commands.front().at(1).substr(std::string_view("--config=").size())), 1.5);
  print("grapnel --version, against ninja --version", print_version(build), 2.0);
  print("reading and judging an output.json of 1 MB, against RapidJSON's parse", read_large_output(), 2.0);
  constexpr double kConsoleMilliseconds = 10;
  print("CPU time of the console in a second with 50 events, against 10 ms",
        {console_second(), Milliseconds(kConsoleMilliseconds)}, 1.0);
  measure_daemon(build, scratch.path());
  measure_peers(build, scratch.path());
  measure_target(build, scratch.path());
  // Last: a child that shares this process's memory until it executes something counts its peak as its own.
  measure_reports(build, scratch.path());
  print("planning 10,000 packages with 40,000 edges, against 1,000 with 4,000", plan_large_graph(), 12.0);
}

}  // namespace

}  // namespace bench

int main(int argc, char** argv) {
  try {
    if (argc == 4 && std::string_view(argv[1]) == "--serve") {
      bench::serve(argv[2], std::strtoul(argv[3], nullptr, 10));
      return 0;
    }
    if (argc != 2) {
      std::fputs("usage: grapnel_bench BUILD_DIR\n", stderr);
      return 64;
    }
    bench::measure(std::filesystem::absolute(argv[1]));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "grapnel_bench: %s\n", error.what());
    return 1;
  }
}
