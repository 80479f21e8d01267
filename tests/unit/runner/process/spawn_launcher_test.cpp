// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/spawn_launcher.hpp"

#include "tests/support/program.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/runner/process/run_child.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/wait.h>

#include <csignal>

namespace grapnel::process {
namespace {

namespace v2 = boost::process::v2;
using testing::HasSubstr;
using tests::program;
using tests::TemporaryDirectory;

TEST(SpawnLauncher, KnowsTheInitializersOfBoostProcess) {
  const TemporaryDirectory directory;
  boost::asio::io_context context;
  SystemLauncher system;
  SpawnLauncher launch(system);
  const auto output = hooks::base::open_file(directory / "out", O_WRONLY | O_CREAT);
  const std::vector<std::string> arguments{"a b"};
  const std::vector<std::string> environment{"A=1", "B=2"};
  auto process = launch(context.get_executor(), program("show"), arguments, v2::process_environment(environment),
                        v2::process_start_dir(directory.path()), v2::process_stdio{-1, output.value().get(), -1},
                        ProgramName{"its name"});
  process.wait();
  EXPECT_TRUE(WIFEXITED(process.native_exit_code()));
  EXPECT_THAT(
      directory.read("out"),
      HasSubstr("argv[0]=its name\nargv[1]=a b\nenv:A=1\nenv:B=2\ncwd=" + directory.path().native() +
                "\nfd 0=/dev/null\nfd 1=" + (directory / "out").native() + "\nfd 2=/dev/null\nleads its group=1"));
}

TEST(SpawnLauncher, SaysWhatFailed) {
  boost::asio::io_context context;
  SystemLauncher system;
  SpawnLauncher launch(system);
  boost::system::error_code failure;
  const std::vector<std::string> arguments;
  const auto process = launch(context.get_executor(), failure, "/no/such/program", arguments);
  EXPECT_EQ(failure.value(), ENOENT);
  EXPECT_THAT(launch.error().message, HasSubstr("/no/such/program"));
  EXPECT_FALSE(process.is_open());
  EXPECT_THROW(static_cast<void>(launch(context.get_executor(), "/no/such/program", arguments)),
               boost::system::system_error);
  EXPECT_FALSE(tests::has_child());
}

TEST(SpawnLauncher, ADestroyedProcessIsKilledAndReaped) {
  const TemporaryDirectory directory;
  boost::asio::io_context context;
  SystemLauncher system;
  SpawnLauncher launch(system);
  {
    const std::vector<std::string> arguments{"ignore", (directory / "ready").native()};
    const auto process = launch(context.get_executor(), program("on_term"), arguments);
    EXPECT_TRUE(tests::has_child());
  }
  EXPECT_FALSE(tests::has_child());
}

}  // namespace
}  // namespace grapnel::process
