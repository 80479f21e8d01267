// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cache/file_state.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <rapidcheck/gtest.h>
#include <sys/stat.h>

#include <limits>

namespace grapnel::cache {
namespace {

using Kind = FileState::Kind;

constexpr Moment kSecond = 1'000'000'000;
constexpr Moment kTick = kSecond / 100;
constexpr Moment kThen = 1'700'000'000'123'456'789;        // with a fraction of a second
constexpr Moment kCoarseThen = 1'700'000'000'000'000'000;  // without
constexpr Moment kLater = kThen + 3600 * kSecond;

FileState file() {
  return {.kind = Kind::regular, .device = 1, .inode = 2, .size = 3, .modified = kThen, .changed = kThen};
}

TEST(Compare, EqualStatDataOfAFileThatHadRestIsProof) { EXPECT_EQ(compare(file(), file(), kLater), Change::none); }

TEST(Compare, WhatWasTouchedInTheTickOfTheLookMayHaveBeenTouchedAgainUnseen) {
  for (const Moment looked_at : {kThen, kThen + 1, kThen + kTick}) {
    EXPECT_EQ(compare(file(), file(), looked_at), Change::undecided) << looked_at - kThen;
  }
  EXPECT_EQ(compare(file(), file(), kThen + kTick + 1), Change::none);
}

TEST(Compare, AStampWithoutAFractionIsACoarseOne) {
  FileState coarse = file();
  coarse.modified = coarse.changed = kCoarseThen;
  EXPECT_EQ(compare(coarse, coarse, kCoarseThen + 2 * kSecond), Change::undecided);
  EXPECT_EQ(compare(coarse, coarse, kCoarseThen + 2 * kSecond + 1), Change::none);
}

TEST(Compare, ATimeSetByHandDoesNotHideAChange) {
  FileState backdated = file();
  backdated.modified = kCoarseThen - 3600 * kSecond;  // touch -d
  EXPECT_EQ(compare(backdated, backdated, kThen + 1), Change::undecided);
  EXPECT_EQ(compare(backdated, backdated, kLater), Change::none);
  EXPECT_EQ(compare(file(), backdated, kLater), Change::undecided);
}

TEST(Compare, TheFutureProvesNothing) {
  for (Moment FileState::*stamp : {&FileState::modified, &FileState::changed}) {
    FileState future = file();
    future.*stamp = kLater + kSecond;
    EXPECT_EQ(compare(future, future, kLater), Change::undecided);
    future.*stamp = std::numeric_limits<Moment>::max();
    EXPECT_EQ(compare(future, future, kLater), Change::undecided);
    future.*stamp = std::numeric_limits<Moment>::min();
    EXPECT_EQ(compare(future, future, kLater), Change::none);
  }
}

TEST(Compare, AnotherSizeOrExecutableBitIsCertain) {
  FileState other = file();
  other.size = 4;
  EXPECT_EQ(compare(file(), other, kLater), Change::certain);
  other = file();
  other.is_executable = true;
  EXPECT_EQ(compare(file(), other, kLater), Change::certain);
  EXPECT_EQ(compare(other, file(), kLater), Change::certain);
}

TEST(Compare, TheSizeOfADirectorySaysNothing) {
  FileState directory = file();
  directory.kind = Kind::directory;
  FileState larger = directory;
  larger.size = 4096;
  EXPECT_EQ(compare(directory, larger, kLater), Change::undecided);
}

TEST(Compare, AllElseIsForTheContentToDecide) {
  const auto changed = [](auto FileState::*member) {
    FileState other = file();
    ++(other.*member);
    return compare(file(), other, kLater);
  };
  EXPECT_EQ(changed(&FileState::device), Change::undecided);
  EXPECT_EQ(changed(&FileState::inode), Change::undecided);
  EXPECT_EQ(changed(&FileState::modified), Change::undecided);
  EXPECT_EQ(changed(&FileState::changed), Change::undecided);
}

TEST(Compare, AnotherKindIsCertainButWhatIsUnreadableProvesNothing) {
  const std::vector<Kind> kinds{Kind::missing, Kind::regular, Kind::directory, Kind::other, Kind::unreadable};
  for (const Kind then : kinds) {
    for (const Kind now : kinds) {
      FileState left = file();
      FileState right = file();
      left.kind = then;
      right.kind = now;
      const Change expected = then == Kind::unreadable || now == Kind::unreadable ? Change::undecided
                              : then == now                                       ? Change::none
                                                                                  : Change::certain;
      EXPECT_EQ(compare(left, right, kLater), expected) << name_of(then) << " -> " << name_of(now);
    }
  }
}

TEST(Compare, WhatIsStillMissingNeedsNoStamps) {
  EXPECT_EQ(compare({}, {}, std::numeric_limits<Moment>::min()), Change::none);
}

// Whatever it is asked: it says `none` only about equal data, and only where the stamps had come to rest.
RC_GTEST_PROP(CompareProperty, NothingIsProvenWithoutRest, ()) {
  const auto draw = [] {
    FileState state;
    state.kind = static_cast<Kind>(*rc::gen::inRange(0, 5));
    state.is_executable = *rc::gen::inRange(0, 2) == 1;
    state.size = *rc::gen::inRange<std::uint64_t>(0, 2);
    state.inode = *rc::gen::inRange<std::uint64_t>(0, 2);
    const auto stamp = [] {
      return *rc::gen::oneOf(rc::gen::inRange<Moment>(kThen - 3, kThen + 3), rc::gen::just(kCoarseThen),
                             rc::gen::arbitrary<Moment>());
    };
    state.modified = stamp();
    state.changed = stamp();
    return state;
  };
  const FileState then = draw();
  const FileState now = *rc::gen::inRange(0, 2) == 0 ? then : draw();
  const Moment looked_at = *rc::gen::oneOf(rc::gen::inRange(kThen - kTick, kThen + 2 * kTick),
                                           rc::gen::inRange(kThen - 3 * kSecond, kThen + 3 * kSecond));
  if (compare(then, now, looked_at) != Change::none) return;
  RC_ASSERT(then.kind == now.kind);
  RC_ASSERT(then.kind != Kind::unreadable);
  if (then.kind == Kind::missing) return;
  RC_ASSERT(then == now);
  for (const Moment stamp : {now.modified, now.changed}) {
    RC_ASSERT(stamp < looked_at);
    RC_ASSERT(stamp < looked_at - kTick);
    if (stamp % kSecond == 0) RC_ASSERT(stamp < looked_at - 2 * kSecond);
  }
}

TEST(StateOf, TellsKindsApartAndFollowsLinks) {
  const tests::TemporaryDirectory directory;
  const auto kind = [&](const char* name) { return state_of((directory / name).c_str()).kind; };
  directory.write("file", "abc");
  std::filesystem::create_symlink("file", directory / "link");
  std::filesystem::create_symlink("nowhere", directory / "dangling");
  std::filesystem::create_symlink("circle", directory / "circle");
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(kind("file"), Kind::regular);
  EXPECT_EQ(kind("link"), Kind::regular);
  EXPECT_EQ(state_of((directory / "link").c_str()), state_of((directory / "file").c_str()));
  EXPECT_EQ(kind("."), Kind::directory);
  EXPECT_EQ(kind("fifo"), Kind::other);
  EXPECT_EQ(kind("nothing"), Kind::missing);
  EXPECT_EQ(kind("file/below"), Kind::missing);
  EXPECT_EQ(kind("dangling"), Kind::missing);
  EXPECT_EQ(kind("circle"), Kind::unreadable);
  EXPECT_EQ(kind(std::string(300, 'x').c_str()), Kind::unreadable);
}

TEST(StateOf, SaysWhetherAnybodyMayExecuteAFile) {
  const tests::TemporaryDirectory directory;
  const auto file = directory.write("file", "abc");
  const FileState plain = state_of(file.c_str());
  EXPECT_FALSE(plain.is_executable);
  EXPECT_EQ(plain.size, 3U);
  ASSERT_EQ(::chmod(file.c_str(), 0654), 0);
  EXPECT_TRUE(state_of(file.c_str()).is_executable);
  ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
  EXPECT_FALSE(state_of(file.c_str()).is_executable);
  EXPECT_FALSE(state_of(directory.path().c_str()).is_executable);
}

TEST(StateOf, AStampThatNoMomentCanHoldIsTheFarthestOne) {
  // Not every file system can hold it, so none is asked.
  struct stat status {};
  status.st_mode = S_IFREG;
  status.st_mtim.tv_sec = 13'569'465'600;  // 2400
  const FileState late = state_from(status);
  EXPECT_EQ(late.modified, std::numeric_limits<Moment>::max());
  EXPECT_EQ(compare(late, late, kLater), Change::undecided);
  status.st_mtim.tv_sec = -status.st_mtim.tv_sec;
  EXPECT_EQ(state_from(status).modified, std::numeric_limits<Moment>::min());
}

TEST(FileClock, IsTheClockOfStamps) {
  const tests::TemporaryDirectory directory;
  const Moment before = file_clock();
  const auto file = directory.write("file", "abc");
  const Moment after = file_clock();
  const FileState state = state_of(file.c_str());
  EXPECT_LE(before, state.modified);
  // A kernel may give finer stamps than its clock has ticks, to files that somebody has just looked at.
  EXPECT_LE(state.modified, after + kTick);
}

}  // namespace
}  // namespace grapnel::cache
