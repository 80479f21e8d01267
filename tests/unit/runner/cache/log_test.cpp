// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cache/log.hpp"

#include "runner/base/errors.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace grapnel::cache {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;
using tests::read_text;
using tests::TemporaryDirectory;

constexpr auto kType = EntryType::hook;
constexpr std::size_t kHeaderSize = 16;
constexpr std::size_t kVersionByte = 15;

using Contents = std::map<std::string, std::string>;

Contents contents_of(const StateLog& log) {
  Contents contents;
  log.for_each([&](EntryType type, std::string_view key, std::string_view value) {
    EXPECT_EQ(log.find(type, key), value);
    contents.emplace(key, value);
  });
  return contents;
}

Contents contents_of(const fs::path& file) { return contents_of(StateLog(file)); }

// A log of some entries, and where in the file each of them ends.
struct Sample {
  TemporaryDirectory directory;
  fs::path file = directory / "records";
  std::vector<std::pair<std::string, std::string>> entries{
      {"first", "one"}, {"second", std::string(300, 'x')}, {"third", std::string("\0\xF7gr\x1F\xFF", 6)}};
  std::vector<std::size_t> ends;
  std::string bytes;

  Sample() {
    StateLog log(file);
    for (const auto& [key, value] : entries) {
      log.append(kType, key, value);
      ends.push_back(fs::file_size(file));
    }
    bytes = read_text(file);
  }
  [[nodiscard]] std::size_t begin_of(std::size_t entry) const { return entry == 0 ? kHeaderSize : ends[entry - 1]; }
};

TEST(StateLog, NoFileIsAnEmptyLog) {
  const TemporaryDirectory directory;
  const StateLog log(directory / "no/such/records");
  EXPECT_THAT(contents_of(log), IsEmpty());
  EXPECT_EQ(log.fault(), "");
  EXPECT_FALSE(fs::exists(directory / "no"));  // whoever only reads leaves nothing
}

TEST(StateLog, KeepsTheLastValueOfAKey) {
  const TemporaryDirectory directory;
  const fs::path file = directory / "below/records";
  {
    StateLog log(file);
    log.append(kType, "a", "1");
    log.append(kType, "b", "2");
    log.append(kType, "a", "3");
    EXPECT_EQ(log.find(kType, "a"), "3");
  }
  EXPECT_THAT(contents_of(file), ElementsAre(Pair("a", "3"), Pair("b", "2")));
}

TEST(StateLog, TypesHaveKeysOfTheirOwn) {
  const TemporaryDirectory directory;
  StateLog log(directory / "records");
  log.append(EntryType::hook, "a", "hook");
  log.append(EntryType::program, "a", "program");
  EXPECT_EQ(log.find(EntryType::hook, "a"), "hook");
  EXPECT_EQ(log.find(EntryType::program, "a"), "program");
  EXPECT_EQ(log.find(EntryType::folder, "a"), std::nullopt);
}

TEST(StateLog, AnEmptyValueRemovesAKey) {
  const TemporaryDirectory directory;
  const fs::path file = directory / "records";
  StateLog log(file);
  log.append(kType, "a", "1");
  log.append(kType, "b", "2");
  log.append(kType, "a", "");
  EXPECT_THAT(contents_of(log), ElementsAre(Pair("b", "2")));
  EXPECT_THAT(contents_of(file), ElementsAre(Pair("b", "2")));
  log.compact_now();
  EXPECT_THAT(contents_of(file), ElementsAre(Pair("b", "2")));
  log.append(kType, "a", "again");
  EXPECT_THAT(contents_of(file), ElementsAre(Pair("a", "again"), Pair("b", "2")));
}

TEST(StateLog, ViewsOutliveWhatFollows) {
  const TemporaryDirectory directory;
  StateLog log(directory / "records");
  log.append(kType, "a", "first value");
  const auto view = log.find(kType, "a");
  for (int i = 0; i < 100; ++i) log.append(kType, "a", std::string(1000, 'x'));
  log.compact_now();
  log.refresh();
  EXPECT_EQ(view, "first value");
}

// --- damage ------------------------------------------------------------------------------------------------------

TEST(StateLog, ATornTailCostsNoWholeEntry) {
  const Sample sample;
  for (std::size_t size = 0; size <= sample.bytes.size(); ++size) {
    SCOPED_TRACE(size);
    sample.directory.write("records", std::string_view(sample.bytes).substr(0, size));
    Contents expected;
    for (std::size_t i = 0; i < sample.entries.size(); ++i) {
      if (sample.ends[i] <= size) expected.insert(sample.entries[i]);
    }
    StateLog log(sample.file);
    ASSERT_EQ(contents_of(log), expected);
    log.append(kType, "last", "value");  // goes behind the torn one
    expected.emplace("last", "value");
    ASSERT_EQ(contents_of(log), expected);
    ASSERT_EQ(contents_of(sample.file), expected);
  }
}

TEST(StateLog, ADamagedByteCostsItsEntryAlone) {
  const Sample sample;
  for (std::size_t position = kHeaderSize; position < sample.bytes.size(); ++position) {
    const char mask = "\x01\x80\xFF"[position % 3];
    SCOPED_TRACE(position);
    std::string damaged = sample.bytes;
    damaged[position] = static_cast<char>(damaged[position] ^ mask);
    sample.directory.write("records", damaged);
    Contents expected;
    for (std::size_t i = 0; i < sample.entries.size(); ++i) {
      if (position < sample.begin_of(i) || position >= sample.ends[i]) expected.insert(sample.entries[i]);
    }
    ASSERT_EQ(contents_of(sample.file), expected);
    StateLog(sample.file).append(kType, "last", "value");
    expected.emplace("last", "value");
    ASSERT_EQ(contents_of(sample.file), expected);
  }
}

// An entry that was taken out of the middle, and bytes that nobody wrote.
TEST(StateLog, RubbishBetweenEntriesIsPassedOver) {
  const Sample sample;
  for (const std::string& rubbish : {std::string("rubbish"), std::string("\xF7gr\x1F"), std::string(100, '\xF7'),
                                     std::string("\xF7gr\x1F\xFF\xFF\xFF\xFF", 8), std::string(4096, '\0')}) {
    std::string bytes = sample.bytes;
    bytes.replace(sample.begin_of(1), sample.ends[1] - sample.begin_of(1), rubbish);
    sample.directory.write("records", bytes);
    EXPECT_THAT(contents_of(sample.file),
                UnorderedElementsAre(Pair("first", "one"), Pair("third", sample.entries[2].second)));
  }
}

TEST(StateLog, AnotherVersionIsAnEmptyLogUntilSomebodyWrites) {
  for (const char version : {'\x00', '\x02', '\x7F'}) {
    const Sample sample;
    std::string bytes = sample.bytes;
    bytes[kVersionByte] = version;
    sample.directory.write("records", bytes);
    StateLog log(sample.file);
    EXPECT_THAT(contents_of(log), IsEmpty());
    EXPECT_EQ(log.fault(), "");
    EXPECT_EQ(read_text(sample.file), bytes);
    log.append(kType, "new", "value");
    EXPECT_THAT(contents_of(sample.file), ElementsAre(Pair("new", "value")));
  }
}

TEST(StateLog, WhatIsNoFileIsAFaultThatIsNamed) {
  const TemporaryDirectory directory;
  fs::create_directories(directory / "records/x");
  StateLog log(directory / "records");
  EXPECT_THAT(contents_of(log), IsEmpty());
  EXPECT_NE(log.fault(), "");
  EXPECT_THROW(log.append(kType, "a", "1"), SystemError);
}

// --- others ------------------------------------------------------------------------------------------------------

TEST(StateLog, TwoWritersTakeTurns) {
  const TemporaryDirectory directory;
  const fs::path file = directory / "records";
  StateLog one(file);
  StateLog other(file);
  for (int i = 0; i < 20; ++i) {
    one.append(kType, "one " + std::to_string(i), "1");
    other.append(kType, "other " + std::to_string(i), "2");
    one.append(kType, "both", "one");
    other.append(kType, "both", "other");
  }
  one.refresh();
  other.refresh();
  const Contents all = contents_of(file);
  EXPECT_EQ(all.size(), 41U);
  EXPECT_EQ(all.at("both"), "other");
  EXPECT_EQ(contents_of(one), all);
  EXPECT_EQ(contents_of(other), all);
}

TEST(StateLog, RefreshSeesWhatOthersDid) {
  const TemporaryDirectory directory;
  const fs::path file = directory / "records";
  StateLog reader(file);
  StateLog writer(file);
  writer.append(kType, "a", "1");
  EXPECT_EQ(reader.find(kType, "a"), std::nullopt);
  reader.refresh();
  EXPECT_EQ(reader.find(kType, "a"), "1");
  writer.append(kType, "a", "");
  writer.append(kType, "b", "2");
  reader.refresh();
  EXPECT_THAT(contents_of(reader), ElementsAre(Pair("b", "2")));
  writer.compact_now();
  writer.append(kType, "c", "3");
  reader.refresh();
  EXPECT_THAT(contents_of(reader), ElementsAre(Pair("b", "2"), Pair("c", "3")));
  fs::remove(file);
  reader.refresh();
  EXPECT_THAT(contents_of(reader), IsEmpty());
  writer.append(kType, "d", "4");
  reader.refresh();
  EXPECT_THAT(contents_of(reader), ElementsAre(Pair("d", "4")));
}

// What somebody is writing just now is read when it is whole.
TEST(StateLog, RefreshWaitsForTheRestOfAnEntry) {
  const Sample sample;
  for (std::size_t size = sample.begin_of(1); size <= sample.ends[1]; ++size) {
    sample.directory.write("records", std::string_view(sample.bytes).substr(0, size));
    StateLog log(sample.file);
    std::ofstream(sample.file, std::ios::binary | std::ios::app) << sample.bytes.substr(size, sample.ends[1] - size);
    log.refresh();
    ASSERT_EQ(log.find(kType, "second"), sample.entries[1].second) << size;
  }
}

TEST(StateLog, CompactionKeepsWhatCounts) {
  const TemporaryDirectory directory;
  const fs::path file = directory / "records";
  StateLog log(file);
  for (int i = 0; i < 100; ++i) log.append(kType, "a", std::string(1000, static_cast<char>('a' + i % 26)));
  log.append(kType, "b", "2");
  const Contents before = contents_of(log);
  log.compact();  // not worth it yet
  EXPECT_GT(fs::file_size(file), 100'000U);
  log.compact_now();
  EXPECT_LT(fs::file_size(file), 2'000U);
  EXPECT_EQ(contents_of(log), before);
  EXPECT_EQ(contents_of(file), before);
  log.append(kType, "c", "3");
  EXPECT_EQ(contents_of(file).size(), 3U);
}

TEST(StateLog, CompactsByItselfWhereMostCountsNoMore) {
  const TemporaryDirectory directory;
  const fs::path file = directory / "records";
  {
    StateLog log(file);
    for (int i = 0; i < 30; ++i) log.append(kType, "a", std::string(100'000, 'x'));
  }
  StateLog log(file);
  EXPECT_EQ(log.file_bytes(), fs::file_size(file));
  EXPECT_GT(log.living_bytes(), 100'000U);
  EXPECT_LT(log.living_bytes(), 101'000U);
  log.compact();
  EXPECT_LT(fs::file_size(file), 101'000U);
}

// Each on a log of its own, as processes are: their locks belong to open files.
TEST(StateLog, NothingIsLostAmongWritersAndCompaction) {
  const TemporaryDirectory directory;
  const fs::path file = directory / "records";
  StateLog(file).append(kType, "begin", "x");
  constexpr int kWriters = 4;
  constexpr int kEntries = 150;
  std::atomic<int> writing = kWriters;
  {
    std::vector<std::jthread> threads;
    for (int writer = 0; writer < kWriters; ++writer) {
      threads.emplace_back([&, writer] {
        StateLog log(file);
        for (int i = 0; i < kEntries; ++i) {
          log.append(kType, std::to_string(writer) + "/" + std::to_string(i), std::string(200, 'x'));
        }
        --writing;
      });
    }
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&] {
        StateLog log(file);
        while (writing > 0) log.compact_now();
      });
    }
  }
  const Contents all = contents_of(file);
  for (int writer = 0; writer < kWriters; ++writer) {
    for (int i = 0; i < kEntries; ++i) {
      EXPECT_TRUE(all.contains(std::to_string(writer) + "/" + std::to_string(i))) << writer << "/" << i;
    }
  }
  EXPECT_EQ(all.size(), kWriters * kEntries + 1U);
}

// Any steps of two writers: at the end both know what the file says, and it says what the last steps did.
RC_GTEST_PROP(StateLogProperty, IsAMapWhateverHappensToIt, ()) {
  const TemporaryDirectory directory;
  const fs::path file = directory / "records";
  std::vector<std::unique_ptr<StateLog>> logs;
  for (int i = 0; i < 2; ++i) logs.push_back(std::make_unique<StateLog>(file));
  Contents expected;
  const int steps = *rc::gen::inRange(0, 30);
  for (int i = 0; i < steps; ++i) {
    auto& log = logs[*rc::gen::inRange<std::size_t>(0, 2)];
    const std::string key = *rc::gen::element<std::string>("a", "b", "c\nd", "");
    switch (*rc::gen::inRange(0, 8)) {
      case 0:
        log->refresh();
        break;
      case 1:
        log->compact_now();
        break;
      case 2:
        log = std::make_unique<StateLog>(file);
        break;
      case 3:
        log->append(kType, key, "");
        expected.erase(key);
        break;
      default: {
        const auto value = *rc::gen::nonEmpty<std::string>();
        log->append(kType, key, value);
        expected.insert_or_assign(key, value);
      }
    }
  }
  for (auto& log : logs) {
    log->refresh();
    RC_ASSERT(contents_of(*log) == expected);
  }
  RC_ASSERT(contents_of(file) == expected);
}

}  // namespace
}  // namespace grapnel::cache
