// SPDX-License-Identifier: BSD-3-Clause
#include "runner/luci/butler.hpp"

#include "hooks_api/base/json.hpp"
#include "hooks_api/base/sha256.hpp"
#include "runner/base/errors.hpp"
#include "runner/report/luci_encoders.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace grapnel::luci {

namespace {

constexpr std::size_t kMostPending = 256U << 10U;
constexpr std::size_t kMostStreams = 256;  // each is a descriptor
constexpr int kRetryMilliseconds = 50;

std::string varint(std::size_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7U) out += static_cast<char>((value & 0x7FU) | 0x80U);
  return out + static_cast<char>(value);
}

std::string_view name_of(Butler::Type type) {
  switch (type) {
    case Butler::Type::text:
      return "text";
    case Butler::Type::binary:
      return "binary";
    case Butler::Type::datagram:
      break;
  }
  return "datagram";
}

// What each connection begins with.
std::string header_of(const std::string& name, Butler::Type type, const std::string& content_type) {
  const std::string json =
      hooks::Json(hooks::Json::Object{{"contentType", content_type},
                                      {"name", name},
                                      {"tags", hooks::Json::Object()},
                                      {"timestamp", report::luci::rfc3339(std::chrono::system_clock::now())},
                                      {"type", name_of(type)}})
          .to_string();
  return "BTLR1\x1E" + varint(json.size()) + json;
}

}  // namespace

Butler::Butler(std::string_view server, std::string space) : space_(std::move(space)) {
  constexpr std::string_view kUnix = "unix:";
  if (server == "null") return;
  if (!server.starts_with(kUnix)) {
    throw std::invalid_argument("LOGDOG_STREAM_SERVER_PATH is '" + std::string(server) +
                                "'; only 'unix:PATH' and 'null' are known");
  }
  path_ = server.substr(kUnix.size());
  if (path_.empty() || path_.size() >= sizeof(sockaddr_un::sun_path)) {
    throw std::invalid_argument("LOGDOG_STREAM_SERVER_PATH: a socket's path has 1 to " +
                                std::to_string(sizeof(sockaddr_un::sun_path) - 1) + " bytes, not " +
                                std::to_string(path_.size()));
  }
  wake_ = hooks::base::Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake_) throw SystemError("no descriptor for LogDog's butler", errno);
  // Signals are for those who wait for them: one that came to this thread would end the program.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { work(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Butler::~Butler() { (void)finish(std::chrono::milliseconds(0)); }

bool Butler::connect(Stream& stream) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path_.data(), path_.size());
  const int result = hooks::base::repeat_on_eintr(
      [&] { return ::connect(stream.fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address); });
  // A queue that is full is tried again by the thread.
  stream.is_connected = result == 0;
  return result == 0 || errno == EAGAIN;
}

void Butler::fail(const Stream& stream, const std::string& why) {
  took_everything_ = false;
  if (problem_.empty()) problem_ = "LogDog's butler at '" + path_ + "', stream '" + stream.name + "': " + why;
}

std::optional<Butler::Id> Butler::open(const std::string& name, Type type, const std::string& content_type) {
  const std::scoped_lock lock(mutex_);
  if (path_.empty()) return next_id_++;
  if (is_finishing_) return std::nullopt;
  Stream stream{.name = space_.empty() ? name : space_ + "/" + name, .type = type};
  if (streams_.size() >= kMostStreams) {
    fail(stream, "it has still to take " + std::to_string(kMostStreams) + " others");
    return std::nullopt;
  }
  stream.fd = hooks::base::Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!stream.fd || !connect(stream)) {
    fail(stream, std::strerror(errno));
    return std::nullopt;
  }
  stream.pending = header_of(stream.name, type, content_type);
  const Id id = next_id_++;
  streams_.emplace(id, std::move(stream));
  wake();
  return id;
}

void Butler::write(Id stream, std::string_view bytes) {
  const std::scoped_lock lock(mutex_);
  const auto found = streams_.find(stream);
  if (found == streams_.end() || found->second.is_closing) return;
  Stream& to = found->second;
  if (to.pending.size() - to.sent + bytes.size() > kMostPending) {
    to.dropped += bytes.size();
    return;
  }
  if (to.sent > kMostPending) {  // what was sent goes once in a while
    to.pending.erase(0, to.sent);
    to.sent = 0;
  }
  if (to.dropped != 0) {
    to.pending += "\n[grapnel: " + std::to_string(to.dropped) + " bytes are missing here: the butler was too slow]\n";
    to.dropped = 0;
  }
  to.pending += bytes;
  wake();
}

void Butler::send(Id stream, std::string_view datagram) {
  const std::scoped_lock lock(mutex_);
  const auto found = streams_.find(stream);
  if (found == streams_.end() || found->second.is_closing) return;
  found->second.next = varint(datagram.size()) + std::string(datagram);
  wake();
}

void Butler::close(Id stream) {
  const std::scoped_lock lock(mutex_);
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  found->second.is_closing = true;
  wake();
}

void Butler::wake() const {
  const std::uint64_t one = 1;
  // A full counter is awake already.
  (void)hooks::base::repeat_on_eintr([&] { return ::write(wake_.get(), &one, sizeof one); });
}

// False where the stream has come to its end, in whatever way.
bool Butler::send_some(Stream& stream) {
  if (!stream.is_connected && !connect(stream)) {
    fail(stream, std::strerror(errno));
    return false;
  }
  while (stream.is_connected && stream.has_work()) {
    if (stream.sent == stream.pending.size()) {
      stream.pending = std::move(*stream.next);
      stream.sent = 0;
      stream.next.reset();
    }
    const std::string_view rest = std::string_view(stream.pending).substr(stream.sent);
    const ssize_t count = hooks::base::repeat_on_eintr(
        [&] { return ::send(stream.fd.get(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT); });
    if (count < 0 && errno == EAGAIN) return true;
    if (count < 0) {
      fail(stream, std::string("it took no more: ") + std::strerror(errno));
      return false;
    }
    stream.sent += static_cast<std::size_t>(count);
  }
  return !stream.is_connected || !stream.is_closing;
}

void Butler::work() {
  std::unique_lock lock(mutex_);
  std::vector<pollfd> fds;
  while (!is_stopped_) {
    bool retries = false;
    fds.assign(1, {wake_.get(), POLLIN, 0});
    for (auto stream = streams_.begin(); stream != streams_.end();) {
      if (!send_some(stream->second)) {
        stream = streams_.erase(stream);
        continue;
      }
      if (!stream->second.is_connected) {
        retries = true;
      } else if (stream->second.has_work()) {
        fds.push_back({stream->second.fd.get(), POLLOUT, 0});
      }
      ++stream;
    }
    changed_.notify_all();
    lock.unlock();
    ::poll(fds.data(), fds.size(), retries ? kRetryMilliseconds : -1);
    std::uint64_t count = 0;
    if ((fds.front().revents & POLLIN) != 0) (void)::read(wake_.get(), &count, sizeof count);
    lock.lock();
  }
}

bool Butler::finish(std::chrono::milliseconds limit) {
  if (!thread_.joinable()) return took_everything_;
  {
    std::unique_lock lock(mutex_);
    is_finishing_ = true;
    for (auto& [id, stream] : streams_) stream.is_closing = true;
    wake();
    if (!changed_.wait_for(lock, limit, [this] { return streams_.empty(); })) {
      fail(streams_.begin()->second,
           "it did not take all of it within " + std::to_string(limit.count()) + " ms; the rest is dropped");
    }
    is_stopped_ = true;
    wake();
  }
  thread_.join();
  streams_.clear();
  return took_everything_;
}

std::string Butler::problem() const {
  const std::scoped_lock lock(mutex_);
  return problem_;
}

std::string stream_segment(std::string_view text) {
  constexpr std::size_t kMost = 80;
  constexpr std::size_t kDigest = 8;
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  std::string out;
  bool is_whole = text.size() <= kMost;
  for (const char c : text.substr(0, kMost - kDigest - 1)) {
    const bool fits = is_plain(c) || (!out.empty() && (c == ':' || c == '_' || c == '.' || c == '-'));
    if (out.empty() && !fits) out += 'x';
    out += fits ? c : '_';
    is_whole = is_whole && fits;
  }
  if (is_whole && !text.empty() && text.size() < kMost - kDigest) return out;
  return (out.empty() ? "x" : out) + "-" + hooks::base::sha256_hex(text).substr(0, kDigest);
}

}  // namespace grapnel::luci
