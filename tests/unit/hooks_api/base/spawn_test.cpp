// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/spawn.hpp"

#include "hooks_api/base/files.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

namespace hooks::base {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using tests::program;
using tests::TemporaryDirectory;

int wait_for(pid_t pid) {
  int status = 0;
  EXPECT_EQ(repeat_on_eintr([&] { return ::waitpid(pid, &status, 0); }), pid);
  return status;
}

/// Runs a program to its end with its standard output in `file`; gives what it printed.
std::string output_of(SpawnRequest request, const TemporaryDirectory& directory) {
  const auto file = open_file(directory / "out", O_WRONLY | O_CREAT | O_TRUNC);
  request.stdout_fd = file.value().get();
  const auto pid = spawn(request);
  EXPECT_TRUE(pid) << pid.error().message;
  EXPECT_EQ(wait_for(pid.value()), 0);
  return directory.read("out");
}

bool has_child() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

SpawnRequest run(const std::filesystem::path& executable) {
  SpawnRequest request;
  request.executable = executable;
  request.arguments = {executable.native()};
  return request;
}

TEST(Spawn, GivesExactlyWhatWasAskedFor) {
  const TemporaryDirectory directory;
  SpawnRequest request;
  request.executable = program("show");
  request.arguments = {"its name", "", "a b", "ünï\n"};
  request.environment = {"A=1", "B=two words", "EMPTY="};
  request.working_directory = directory.path();
  const auto output = output_of(request, directory);
  EXPECT_THAT(output, HasSubstr("argv[0]=its name\nargv[1]=\nargv[2]=a b\nargv[3]=ünï\n\n"
                                "env:A=1\nenv:B=two words\nenv:EMPTY=\ncwd=" +
                                directory.path().native() + "\n"));
}

TEST(Spawn, HandsOnNoDescriptorButThree) {
  const TemporaryDirectory directory;
  // Without O_CLOEXEC, as careless libraries do it, and at high numbers too.
  const Fd careless(::open("/dev/zero", O_RDONLY));
  const Fd high(::fcntl(careless.get(), F_DUPFD, 700));
  const auto output = output_of(run(program("show")), directory);
  EXPECT_THAT(output, AllOf(HasSubstr("fd 0=/dev/null\nfd 1=" + (directory / "out").native() + "\nfd 2=/dev/null\n"),
                            Not(HasSubstr("/dev/zero")), Not(HasSubstr("fd 3"))));
}

TEST(Spawn, MakesAGroupOrStaysInOurs) {
  const TemporaryDirectory directory;
  auto request = run(program("show"));
  EXPECT_THAT(output_of(request, directory), HasSubstr("leads its group=1"));
  request.process_group = ProcessGroup::inherit;
  EXPECT_THAT(output_of(request, directory), HasSubstr("leads its group=0"));
}

TEST(Spawn, RestoresSignals) {
  const TemporaryDirectory directory;
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGUSR1, SIG_IGN);
  sigset_t blocked;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::sigaddset(&blocked, SIGINT);
  ::sigprocmask(SIG_BLOCK, &blocked, nullptr);
  EXPECT_THAT(output_of(run(program("show")), directory),
              AllOf(Not(HasSubstr("blocked")), Not(HasSubstr("not default"))));
}

/// The three streams of `show`, given as the numbers that files[0..2] have in the parent.
void expect_streams(int in, int out, int err) {
  const TemporaryDirectory directory;
  const auto place = [&](int number, const std::string& name) {
    const auto file = open_file(directory.write(name, ""), O_RDWR);
    ASSERT_EQ(::dup2(file.value().get(), number), number);
  };
  // GoogleTest needs its own: put back at the end.
  const Fd saved_in(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 100));
  const Fd saved_out(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 100));
  const Fd saved_err(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 100));
  place(in, "in");
  place(out, "out");
  place(err, "err");
  auto request = run(program("show"));
  request.stdin_fd = in;
  request.stdout_fd = out;
  request.stderr_fd = err;
  const auto pid = spawn(request);
  ::dup2(saved_in.get(), STDIN_FILENO);
  ::dup2(saved_out.get(), STDOUT_FILENO);
  ::dup2(saved_err.get(), STDERR_FILENO);
  ASSERT_TRUE(pid) << pid.error().message;
  EXPECT_EQ(wait_for(*pid), 0);
  EXPECT_THAT(directory.read("out"),
              HasSubstr("fd 0=" + (directory / "in").native() + "\nfd 1=" + (directory / "out").native() +
                        "\nfd 2=" + (directory / "err").native() + "\nleads"));
}

TEST(Spawn, TakesItsStreamsFromAnyNumbers) {
  expect_streams(0, 1, 2);
  expect_streams(2, 0, 1);
  expect_streams(1, 2, 0);
  expect_streams(0, 2, 1);
  expect_streams(20, 1, 0);
  expect_streams(1, 21, 22);
}

/// Starts `show` with files at descriptors 3, 4, … that are `numbers` here.
void expect_more(std::vector<int> numbers, int stdout_number) {
  SCOPED_TRACE(testing::PrintToString(numbers));
  const TemporaryDirectory directory;
  // What has these numbers now is put aside.
  std::vector<std::pair<int, Fd>> saved;
  const auto place = [&](int number, const std::string& name) {
    auto file = open_file(directory / name, O_RDWR | O_CREAT);
    const Fd high(::fcntl(file.value().get(), F_DUPFD_CLOEXEC, 100));
    file->reset();  // it may have the number
    saved.emplace_back(number, Fd(::fcntl(number, F_DUPFD_CLOEXEC, 100)));
    ASSERT_EQ(::dup3(high.get(), number, O_CLOEXEC), number);
  };
  auto request = run(program("show"));
  for (std::size_t i = 0; i < numbers.size(); ++i) place(numbers[i], "more" + std::to_string(i));
  place(stdout_number, "out");
  request.stdout_fd = stdout_number;
  request.more_fds = numbers;
  const auto pid = spawn(request);
  for (const int number : numbers) EXPECT_NE(::fcntl(number, F_GETFD) & FD_CLOEXEC, 0) << "ours were changed";
  for (auto saved_fd = saved.rbegin(); saved_fd != saved.rend(); ++saved_fd) {
    if (saved_fd->second) {
      ::dup2(saved_fd->second.get(), saved_fd->first);
    } else {
      ::close(saved_fd->first);
    }
  }
  ASSERT_TRUE(pid) << pid.error().message;
  EXPECT_EQ(wait_for(*pid), 0);
  std::string expected = "fd 2=/dev/null\n";
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    expected += "fd " + std::to_string(3 + i) + "=" + (directory / ("more" + std::to_string(i))).native() + "\n";
  }
  EXPECT_THAT(directory.read("out"), AllOf(HasSubstr(expected + "leads"), Not(HasSubstr("nonblocking"))));
}

TEST(Spawn, GivesMoreDescriptorsFromAnyNumbers) {
  expect_more({3, 4}, 30);
  expect_more({4, 3}, 30);
  expect_more({4, 5, 3}, 30);
  expect_more({20, 21}, 4);
  expect_more({5, 4}, 3);
  expect_more({21}, 3);
  expect_more({3}, 21);
}

TEST(Spawn, SharesNoNonBlockingDescriptor) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
  const Fd reader(ends[0]);
  const Fd writer(ends[1]);
  auto request = run(program("exit_code"));
  request.more_fds = {reader.get()};
  EXPECT_EQ(spawn(request).error().error_number, EINVAL);
  request.more_fds = {-1};
  EXPECT_EQ(spawn(request).error().error_number, EBADF);
  EXPECT_FALSE(has_child());
}

TEST(Spawn, BeginsASession) {
  const TemporaryDirectory directory;
  auto request = run("/bin/sleep");
  request.arguments = {"sleep", "60"};
  request.process_group = ProcessGroup::session;
  const auto pid = spawn(request);
  ASSERT_TRUE(pid) << pid.error().message;
  EXPECT_EQ(::getsid(*pid), *pid);
  EXPECT_EQ(::getpgid(*pid), *pid);
  ::kill(*pid, SIGKILL);
  wait_for(*pid);
}

TEST(Spawn, SaysAtOnceThatAProgramIsBusyWhereItMustNotSleep) {
  const TemporaryDirectory directory;
  const auto file = directory / "tool";
  std::filesystem::copy_file(program("exit_code"), file);
  const auto writer = open_file(file, O_WRONLY);
  auto request = run(file);
  request.when_busy = WhenBusy::tell;
  // Who sleeps needs 100 ms each time, see GivesUpOnAProgramThatStaysBusy; a busy machine only now and then.
  const auto is_quick = [&] {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(spawn(request).error().error_number, ETXTBSY);
    return std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(100);
  };
  constexpr int kTries = 600;
  bool was_quick = false;
  for (int i = 0; i < kTries && !was_quick; ++i) was_quick = is_quick();
  EXPECT_TRUE(was_quick);
}

TEST(Spawn, WorksWhereOurOwnStreamsAreClosed) {
  const TemporaryDirectory directory;
  const auto out = open_file(directory / "out", O_WRONLY | O_CREAT);
  const Fd high(::fcntl(out.value().get(), F_DUPFD_CLOEXEC, 100));
  const Fd saved(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 100));
  ::close(STDIN_FILENO);
  auto request = run(program("show"));
  request.stdout_fd = high.get();
  const auto pid = spawn(request);
  ::dup2(saved.get(), STDIN_FILENO);
  ASSERT_TRUE(pid) << pid.error().message;
  EXPECT_EQ(wait_for(*pid), 0);
  EXPECT_THAT(directory.read("out"), HasSubstr("fd 0=/dev/null\n"));
}

TEST(Spawn, CountsARelativePathFromItsWorkingDirectory) {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "bin");
  std::filesystem::copy_file(program("exit_code"), directory / "bin/tool");
  auto request = run("bin/tool");
  request.working_directory = directory.path();
  const auto pid = spawn(request);
  ASSERT_TRUE(pid) << pid.error().message;
  EXPECT_EQ(wait_for(*pid), 0);
}

struct Fault {
  const char* name;
  int error_number;
  const char* message;
  std::function<SpawnRequest(const TemporaryDirectory&)> request;
};
std::ostream& operator<<(std::ostream& stream, const Fault& fault) { return stream << fault.name; }

std::filesystem::path script(const TemporaryDirectory& directory, std::string_view text,
                             std::filesystem::perms permissions) {
  const auto file = directory.write("script", text);
  std::filesystem::permissions(file, permissions);
  return file;
}

using enum std::filesystem::perms;

class SpawnFault : public testing::TestWithParam<Fault> {};

TEST_P(SpawnFault, IsNamed) {
  const TemporaryDirectory directory;
  const auto pid = spawn(GetParam().request(directory));
  ASSERT_FALSE(pid);
  EXPECT_EQ(pid.error().error_number, GetParam().error_number) << pid.error().message;
  EXPECT_THAT(pid.error().message, HasSubstr(GetParam().message));
  EXPECT_FALSE(has_child()) << "a zombie is left";
}

INSTANTIATE_TEST_SUITE_P(
    All, SpawnFault,
    testing::Values(
        Fault{"missing", ENOENT, "it does not exist", [](const TemporaryDirectory& d) { return run(d / "none"); }},
        Fault{"missing_interpreter", ENOENT, "its interpreter '/no/such/sh', named on its first line, does not exist",
              [](const TemporaryDirectory& d) { return run(script(d, "#! /no/such/sh -e\n", owner_all)); }},
        Fault{"carriage_return", ENOENT, "carriage return",
              [](const TemporaryDirectory& d) { return run(script(d, "#!/bin/sh\r\nexit 0\r\n", owner_all)); }},
        Fault{"not_executable", EACCES, "it is not executable (chmod +x)",
              [](const TemporaryDirectory& d) { return run(script(d, "#!/bin/sh\n", owner_read)); }},
        Fault{"interpreter_not_executable", EACCES, "is not executable",
              [](const TemporaryDirectory& d) { return run(script(d, "#!/etc/passwd\n", owner_all)); }},
        Fault{"directory", EACCES, "it is a directory", [](const TemporaryDirectory& d) { return run(d.path()); }},
        Fault{"no_program", ENOEXEC, "not an executable of this machine, and has no #! line",
              [](const TemporaryDirectory& d) { return run(script(d, "exit 0\n", owner_all)); }},
        Fault{"no_working_directory", ENOTDIR, "its working directory '",
              [](const TemporaryDirectory& d) {
                auto request = run(program("exit_code"));
                request.working_directory = d / "none";
                return request;
              }},
        Fault{"file_as_working_directory", ENOTDIR, "is not a directory",
              [](const TemporaryDirectory& d) {
                auto request = run(program("exit_code"));
                request.working_directory = d.write("file", "");
                return request;
              }},
        Fault{"too_long", E2BIG, "Argument list too long",
              [](const TemporaryDirectory&) {
                auto request = run(program("exit_code"));
                request.arguments.emplace_back(1U << 20U, 'x');
                return request;
              }}),
    [](const auto& instance) { return instance.param.name; });

TEST(Spawn, WaitsForWhoStillWritesTheProgram) {
  const TemporaryDirectory directory;
  const auto file = directory / "tool";
  std::filesystem::copy_file(program("exit_code"), file);
  auto writer = open_file(file, O_WRONLY);
  ASSERT_TRUE(writer);
  // Busy for as long as somebody has it open; spawn() is already trying by then, or will not see it.
  std::thread closer([&] { writer->reset(); });
  const auto pid = spawn(run(file));
  closer.join();
  ASSERT_TRUE(pid) << pid.error().message;
  EXPECT_EQ(wait_for(*pid), 0);
}

TEST(Spawn, GivesUpOnAProgramThatStaysBusy) {
  const TemporaryDirectory directory;
  const auto file = directory / "tool";
  std::filesystem::copy_file(program("exit_code"), file);
  const auto writer = open_file(file, O_WRONLY);
  const auto begin = std::chrono::steady_clock::now();
  const auto pid = spawn(run(file));
  ASSERT_FALSE(pid);
  EXPECT_EQ(pid.error().error_number, ETXTBSY);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(100)) << "it was not tried again";
}

TEST(Spawn, WorksFromManyThreads) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([] {
      for (int i = 0; i < 25; ++i) {
        auto request = run(program("exit_code"));
        request.arguments.push_back(std::to_string(i));
        const auto pid = spawn(request);
        ASSERT_TRUE(pid) << pid.error().message;
        EXPECT_EQ(WEXITSTATUS(wait_for(*pid)), i);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST(FindExecutable, TakesTheFirstOnThePath) {
  const TemporaryDirectory directory;
  std::filesystem::permissions(directory.write("a/tool", ""), owner_read);  // not executable: passed over
  std::filesystem::create_directories(directory / "b/tool");                // a directory: passed over
  std::filesystem::permissions(directory.write("c/tool", ""), owner_all);
  std::filesystem::permissions(directory.write("d/tool", ""), owner_all);
  const auto in = [&](std::string_view name) { return (directory / name).native(); };
  const std::string path = in("none") + ":" + in("a") + ":" + in("b") + ":" + in("c") + ":" + in("d");
  EXPECT_EQ(find_executable("tool", path), directory / "c/tool");
  EXPECT_EQ(find_executable("other", path), "");
  EXPECT_EQ(find_executable("tool", ""), "");
  EXPECT_EQ(find_executable("", path), "");
}

TEST(FindExecutable, LeavesANameWithASlash) {
  EXPECT_EQ(find_executable("/bin/sh", "/nowhere"), "/bin/sh");
  EXPECT_EQ(find_executable("/bin/no such", "/bin"), "");
}

}  // namespace
}  // namespace hooks::base
