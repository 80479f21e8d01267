// SPDX-License-Identifier: BSD-3-Clause
// What people see of a run (docs/console.md): on a real pseudo-terminal, in tmux, and in a log.
#include "tests/support/wait_until.hpp"
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::Ended;
using tests::read_text;
using tests::shell_hook;
using tests::success_output;
using tests::Workspace;
using tests::writing_hook;

// Prints a line and waits for the file "go" of the workspace, longer than any wait_until(); a test that failed does not
// leave it behind.
std::string waiting_hook(const Workspace& workspace, const std::string& line) {
  return shell_hook("printf '" + line + "\\n'\nfor i in $(seq 6000); do [ -e '" + (workspace.path() / "go").string() +
                    "' ] && break; sleep 0.1; done\necho '" + success_output() + "' > \"$out\"");
}

// The variables that the console asks for, as on a usual terminal.
std::vector<std::string> terminal_environment() {
  std::vector<std::string> environment = tests::environment_with({"TERM=xterm-256color", "LC_ALL=C.UTF-8"});
  std::erase_if(environment, [](const std::string& entry) {
    for (const char* name : {"CI=", "NO_COLOR=", "CLICOLOR_FORCE=", "GITHUB_ACTIONS=", "TF_BUILD=", "TEAMCITY_VERSION=",
                             "BUILDKITE=", "LUCI_CONTEXT=", "TMUX="}) {
      if (entry.starts_with(name)) return true;
    }
    return false;
  });
  return environment;
}

/// grapnel with a terminal at its standard error.
class OnTerminal {
 public:
  OnTerminal(const Workspace& workspace, std::vector<std::string> arguments, unsigned short columns = 80) {
    int master = -1;
    int slave = -1;
    const winsize size{.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    if (::openpty(&master, &slave, nullptr, nullptr, &size) != 0) throw std::runtime_error("no pseudo-terminal");
    master_ = hooks::base::Fd(master);
    ::fcntl(master, F_SETFD, FD_CLOEXEC);
    const hooks::base::Fd owned(slave);
    ::fcntl(slave, F_SETFD, FD_CLOEXEC);
    arguments.insert(arguments.begin(), tests::kGrapnel);
    pid_ = hooks::base::spawn({.executable = arguments.front(),
                               .arguments = arguments,
                               .environment = terminal_environment(),
                               .working_directory = workspace.root("app"),
                               .stdout_fd = slave,
                               .stderr_fd = slave})
               .value();
  }
  OnTerminal(const OnTerminal&) = delete;
  OnTerminal& operator=(const OnTerminal&) = delete;
  ~OnTerminal() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  void resize(unsigned short columns) const {
    const winsize size{.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    ASSERT_EQ(::ioctl(master_.get(), TIOCSWINSZ, &size), 0);
  }
  /// Reads until `text` was printed behind what was read before; what was read meanwhile, up to the end of it.
  bool read_until(const std::string& text) {
    return tests::wait_until([&] {
      read_some();
      const std::size_t at = seen_.find(text, read_);
      if (at == std::string::npos) return false;
      read_ = at + text.size();
      return true;
    });
  }
  /// Forgets what was printed so far.
  void skip() {
    read_some();
    read_ = seen_.size();
  }
  /// Everything, when it has ended.
  std::string read_to_end() {
    EXPECT_TRUE(tests::wait_until([&] { return !read_some(); }));
    return seen_;
  }
  void hang_up() { master_.reset(); }
  /// The exit code.
  int wait() {
    int status = 0;
    EXPECT_EQ(::waitpid(std::exchange(pid_, 0), &status, 0) > 0, true);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  [[nodiscard]] const std::string& seen() const { return seen_; }

 private:
  // False at the end: the other side is closed.
  bool read_some() {
    for (;;) {
      pollfd ready{.fd = master_.get(), .events = POLLIN, .revents = 0};
      if (::poll(&ready, 1, 0) <= 0) return true;
      char bytes[4096];
      const ssize_t count = ::read(master_.get(), bytes, sizeof bytes);
      if (count <= 0) return false;
      seen_.append(bytes, static_cast<std::size_t>(count));
    }
  }

  hooks::base::Fd master_;
  pid_t pid_ = 0;
  std::string seen_;
  std::size_t read_ = 0;
};

class ConsoleTest : public testing::Test {
 protected:
  ConsoleTest() { workspace_.package("app"); }
  void go() const { workspace_.write_executable("go", ""); }

  Workspace workspace_;
};

TEST_F(ConsoleTest, OnATerminalTheRegionComesIsResizedAndGoes) {
  workspace_.hook("app", "build", waiting_hook(workspace_, "CC foo.o\\033[2J"));
  OnTerminal run(workspace_, {"build", "-j", "2"});
  ASSERT_TRUE(run.read_until("build 0/1, 1 running")) << run.seen();
  ASSERT_TRUE(run.read_until("CC foo.o\\x1b[2J")) << run.seen();
  for (const unsigned short columns : std::vector<unsigned short>{20, 1, 0, 300}) {
    run.skip();
    run.resize(columns);
    ASSERT_TRUE(run.read_until("\x1b[?7h")) << run.seen();
  }
  ASSERT_TRUE(run.read_until("[")) << run.seen();
  go();
  const std::string seen = run.read_to_end();
  EXPECT_EQ(run.wait(), 0);
  EXPECT_THAT(seen, AllOf(Not(HasSubstr("\x1b[?1049")), Not(HasSubstr("\x1b[2J"))));
  // What stays is the summary, below nothing.
  const std::string stays = seen.substr(seen.rfind("\x1b[2K") + 4);
  EXPECT_THAT(stays, AllOf(StartsWith("grapnel: 1 ran (app: no record of an earlier run) in "), EndsWith(" s\r\n")));
}

TEST_F(ConsoleTest, OnATerminalNothingIsSaidWhereNothingRuns) {
  workspace_.hook("app", "build", writing_hook());
  ASSERT_EQ(workspace_.grapnel({"build"}).exit_code, 0);
  OnTerminal run(workspace_, {"build"});
  EXPECT_EQ(run.read_to_end(), "");
  EXPECT_EQ(run.wait(), 0);
}

TEST_F(ConsoleTest, AFailureStaysAndHasColours) {
  workspace_.hook("app", "build", "#!/bin/sh\necho 'a.c:1:2: error: no' >&2\nexit 1\n");
  OnTerminal run(workspace_, {"build"});
  EXPECT_THAT(run.read_to_end(),
              AllOf(HasSubstr("error: \x1b[1;31ma.c:1:2: error: no\x1b[0m\r\n"),
                    HasSubstr("  | a.c:1:2: error: no\r\n"), HasSubstr("to act: the author of the hook")));
  EXPECT_EQ(run.wait(), 1);
}

TEST_F(ConsoleTest, ATerminalThatHangsUpStopsNothing) {
  workspace_.hook("app", "build", waiting_hook(workspace_, "x"));
  OnTerminal run(workspace_, {"build"});
  ASSERT_TRUE(run.read_until("1 running")) << run.seen();
  run.hang_up();
  go();
  EXPECT_EQ(run.wait(), 0);
  EXPECT_TRUE(fs::exists(workspace_.hook_directory("app") / "output.json"));
}

TEST_F(ConsoleTest, ClosedOutputsStopNothing) {
  workspace_.hook("app", "build", writing_hook());
  const Ended ended = tests::run({"/bin/sh", "-c", "exec \"$0\" build -vv >&- 2>&-", tests::kGrapnel},
                                 workspace_.root("app"), workspace_.path());
  EXPECT_EQ(ended.exit_code, 0);
}

/// A tmux server of its own.
class Tmux {
 public:
  explicit Tmux(const Workspace& workspace) : logs_(workspace.path()) {
    // A socket's path may be no longer than 108 bytes.
    char name[] = "/tmp/grapnel-tmux-XXXXXX";
    if (::mkdtemp(name) == nullptr) throw std::runtime_error("no temporary directory");
    directory_ = name;
    environment_ = terminal_environment();
    std::erase_if(environment_, [](const std::string& entry) { return entry.starts_with("TMUX_TMPDIR="); });
    environment_.push_back("TMUX_TMPDIR=" + directory_.string());
  }
  Tmux(const Tmux&) = delete;
  Tmux& operator=(const Tmux&) = delete;
  ~Tmux() {
    static_cast<void>(call({"kill-server"}));
    std::error_code error;
    fs::remove_all(directory_, error);
  }
  Ended call(std::vector<std::string> arguments) const {
    const std::vector<std::string> head{"/usr/bin/tmux", "-u", "-L", "grapnel", "-f", "/dev/null"};
    arguments.insert(arguments.begin(), head.begin(), head.end());
    return tests::run(arguments, logs_, logs_, environment_);
  }
  /// With what was scrolled away: a window that becomes narrower wraps lines, and tmux scrolls.
  [[nodiscard]] std::string picture() const { return call({"capture-pane", "-p", "-S", "-"}).out; }

 private:
  fs::path logs_;
  fs::path directory_;
  std::vector<std::string> environment_;
};

TEST_F(ConsoleTest, ThePictureInTmux) {
  Workspace workspace;
  workspace.package("app", {"native", "sqlite3"});
  workspace.package("native");
  workspace.package("sqlite3");
  workspace.hook("native", "build", waiting_hook(workspace, "configure: checking"));
  workspace.hook("sqlite3", "build", waiting_hook(workspace, "CC \\346\\226\\207\\345\\255\\227.o"));
  workspace.hook("app", "build", writing_hook());
  const Tmux tmux(workspace);
  const Ended started =
      tmux.call({"new-session", "-d", "-x", "90", "-y", "20", "-c", workspace.root("app"),
                 "echo above; '" + std::string(tests::kGrapnel) + "' build -j 2; echo below; exec sleep 600"});
  ASSERT_EQ(started.exit_code, 0) << started.err;

  std::string picture;
  const auto shows = [&](const std::vector<std::string>& parts) {
    return tests::wait_until([&] {
      picture = tmux.picture();
      for (const std::string& part : parts) {
        if (picture.find(part) == std::string::npos) return false;
      }
      return true;
    });
  };
  ASSERT_TRUE(shows({"above\n[>>>>>>>>>>>>>-------] build 0/3, 2 running, 1 waiting, 2 jobs, ", "\n  native ",
                     " s  configure: checking\n", "\n  sqlite3 ", " s  CC \u6587\u5b57.o\n"}))
      << picture;

  workspace.write_executable("go", "");
  ASSERT_TRUE(shows({"below"})) << picture;
  EXPECT_THAT(picture, AllOf(HasSubstr("above\ngrapnel: 3 ran"), Not(HasSubstr("running")), Not(HasSubstr("[>"))));
}

TEST_F(ConsoleTest, ALogHasLinesForWhatRuns) {
  workspace_.hook("app", "build", writing_hook());
  const Ended first = workspace_.grapnel({"build"});
  EXPECT_THAT(first.err,
              AllOf(StartsWith("grapnel: build hook of package 'app': started (no record of an earlier run)\n"
                               "grapnel: build hook of package 'app': done in "),
                    HasSubstr("\ngrapnel: 1 ran (app: no record of an earlier run) in ")));
  EXPECT_EQ(workspace_.grapnel({"build"}).err, "");
  EXPECT_EQ(workspace_.grapnel({"build", "--force", "-q"}).err, "");
  EXPECT_EQ(workspace_.grapnel({"build", "--force", "--console", "none"}).err, "");
  EXPECT_THAT(workspace_.grapnel({"build", "--force", "--color", "always"}).err, Not(HasSubstr("\x1b[?7l")));
  EXPECT_EQ(workspace_.grapnel({"build", "-q", "-v"}).exit_code, 64);
  EXPECT_EQ(workspace_.grapnel({"build", "--console", "odd"}).exit_code, 64);
}

TEST_F(ConsoleTest, StreamsHaveAPrefixAndNoCommands) {
  workspace_.hook(
      "app", "build",
      shell_hook("echo '::error::x'\nprintf '##vso[x]\\r@@@\\n' >&2\necho '" + success_output() + "' > \"$out\""));
  EXPECT_THAT(workspace_.grapnel({"build", "-vv"}).err,
              AllOf(HasSubstr("\napp| : :error::x\n"), HasSubstr("\napp| # #vso[x]\\x0d@@ @\n")));
  EXPECT_THAT(workspace_.grapnel({"build", "--force", "-v"}).err, Not(HasSubstr("app|")));
}

TEST_F(ConsoleTest, LogsAreFoundByLinksAndShown) {
  workspace_.hook("app", "build",
                  shell_hook("echo 'out \\033[2J'\necho err >&2\necho '" + success_output() + "' > \"$out\""));
  EXPECT_THAT(workspace_.grapnel({"logs"}).out, HasSubstr("no run is known"));
  EXPECT_THAT(workspace_.grapnel({"logs", "app"}).out, HasSubstr("no hook of package 'app' ran yet"));
  EXPECT_EQ(workspace_.grapnel({"logs", "ghost"}).exit_code, 1);

  ASSERT_EQ(workspace_.grapnel({"build"}).exit_code, 0);
  const fs::path link = workspace_.state() / "app/latest-build";
  const fs::path first = workspace_.hook_directory("app");
  EXPECT_EQ(fs::read_symlink(link), first.filename());
  const Ended shown = workspace_.grapnel({"logs", "app"});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_EQ(shown.out, "==> " + (link / "stdout.txt").string() + " <==\nout \\x1b[2J\n==> " +
                           (link / "stderr.txt").string() + " <==\nerr\n");
  EXPECT_THAT(workspace_.grapnel({"logs"}).out, AllOf(StartsWith("build:\n  app: success, "),
                                                      HasSubstr("\n    " + (link / "stderr.txt").string() + "\n")));

  // Another config: the link goes along.
  ASSERT_EQ(workspace_.grapnel({"build", "--target-arch", "riscv64"}).exit_code, 0);
  EXPECT_NE(fs::read_symlink(link), first.filename());
  EXPECT_TRUE(fs::exists(link / "input.json"));
  EXPECT_FALSE(fs::exists(workspace_.state() / "app/latest-link"));

  const Ended cleaned = workspace_.grapnel({"clean"});
  EXPECT_EQ(cleaned.exit_code, 0) << cleaned.out << cleaned.err;
  EXPECT_THAT(cleaned.out, Not(HasSubstr("left:")));
  EXPECT_FALSE(fs::exists(workspace_.state() / "app"));
}

// However long: only a piece of it is in memory.
TEST_F(ConsoleTest, ALongLogIsShown) {
  workspace_.hook("app", "build",
                  shell_hook("head -c 300000 /dev/zero | tr '\\0' x\necho\nseq 100000\necho '" + success_output() +
                             "' > \"$out\""));
  ASSERT_EQ(workspace_.grapnel({"build"}).exit_code, 0);
  const Ended shown = workspace_.grapnel({"logs", "app"});
  EXPECT_THAT(shown.out, AllOf(HasSubstr(" more bytes)"), EndsWith("\n99999\n100000\n")));
}

TEST_F(ConsoleTest, SettingsOfTheWorkspaceCount) {
  const tests::TemporaryDirectory directory;
  directory.write("grapnel.toml", "[packages.app]\npath = \"app\"\n[console]\nmode = \"none\"\ncolor = \"always\"\n");
  directory.write_executable("app/hook/build", writing_hook());
  const auto build = [&](std::vector<std::string> arguments, const std::vector<std::string>& environment = {}) {
    arguments.insert(arguments.begin(), {tests::kGrapnel, "build", "--force"});
    return tests::run(arguments, directory / "app", directory.path(), tests::environment_with(environment)).err;
  };
  EXPECT_EQ(build({}), "");
  EXPECT_THAT(build({"--console", "plain"}), HasSubstr("done in"));
  directory.write_executable("app/hook/build", "#!/bin/sh\nexit 1\n");
  EXPECT_THAT(build({}), HasSubstr("\x1b[1;31mbuild failure\x1b[0m"));
  EXPECT_THAT(build({}, {"NO_COLOR=1"}), Not(HasSubstr("\x1b[")));
  directory.write("grapnel.toml", "[packages.app]\npath = \"app\"\n[console]\nmode = \"loud\"\n");
  EXPECT_THAT(build({}), HasSubstr("'fancy'"));
}

}  // namespace
