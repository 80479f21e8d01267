// SPDX-License-Identifier: BSD-3-Clause
// The stream client by itself; tests/luci has a host that speaks the butler's side.
#include "runner/luci/butler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace {

using namespace std::chrono_literals;
using grapnel::luci::Butler;
using grapnel::luci::stream_segment;
using testing::HasSubstr;
using testing::MatchesRegex;

// With a path that fits into a socket's address, wherever temporary files are.
class ShortDirectory {
 public:
  ShortDirectory() {
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp: " + path_);
  }
  ShortDirectory(const ShortDirectory&) = delete;
  ShortDirectory& operator=(const ShortDirectory&) = delete;
  ~ShortDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_ = "/tmp/grapnel XXXXXX";
};

// A socket that listens; who connects waits in its queue until somebody takes it.
class Listener {
 public:
  explicit Listener(int backlog) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string text = path();
    if (text.size() >= sizeof address.sun_path) throw std::runtime_error("too long for a socket: " + text);
    std::memcpy(address.sun_path, text.data(), text.size());
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(fd_.get(), backlog), 0);
  }
  [[nodiscard]] std::string path() const { return directory_.path() + "/s"; }
  // The whole of the next stream.
  [[nodiscard]] std::string take() const {
    const hooks::base::Fd connection(::accept(fd_.get(), nullptr, nullptr));
    std::string all;
    std::string part(4096, '\0');
    ssize_t count = 0;
    while ((count = ::read(connection.get(), part.data(), part.size())) > 0)
      all.append(part, 0, static_cast<std::size_t>(count));
    return all;
  }

 private:
  ShortDirectory directory_;
  hooks::base::Fd fd_;
};

TEST(Butler, SendsHeaderAndText) {
  const Listener listener(10);
  Butler butler("unix:" + listener.path(), "ns");
  const auto stream = butler.open("a/b", Butler::Type::text, "text/plain");
  ASSERT_TRUE(stream);
  butler.write(*stream, "one ");
  butler.write(*stream, "two");
  butler.close(*stream);
  butler.write(*stream, "too late");
  const std::string all = listener.take();
  EXPECT_TRUE(all.starts_with("BTLR1\x1E")) << all;
  EXPECT_THAT(all, HasSubstr(R"("name":"ns/a/b")"));
  EXPECT_THAT(all, HasSubstr(R"("type":"text")"));
  EXPECT_TRUE(all.ends_with("}one two")) << all;
  EXPECT_TRUE(butler.finish(60s));
  EXPECT_EQ(butler.problem(), "");
}

TEST(Butler, FramesDatagramsAndKeepsTheLast) {
  const Listener listener(10);
  Butler butler("unix:" + listener.path(), "");
  const auto stream = butler.open("build.proto", Butler::Type::datagram, "application/luci+proto");
  ASSERT_TRUE(stream);
  for (int i = 0; i < 100; ++i) butler.send(*stream, std::string(200, 'x'));
  butler.send(*stream, "last");
  butler.close(*stream);
  const std::string all = listener.take();
  EXPECT_TRUE(all.ends_with("\x04last"));
}

TEST(Butler, WaitsForAFullQueue) {
  const Listener listener(0);
  Butler butler("unix:" + listener.path(), "");
  std::vector<Butler::Id> streams;
  for (int i = 0; i < 5; ++i) {
    const auto stream = butler.open("s" + std::to_string(i), Butler::Type::text, "text/plain");
    ASSERT_TRUE(stream) << butler.problem();
    butler.write(*stream, "text " + std::to_string(i));
    butler.close(*stream);
  }
  std::set<std::string> ends;
  for (int i = 0; i < 5; ++i) {
    const std::string all = listener.take();
    ends.insert(all.substr(all.rfind('}') + 1));
  }
  EXPECT_EQ(ends, (std::set<std::string>{"text 0", "text 1", "text 2", "text 3", "text 4"}));
  EXPECT_TRUE(butler.finish(60s));
}

TEST(Butler, OneThatTakesNothingIsLeftBehind) {
  const Listener listener(10);
  Butler butler("unix:" + listener.path(), "");
  const auto stream = butler.open("s", Butler::Type::datagram, "text/plain");
  ASSERT_TRUE(stream);
  butler.send(*stream, std::string(16U << 20U, 'x'));  // more than a socket holds
  EXPECT_FALSE(butler.finish(10ms));
  EXPECT_THAT(butler.problem(), HasSubstr("within 10 ms"));
  EXPECT_FALSE(butler.open("t", Butler::Type::text, "text/plain"));
}

TEST(Butler, SaysWhoRefuses) {
  Butler butler("unix:/no/such/socket", "");
  EXPECT_FALSE(butler.open("s", Butler::Type::text, "text/plain"));
  EXPECT_THAT(butler.problem(), HasSubstr("/no/such/socket"));
  EXPECT_THAT(butler.problem(), HasSubstr("No such file"));
  EXPECT_THROW(Butler("tcp:1", ""), std::invalid_argument);
  EXPECT_THROW(Butler("unix:" + std::string(108, 'x'), ""), std::invalid_argument);
}

TEST(Butler, NullTakesAll) {
  Butler butler("null", "");
  const auto stream = butler.open("s", Butler::Type::text, "text/plain");
  ASSERT_TRUE(stream);
  butler.write(*stream, "x");
  butler.close(*stream);
  EXPECT_TRUE(butler.finish(0ms));
}

TEST(StreamSegment, IsOneAndStaysUnique) {
  EXPECT_EQ(stream_segment("sqlite3"), "sqlite3");
  EXPECT_EQ(stream_segment("a.b-c_d:e"), "a.b-c_d:e");
  for (const std::string& name : {std::string(), std::string(".."), std::string("a|b"), std::string("-x"),
                                  std::string("\xF0\x9F\x8E\xA3"), std::string(10'000, 'x')}) {
    const std::string segment = stream_segment(name);
    EXPECT_THAT(segment, MatchesRegex("[A-Za-z0-9][A-Za-z0-9:_.-]*"));
    EXPECT_LE(segment.size(), 80U);
  }
  EXPECT_NE(stream_segment("a|b"), stream_segment("a/b"));
  EXPECT_NE(stream_segment(std::string(10'000, 'x')), stream_segment(std::string(10'001, 'x')));
}

}  // namespace
