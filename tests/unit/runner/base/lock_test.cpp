// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/lock.hpp"

#include "runner/base/errors.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <latch>
#include <thread>

namespace grapnel {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using tests::Program;
using tests::TemporaryDirectory;

TEST(FileLock, CreatesItsDirectories) {
  const TemporaryDirectory directory;
  EXPECT_TRUE(FileLock::try_acquire(directory / "a/b/.lock", "x"));
  EXPECT_TRUE(std::filesystem::is_regular_file(directory / "a/b/.lock")) << "the file stays";
}

TEST(FileLock, ExcludesItselfInOneProcess) {
  const TemporaryDirectory directory;
  auto first = FileLock::try_acquire(directory / ".lock", "first");
  ASSERT_TRUE(first);
  EXPECT_FALSE(FileLock::try_acquire(directory / ".lock", "second"));
  std::filesystem::create_symlink(directory.path(), directory / "other way");
  EXPECT_FALSE(FileLock::try_acquire(directory / "other way/.lock", "third"));
  EXPECT_TRUE(FileLock::try_acquire(directory / "another.lock", "fourth"));
  first.reset();
  EXPECT_TRUE(FileLock::try_acquire(directory / ".lock", "fifth"));
}

TEST(FileLock, NamesTheRunAsLongAsItIsHeld) {
  const TemporaryDirectory directory;
  auto lock = FileLock::try_acquire(directory / ".lock", "x", "0123");
  ASSERT_TRUE(lock);
  EXPECT_THAT(directory.read(".lock"), testing::EndsWith(".\nin run 0123\n"));
  EXPECT_THAT(FileLock::owner_of(directory / ".lock"), testing::Not(HasSubstr("0123")));
  lock.reset();
  EXPECT_THAT(directory.read(".lock"), testing::EndsWith(".\n"));
  EXPECT_THAT(directory.read(".lock"), testing::Not(HasSubstr("0123")));
  lock = FileLock::try_acquire(directory / ".lock", "x", "4567");
  ASSERT_TRUE(lock);
  EXPECT_EQ(lock->dead_run(), "");
}

TEST(FileLock, KnowsTheRunThatDiedWithIt) {
  const TemporaryDirectory directory;
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock =
        FileLock::try_acquire(directory / ".lock", "a long purpose, so that the next text is shorter", "0123");
    ::_exit(lock ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  auto lock = FileLock::try_acquire(directory / ".lock", "x", "4567");
  ASSERT_TRUE(lock);
  EXPECT_EQ(lock->dead_run(), "0123");
  auto moved = std::move(*lock);
  EXPECT_EQ(moved.dead_run(), "0123");
  EXPECT_THAT(directory.read(".lock"), testing::EndsWith(".\nin run 4567\n"));
}

TEST(FileLock, StaysThroughMoves) {
  const TemporaryDirectory directory;
  auto first = FileLock::try_acquire(directory / "1", "x");
  auto second = FileLock::try_acquire(directory / "2", "x");
  *second = std::move(*first);
  EXPECT_FALSE(FileLock::try_acquire(directory / "1", "x"));
  EXPECT_TRUE(FileLock::try_acquire(directory / "2", "x")) << "given up by the assignment";
  first.reset();
  EXPECT_FALSE(FileLock::try_acquire(directory / "1", "x"));
}

TEST(FileLock, ExcludesThreads) {
  const TemporaryDirectory directory;
  std::atomic<int> inside{0};
  std::atomic<int> acquired{0};
  std::latch begin(4);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      begin.arrive_and_wait();
      for (int i = 0; i < 200; ++i) {
        const auto lock = FileLock::try_acquire(directory / ".lock", "thread");
        if (!lock) continue;
        EXPECT_EQ(inside.fetch_add(1), 0);
        ++acquired;
        std::this_thread::yield();
        inside.fetch_sub(1);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_GT(acquired, 0);
  EXPECT_TRUE(FileLock::try_acquire(directory / ".lock", "after all"));
}

class FileLockAmongProcesses : public testing::TestWithParam<const char*> {};

TEST_P(FileLockAmongProcesses, ExcludesUs) {
  const TemporaryDirectory directory;
  const auto file = directory / ".lock";
  Program other("hold_lock", {GetParam(), file.native()});
  ASSERT_EQ(other.read_line(), "held");
  EXPECT_FALSE(FileLock::try_acquire(file, "x"));
  EXPECT_THAT(FileLock::owner_of(file), StartsWith("Last acquired by ")) << "whoever only waits must not erase it";
  other.close_input();
  EXPECT_EQ(other.wait(), 0);
  EXPECT_TRUE(FileLock::try_acquire(file, "x"));
}

TEST_P(FileLockAmongProcesses, IsExcludedByUs) {
  const TemporaryDirectory directory;
  const auto file = directory / ".lock";
  auto lock = FileLock::try_acquire(file, "x");
  ASSERT_TRUE(lock);
  {
    Program other("hold_lock", {GetParam(), file.native()});
    EXPECT_EQ(other.read_line(), "busy");
  }
  lock.reset();
  Program other("hold_lock", {GetParam(), file.native()});
  EXPECT_EQ(other.read_line(), "held");
}

TEST_P(FileLockAmongProcesses, IsFreeAfterTheOwnerWasKilled) {
  const TemporaryDirectory directory;
  const auto file = directory / ".lock";
  Program other("hold_lock", {GetParam(), file.native()});
  ASSERT_EQ(other.read_line(), "held");
  other.kill(SIGKILL);
  EXPECT_TRUE(WIFSIGNALED(other.wait()));
  EXPECT_TRUE(FileLock::try_acquire(file, "x"));
}

INSTANTIATE_TEST_SUITE_P(Both, FileLockAmongProcesses, testing::Values("grapnel", "dart"));

TEST(FileLock, IsNotHeldByChildrenThatOutliveIt) {
  const TemporaryDirectory directory;
  const auto file = directory / ".lock";
  auto lock = FileLock::try_acquire(file, "x");
  Program child("hold_lock", {"grapnel", (directory / "another").native()});
  ASSERT_EQ(child.read_line(), "held");
  lock.reset();
  EXPECT_TRUE(FileLock::try_acquire(file, "x"));
}

TEST(FileLock, NamesItsOwner) {
  const TemporaryDirectory directory;
  const auto file = directory.write(".lock", std::string(500, 'x') + "\nan older, longer text");
  const auto lock = FileLock::try_acquire(file, "build hook of package 'p'");
  const auto owner = FileLock::owner_of(file);
  EXPECT_THAT(owner, AllOf(HasSubstr("(pid " + std::to_string(::getpid()) + ")"),
                           HasSubstr("running build hook of package 'p' on 20"), HasSubstr("runner_base_test")));
  EXPECT_EQ(directory.read(".lock"), owner + "\n");
}

TEST(FileLock, HasNoOwnerWhereThereIsNoText) {
  const TemporaryDirectory directory;
  EXPECT_EQ(FileLock::owner_of(directory / "none"), "");
  EXPECT_EQ(FileLock::owner_of(directory.write("empty", "")), "");
  EXPECT_EQ(FileLock::owner_of(directory.path()), "");
}

TEST(FileLock, SaysWhatIsNoLockFile) {
  const TemporaryDirectory directory;
  std::filesystem::create_directories(directory / "folder/.lock");
  EXPECT_THROW(static_cast<void>(FileLock::try_acquire(directory / "folder/.lock", "x")), SystemError);
  directory.write("file", "");
  EXPECT_THROW(static_cast<void>(FileLock::try_acquire(directory / "file/.lock", "x")), SystemError);
  EXPECT_THROW(static_cast<void>(FileLock::try_acquire("/dev/null", "x")), SystemError);
}

}  // namespace
}  // namespace grapnel
