// SPDX-License-Identifier: BSD-3-Clause
// Libraries that are no backend. Those that are one: tests/unit/hooks_api/pep517.
#include "tests/support/channel_worker.hpp"
#include "tests/support/program.hpp"
#include "tests/support/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>

#include <filesystem>
#include <string>

namespace {

using hooks::pep517::Answer;
using hooks::pep517::Call;
using testing::HasSubstr;
using tests::ChannelWorker;
using tests::TemporaryDirectory;

Call some_call(ChannelWorker& worker) {
  return worker.call_of("get_requires_for_build_wheel", {tests::none_argument()});
}

std::string host() { return tests::program("native_host").string(); }

TEST(NativeHost, SaysThatThereIsNoLibraryUntilThereIsOne) {
  const TemporaryDirectory directory;
  const auto library = directory / "back end.so";
  ChannelWorker worker({host(), library.string()}, directory);
  for (int i = 0; i < 2; ++i) {
    const Call call = some_call(worker);
    const Answer answer = worker.run(call).value();
    EXPECT_EQ(answer.nonce, call.nonce);
    EXPECT_EQ(answer.kind, "MissingBackendModule");
    EXPECT_THAT(answer.text, HasSubstr("'" + library.string() + "': No such file or directory; build it first"));
  }
  std::filesystem::copy_file(tests::program("pep517_library.so"), library);
  EXPECT_EQ(worker.run(some_call(worker)).value().kind, "OK");
  worker.end_calls();
  const int status = worker.wait();
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST(NativeHost, SaysWhyTheLoaderRefusesAFile) {
  const TemporaryDirectory directory;
  const auto library = directory.write("backend.so",
                                       "text, not a library, and long enough for a header of ELF, "
                                       "which has sixty-four bytes");
  ChannelWorker worker({host(), library.string()}, directory);
  const Answer answer = worker.run(some_call(worker)).value();
  EXPECT_EQ(answer.kind, "BackendImportError");
  EXPECT_THAT(answer.text, HasSubstr("backend.so: invalid ELF header; it is no shared library"));
}

TEST(NativeHost, SaysThatALibraryIsNoBackend) {
  const TemporaryDirectory directory;
  ChannelWorker worker({host(), tests::program("foreign_library.so").string()}, directory);
  const Call call = some_call(worker);
  const Answer answer = worker.run(call).value();
  EXPECT_EQ(answer.kind, "MissingBackendAttribute");
  EXPECT_THAT(answer.text, HasSubstr("does not define hooks_pep517_backend: write HOOKS_PEP517_LIBRARY("));
  // Its constructors ran inside the call, not before.
  EXPECT_EQ(tests::read_text(call.stdout_file), "announced\nprinted while the library was loaded\n");
}

TEST(NativeHost, TakesANameWithoutASlashForAFile) {
  const TemporaryDirectory directory;
  std::filesystem::create_directories(directory / "tree");
  std::filesystem::copy_file(tests::program("pep517_library.so"), directory / "tree/plain.so");
  ChannelWorker worker({host(), "plain.so"}, directory);
  EXPECT_EQ(worker.run(some_call(worker)).value().kind, "OK");
}

TEST(NativeHost, StartedByHandSaysHowItIsUsed) {
  const TemporaryDirectory directory;
  const auto end = tests::run({host(), "library.so"}, directory.path(), directory.path());
  EXPECT_EQ(end.exit_code, 64);
  EXPECT_THAT(end.err, HasSubstr("grapnel native-worker LIBRARY CALLS ANSWERS"));
}

}  // namespace
