// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/log.hpp"

#include "runner/base/errors.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

namespace grapnel::hookd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using tests::TemporaryDirectory;

// The lines of a log without their times, which are checked.
std::vector<std::string> lines(const std::filesystem::path& file) {
  std::vector<std::string> found;
  std::istringstream text(tests::read_text(file));
  for (std::string line; std::getline(text, line);) {
    const std::size_t space = line.find(' ');
    EXPECT_THAT(line.substr(0, space), MatchesRegex("[-0-9]+T[:0-9]+\\.[0-9]+Z")) << line;
    found.push_back(line.substr(space + 1));
  }
  return found;
}

TEST(Log, HoldsBothSidesAndWhatHappens) {
  const TemporaryDirectory directory;
  const auto file = directory.write("log", "2026-11-22T10:00:00.000000Z -- older\n");
  {
    Log log(file, {});
    log.sent("READY\nEXPECT action\n");
    log.received("run\nhatch");
    log.received("ling.build\n\n");
    log.happened("started a worker");
    log.received("");
  }
  EXPECT_THAT(lines(file), ElementsAre("-- older", "-> READY", "-> EXPECT action", "<- run", "<- hatch",
                                       "<- ling.build", "<- ", "-- started a worker"));
}

TEST(Log, IsItsOwnersAlone) {
  const TemporaryDirectory directory;
  const Log log(directory / "log", {});
  struct stat status {};
  ASSERT_EQ(::stat((directory / "log").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(Log, HidesSecrets) {
  const TemporaryDirectory directory;
  const std::string secret = "s3cr3t-of-the-index";
  const std::string key = "-----BEGIN-----\nfirst half\nsecond half\n-----END-----";
  Log log(directory / "log", {"INDEX_TOKEN=" + secret, "SIGNING_KEY=" + key, "PLAIN=plain value"});
  log.received("{\"token\": \"" + secret + "\"} plain value\n");
  log.sent("ERROR HookRuntimeError " + secret + secret + "\n");
  log.happened("ended: " + secret);
  log.sent(key + "\n");  // over several lines
  const std::string text = directory.read("log");
  EXPECT_THAT(text, Not(HasSubstr(secret)));
  EXPECT_THAT(text, Not(HasSubstr("half")));
  EXPECT_THAT(text, HasSubstr("\"***\"} plain value\n"));
}

// Not the beginning of a secret either, where the line is cut in the middle of it.
TEST(Log, CutsLongLines) {
  const TemporaryDirectory directory;
  const std::string secret = "s3cr3t-of-the-index";
  Log log(directory / "log", {"INDEX_TOKEN=" + secret});
  log.received(std::string(4096, 'a') + "\n" + std::string(4097, 'b') + "\nlast\n");
  log.sent(std::string(4090, 'c') + secret + "\n");
  const auto found = lines(directory / "log");
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0], "<- " + std::string(4096, 'a'));
  EXPECT_EQ(found[1], "<- " + std::string(4096, 'b') + "…");
  EXPECT_EQ(found[2], "<- last");
  EXPECT_THAT(found[3], Not(HasSubstr("s3c")));
}

TEST(Log, EscapesWhatATerminalActsOn) {
  const TemporaryDirectory directory;
  Log log(directory / "log", {});
  log.received(std::string("a\x1b[31m\x07\rb\0c\xff\n", 13));
  EXPECT_THAT(lines(directory / "log"), ElementsAre("<- a\\x1b[31m\\x07\\x0db\\x00c\xEF\xBF\xBD"));
}

TEST(Log, IsNoneForAnEmptyPath) {
  Log log({}, {});
  log.received("run\n");
}

TEST(Log, ThatCannotBeMadeIsAnError) {
  const TemporaryDirectory directory;
  try {
    const Log log(directory / "none/log", {});
    FAIL() << "no error";
  } catch (const SystemError& error) {
    EXPECT_THAT(error.what(), HasSubstr((directory / "none/log").native()));
  }
}

TEST(Log, ThatCannotBeWrittenIsLost) {
  Log log("/dev/full", {});
  log.received("run\n");
  log.sent("READY\n");
}

}  // namespace
}  // namespace grapnel::hookd
