// SPDX-License-Identifier: BSD-3-Clause
// The daemon's two descriptors, whatever they are and whoever holds the other ends.
#include "runner/daemon/conversation.hpp"

#include "runner/base/errors.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <thread>

namespace grapnel::hookd {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using hooks::base::Fd;
using testing::HasSubstr;
using tests::TemporaryDirectory;

// As the tests' own limit: a stalled machine is no failure.
constexpr auto kPatience = 120s;

struct Ends {
  Fd read;
  Fd write;
};

Ends make_pipe() {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  return {Fd(ends[0]), Fd(ends[1])};
}

Ends make_sockets() {
  std::array<int, 2> ends{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  return {Fd(ends[0]), Fd(ends[1])};
}

Fd open(const std::filesystem::path& path, int flags) { return hooks::base::open_file(path, flags).value(); }

void put(const Fd& fd, std::string_view text) { EXPECT_TRUE(hooks::base::write_all(fd.get(), text, "a test")); }

std::string take(const Fd& fd, std::size_t size) {
  std::string text(size, '\0');
  std::size_t got = 0;
  while (got < size) {
    const auto count = ::read(fd.get(), text.data() + got, size - got);
    if (count <= 0) break;
    got += static_cast<std::size_t>(count);
  }
  text.resize(got);
  return text;
}

class ConversationTest : public testing::Test {
 protected:
  // As the daemon's process does; put back for the other tests.
  ConversationTest() : saved_(std::signal(SIGPIPE, SIG_IGN)) {}
  ~ConversationTest() override { std::signal(SIGPIPE, saved_); }

  void begin(const Fd& input, const Fd& output) {
    conversation_.emplace(context_.get_executor(), input.get(), output.get(), [this] { ++gone_; });
  }

  void start_reading() {
    read_.reset();
    asio::co_spawn(context_, conversation_->read(), [this](const std::exception_ptr& failure, std::string bytes) {
      failure_ = failure;
      read_ = std::move(bytes);
    });
  }
  void start_writing(std::string_view bytes) {
    is_written_.reset();
    asio::co_spawn(context_, conversation_->write(bytes), [this](const std::exception_ptr& failure, bool is_written) {
      failure_ = failure;
      is_written_ = is_written;
    });
  }
  /// Runs the loop until `done`.
  void run_until(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!done() && std::chrono::steady_clock::now() < end) {
      context_.restart();
      context_.run_for(1ms);
    }
    EXPECT_TRUE(done()) << "nothing happens";
  }
  std::string read() {
    start_reading();
    run_until([this] { return read_.has_value(); });
    return read_.value_or("nothing");
  }
  bool write(std::string_view bytes) {
    start_writing(bytes);
    run_until([this] { return is_written_.has_value(); });
    return is_written_.value_or(false);
  }
  /// So many turns of the loop change nothing.
  void run_for_a_while() {
    for (int turn = 0; turn < 20; ++turn) {
      context_.restart();
      context_.run_for(1ms);
    }
  }
  [[nodiscard]] std::string failure() const {
    try {
      if (failure_) std::rethrow_exception(failure_);
    } catch (const SystemError& error) {
      return error.what();
    }
    return "";
  }

  asio::io_context context_{1};
  std::optional<Conversation> conversation_;
  std::optional<std::string> read_;
  std::optional<bool> is_written_;
  std::exception_ptr failure_;
  int gone_ = 0;

 private:
  void (*saved_)(int);
};

/// Over pipes, and over one socket in both directions each.
class ConversationOver : public ConversationTest, public testing::WithParamInterface<bool> {
 protected:
  ConversationOver() {
    const auto make = GetParam() ? make_sockets : make_pipe;
    Ends in = make();
    Ends out = make();
    input_ = std::move(in.read);
    clients_output_ = std::move(in.write);
    clients_input_ = std::move(out.read);
    output_ = std::move(out.write);
    begin(input_, output_);
  }

  Fd input_;
  Fd output_;
  Fd clients_input_;
  Fd clients_output_;
};

TEST_P(ConversationOver, ReadsWhatComesAndTheEnd) {
  start_reading();
  run_for_a_while();
  EXPECT_FALSE(read_) << "nothing was written";
  put(clients_output_, "run\nhatch");
  run_until([this] { return read_.has_value(); });
  EXPECT_EQ(read_, "run\nhatch");
  put(clients_output_, "ling");
  EXPECT_EQ(read(), "ling");
  clients_output_.reset();
  EXPECT_EQ(read(), "");
  EXPECT_EQ(read(), "");
  EXPECT_EQ(failure(), "");
  EXPECT_EQ(gone_, 0);
}

TEST_P(ConversationOver, WritesWhatTheClientReads) {
  EXPECT_TRUE(write("READY\n"));
  EXPECT_EQ(take(clients_input_, 6), "READY\n");
  EXPECT_TRUE(write(""));
}

// More than any pipe holds: it is written as it is read.
TEST_P(ConversationOver, WaitsForAReaderThatIsSlow) {
  std::string much;
  while (much.size() < (std::size_t{4} << 20U)) much += "line " + std::to_string(much.size()) + "\n";
  start_writing(much);
  run_for_a_while();
  EXPECT_FALSE(is_written_) << "nobody has read anything";
  std::string got;
  std::thread client([&] { got = take(clients_input_, much.size()); });
  run_until([this] { return is_written_.has_value(); });
  if (!is_written_) output_.reset();
  client.join();
  EXPECT_EQ(is_written_, true);
  EXPECT_TRUE(got == much);
  EXPECT_EQ(gone_, 0);
}

// The loop goes on meanwhile, and reads.
TEST_P(ConversationOver, HearsAClientThatNeverReads) {
  const std::string much(std::size_t{4} << 20U, 'x');
  start_writing(much);
  run_for_a_while();
  put(clients_output_, "run\n");
  EXPECT_EQ(read(), "run\n");
  EXPECT_FALSE(is_written_);
  conversation_->stop();
  run_until([this] { return is_written_.has_value(); });
  EXPECT_EQ(is_written_, false);
  EXPECT_EQ(failure(), "");
}

TEST_P(ConversationOver, TellsThatTheClientIsGone) {
  run_for_a_while();
  EXPECT_EQ(gone_, 0);
  clients_input_.reset();
  run_until([this] { return gone_ != 0; });
  EXPECT_FALSE(write("READY\n"));
  EXPECT_EQ(failure(), "");
  run_for_a_while();
  EXPECT_EQ(gone_, 1);
}

TEST_P(ConversationOver, AWriteEndsWhereTheClientGoesMeanwhile) {
  const std::string much(std::size_t{4} << 20U, 'x');
  start_writing(much);
  run_for_a_while();
  EXPECT_FALSE(is_written_);
  clients_input_.reset();
  run_until([this] { return is_written_.has_value() && gone_ != 0; });
  EXPECT_EQ(is_written_, false);
  EXPECT_EQ(failure(), "");
}

TEST_P(ConversationOver, StopEndsARead) {
  start_reading();
  run_for_a_while();
  EXPECT_FALSE(read_);
  conversation_->stop();
  run_until([this] { return read_.has_value(); });
  EXPECT_EQ(read_, "");
  // And all that come later, though there is something to read and somebody to read.
  put(clients_output_, "run\n");
  EXPECT_EQ(read(), "");
  EXPECT_FALSE(write("READY\n"));
  clients_input_.reset();
  run_for_a_while();
  EXPECT_EQ(gone_, 0) << "nobody asks any more";
  EXPECT_EQ(failure(), "");
}

TEST_P(ConversationOver, DescriptorsStayAsTheyWere) {
  const auto flags = [this] {
    return std::array{::fcntl(input_.get(), F_GETFL), ::fcntl(output_.get(), F_GETFL), ::fcntl(input_.get(), F_GETFD),
                      ::fcntl(output_.get(), F_GETFD)};
  };
  const auto before = flags();
  put(clients_output_, "run\n");
  EXPECT_EQ(read(), "run\n");
  EXPECT_TRUE(write("READY\n"));
  EXPECT_EQ(flags(), before);
  EXPECT_EQ(before[0] & O_NONBLOCK, 0);
  conversation_->stop();
  conversation_.reset();
  EXPECT_EQ(flags(), before);
  put(output_, "still open");
}

// As a client may have made them, for itself.
TEST_P(ConversationOver, DescriptorsMayBeNonBlocking) {
  ::fcntl(input_.get(), F_SETFL, ::fcntl(input_.get(), F_GETFL) | O_NONBLOCK);
  ::fcntl(output_.get(), F_SETFL, ::fcntl(output_.get(), F_GETFL) | O_NONBLOCK);
  start_reading();
  run_for_a_while();
  put(clients_output_, "run\n");
  run_until([this] { return read_.has_value(); });
  EXPECT_EQ(read_, "run\n");
  const std::string much(std::size_t{1} << 20U, 'x');
  std::string got;
  std::thread client([&] { got = take(clients_input_, much.size()); });
  EXPECT_TRUE(write(much));
  if (!is_written_.value_or(false)) output_.reset();
  client.join();
  EXPECT_TRUE(got == much);
}

INSTANTIATE_TEST_SUITE_P(, ConversationOver, testing::Bool(),
                         [](const auto& instance) { return instance.param ? "Sockets" : "Pipes"; });

TEST_F(ConversationTest, OneSocketForBothDirections) {
  const Ends ends = make_sockets();
  begin(ends.read, ends.read);
  put(ends.write, "run\n");
  EXPECT_EQ(read(), "run\n");
  EXPECT_TRUE(write("READY\n"));
  EXPECT_EQ(take(ends.write, 6), "READY\n");
  // It has said all that it will say, and still hears.
  ::shutdown(ends.write.get(), SHUT_WR);
  EXPECT_EQ(read(), "");
  EXPECT_EQ(gone_, 0);
  EXPECT_TRUE(write("SHUTDOWN\n"));
}

TEST_F(ConversationTest, RegularFiles) {
  const TemporaryDirectory directory;
  const std::string lines(100'000, 'x');
  const Fd input = open(directory.write("in", lines), O_RDONLY);
  const Fd output = open(directory / "out", O_WRONLY | O_CREAT);
  begin(input, output);
  std::string all;
  for (std::string some = read(); !some.empty() && all.size() <= lines.size(); some = read()) all += some;
  EXPECT_TRUE(all == lines);
  EXPECT_TRUE(write(lines));
  EXPECT_TRUE(directory.read("out") == lines);
  EXPECT_EQ(gone_, 0);
  conversation_->stop();
  EXPECT_EQ(read(), "");
  EXPECT_FALSE(write("x"));
}

TEST_F(ConversationTest, TheNullDevice) {
  const Fd null = open("/dev/null", O_RDWR);
  begin(null, null);
  EXPECT_EQ(read(), "");
  EXPECT_TRUE(write("READY\n"));
  run_for_a_while();
  EXPECT_EQ(gone_, 0);
}

TEST_F(ConversationTest, AFullDiskIsAnError) {
  const Fd null = open("/dev/null", O_RDONLY);
  const Fd full = open("/dev/full", O_WRONLY);
  begin(null, full);
  EXPECT_FALSE(write("READY\n"));
  EXPECT_THAT(failure(), HasSubstr("cannot write its standard output: No space left"));
}

TEST_F(ConversationTest, WhatCannotBeReadIsAnError) {
  const TemporaryDirectory directory;
  const Fd tree = open(directory.path(), O_RDONLY | O_DIRECTORY);
  const Fd null = open("/dev/null", O_WRONLY);
  begin(tree, null);
  (void)read();
  EXPECT_THAT(failure(), HasSubstr("cannot read its standard input: Is a directory"));
}

TEST_F(ConversationTest, ClosedDescriptorsAreAnError) {
  const Fd null = open("/dev/null", O_RDWR);
  const Fd closed;
  EXPECT_THROW(begin(closed, null), SystemError);
  EXPECT_THROW(begin(null, closed), SystemError);
}

}  // namespace
}  // namespace grapnel::hookd
