// SPDX-License-Identifier: BSD-3-Clause
// `grapnel logs`: what hooks printed when they ran last (docs/console.md).
#include "hooks_api/base/files.hpp"
#include "runner/base/errors.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/hook_command.hpp"
#include "runner/cli/printed.hpp"
#include "runner/engine/last_run_document.hpp"
#include "runner/engine/latest_link.hpp"
#include "runner/report/style.hpp"
#include "runner/workspace/workspace.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

namespace grapnel::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::array kLogs{"stdout.txt", "stderr.txt"};

// What people read of a log, however long it is: a piece of it in memory at a time.
class LogPrinter {
 public:
  explicit LogPrinter(const report::Style& style) : style_(style) {}

  // Prints a log behind its path, where there is something in it.
  void print_log(const fs::path& file) {
    const auto fd = hooks::base::open_file(file, O_RDONLY | O_NONBLOCK);
    if (!fd) {
      if (fd.error().error_number == ENOENT) return;
      throw SystemError(fd.error().message);
    }
    std::string begun = "==> " + style_.text(file.string()) + " <==\n";
    bool is_empty = true;
    std::string bytes(kPiece, '\0');
    for (;;) {
      const ssize_t count = hooks::base::repeat_on_eintr([&] { return ::read(fd->get(), bytes.data(), bytes.size()); });
      if (count < 0)
        throw SystemError("cannot read '" + file.string() + "': " + std::generic_category().message(errno));
      if (count == 0) break;
      if (is_empty) print(begun);
      if (is_empty) begun.clear();
      is_empty = false;
      begun.append(bytes, 0, static_cast<std::size_t>(count));
      // Whole lines; a line that does not end is cut.
      const std::size_t last = begun.rfind('\n');
      const std::size_t end = last != std::string::npos ? last + 1 : begun.size() < kPiece ? 0 : begun.size();
      print(style_.text(std::string_view(begun).substr(0, end)));
      begun.erase(0, end);
    }
    if (!is_empty && !begun.empty()) print(style_.text(begun) + "\n");
  }

 private:
  static constexpr std::size_t kPiece = std::size_t{64} << 10U;
  report::Style style_;
};

std::string listed(const workspace::Workspace& workspace, const engine::LastRun& run, const report::Style& style) {
  std::string text = std::string(name_of(run.kind)) + ":\n";
  for (const engine::LastHook& hook : run.hooks) {
    text += "  " + style.text(hook.package) + ": " + style.text(hook.outcome) + ", " + shown_time(hook.duration) + "\n";
    for (const char* log : kLogs) {
      const fs::path file = engine::latest_link(workspace.state_directory, {hook.package, run.kind}) / log;
      std::error_code error;
      if (fs::exists(file, error)) text += "    " + style.text(file.string()) + "\n";
    }
  }
  return text;
}

int list(const workspace::Workspace& workspace, const report::Style& style) {
  std::string text;
  for (const HookKind kind : {HookKind::build, HookKind::link}) {
    if (const auto run = engine::read_last_run(workspace.own_directory, kind)) text += listed(workspace, *run, style);
  }
  print(text.empty() ? "no run is known in which a hook ran\n" : text);
  return 0;
}

}  // namespace

int run(const LogsCommand& command) {
  return telling([&] {
    const workspace::Workspace workspace = workspace::load(workspace_of(command.workspace));
    const report::Style style{.is_log = ::isatty(STDOUT_FILENO) != 1};
    if (command.package.empty()) return list(workspace, style);
    if (workspace.find(command.package) == nullptr) {
      throw ProjectError("there is no package '" + command.package + "' in '" + workspace.file.string() + "'.");
    }
    LogPrinter printer(style);
    bool is_known = false;
    for (const HookKind kind : {HookKind::build, HookKind::link}) {
      const fs::path directory = engine::latest_link(workspace.state_directory, {command.package, kind});
      std::error_code error;
      if (!fs::is_directory(directory, error)) continue;
      is_known = true;
      for (const char* log : kLogs) printer.print_log(directory / log);
    }
    if (!is_known) print("no hook of package '" + style.text(command.package) + "' ran yet\n");
    return 0;
  });
}

}  // namespace grapnel::cli
