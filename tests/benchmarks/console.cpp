// SPDX-License-Identifier: BSD-3-Clause
#include "tests/benchmarks/console.hpp"

#include "hooks_api/base/files.hpp"
#include "runner/report/terminal.hpp"

#include <pty.h>
#include <sys/resource.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <thread>

namespace bench {

namespace {

Milliseconds cpu_time() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) throw std::runtime_error("getrusage failed");
  const auto of = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

// So many seconds of a run, told as fast as it goes.
void run_for(int seconds, int fd) {
  using namespace grapnel;
  constexpr unsigned kHooks = 8;
  constexpr int kEvents = 50;
  constexpr int kTicks = 10;
  report::Terminal terminal(fd, {.look = {.console = report::Console::fancy, .color = true}, .is_log = false});
  RunStarted run;
  for (unsigned i = 0; i < kHooks; ++i) run.hooks.push_back({"package_" + std::to_string(i)});
  terminal.on_event(run);
  for (const HookId& hook : run.hooks) terminal.on_event(HookStarted{.hook = hook});
  for (int tick = 0; tick < seconds * kTicks; ++tick) {
    const Moment now = std::chrono::milliseconds(1000 / kTicks) * tick;
    for (int i = 0; i < kEvents / kTicks; ++i) {
      const HookId& hook = run.hooks[static_cast<unsigned>(tick + i) % kHooks];
      terminal.on_event(HookOutput{.hook = hook,
                                   .text = "CC " + std::to_string(tick * kTicks + i) + std::string(100, 'x') + ".o\n",
                                   .time = now});
    }
    terminal.on_tick({.time = now, .jobs = kHooks, .tokens = 3});
  }
}

}  // namespace

Milliseconds console_second() {
  constexpr int kSeconds = 100;
  int master = -1;
  int slave = -1;
  const winsize size{.ws_row = 40, .ws_col = 120, .ws_xpixel = 0, .ws_ypixel = 0};
  if (::openpty(&master, &slave, nullptr, nullptr, &size) != 0) throw std::runtime_error("no pseudo-terminal");
  const hooks::base::Fd reading(master);
  hooks::base::Fd writing(slave);
  const Milliseconds before = cpu_time();
  std::jthread reader([master] {
    std::string bytes(65536, '\0');
    while (::read(master, bytes.data(), bytes.size()) > 0) {
    }
  });
  run_for(kSeconds, slave);
  writing.reset();
  reader.join();
  return (cpu_time() - before) / kSeconds;
}

}  // namespace bench
