// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/session.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/shown.hpp"
#include "hooks_api/base/tail.hpp"
#include "hooks_api/build_target/stage_document.hpp"
#include "runner/base/errors.hpp"
#include "runner/base/seconds.hpp"
#include "runner/process/hang_report.hpp"
#include "runner/process/watch.hpp"
#include "runner/target/loop.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <utility>

namespace grapnel::target {

namespace asio = boost::asio;
using hooks::Json;

namespace {

// Who is no session says nothing; who is one may have to load something first.
constexpr auto kStartLimit = std::chrono::seconds(60);
constexpr std::string_view kChannel = "the channel to a hook";

// A program says much, and who wants to know needs the last of it.
void keep_end(std::string& text, std::string_view more) {
  text += more;
  if (text.size() > 2 * process::kTailBytes) text.erase(0, text.size() - process::kTailBytes);
}

}  // namespace

/// Shared by the Session and the coroutine that waits for the end of the process.
class Session::Life final : public std::enable_shared_from_this<Life>, private process::Launcher {
 public:
  Life(Loop& loop, SessionCommand command)
      : loop_(loop),
        command_(std::move(command)),
        channel_(loop.context()),
        limit_(loop.context()),
        over_(loop.context(), asio::steady_timer::time_point::max()) {}

  void start() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      throw SystemError("cannot make " + std::string(kChannel), errno);
    }
    hooks::base::Fd ours(ends[0]);
    theirs_ = hooks::base::Fd(ends[1]);
    process::watch(channel_, std::move(ours), std::string(kChannel));
    asio::co_spawn(
        loop_.context(), [self = shared_from_this()] { return self->live(); },
        [self = shared_from_this()](const std::exception_ptr& failure) { self->set_ended(failure); });
  }

  asio::awaitable<CallResult> call(std::string method, Json params, std::chrono::milliseconds time_limit) {
    const std::int64_t id = ++last_id_;
    std::string line =
        Json(Json::Object{{"id", id}, {"method", std::move(method)}, {"params", std::move(params)}}).to_string();
    line += '\n';
    if (time_limit.count() > 0) {
      set_limit(time_limit);
    } else if (!is_ready_) {
      set_limit(kStartLimit);
    }
    co_await write(line);
    std::optional<CallResult> result;
    while (!result) {
      while (!result && cause_ == SessionEnd::Cause::itself) {
        const std::optional<std::string> text = next_line();
        if (!text) break;
        result = take(*text, id);
        if (is_ready_ && !result && time_limit.count() == 0) limit_.cancel();
      }
      if (result) {
        limit_.cancel();
        co_await take_printed();
        break;
      }
      if (ended_) {
        result = end_of_process();
        break;
      }
      co_await read_some();
    }
    limit_.cancel();
    co_return *std::move(result);
  }

  asio::awaitable<bool> close() {
    if (ended_) co_return true;
    const std::string line = Json(Json::Object{{"id", ++last_id_}, {"method", "close"}}).to_string() + '\n';
    co_await write(line);
    boost::system::error_code ignored;
    if (channel_.is_open()) ::shutdown(channel_.native_handle(), SHUT_WR);
    limit_.expires_after(loop_.options().grace_period);
    limit_.async_wait([weak = weak_from_this()](const boost::system::error_code& failure) {
      const auto self = weak.lock();
      if (!failure && self) self->stop_.request_stop();
    });
    while (!ended_) co_await over_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    limit_.cancel();
    co_return true;
  }

  void kill() { stop_.request_stop(); }
  [[nodiscard]] bool has_ended() const noexcept { return ended_; }

  std::string new_stdout_text;
  std::string new_stderr_text;

 private:
  asio::awaitable<void> live() {
    process::ChildRequest request{.executable = command_.executable,
                                  .arguments = command_.arguments,
                                  .environment = command_.environment,
                                  .working_directory = command_.working_directory,
                                  .stdout_file = command_.stdout_file,
                                  .stderr_file = command_.stderr_file};
    request.arguments.emplace_back("--session=3");
    request.more_fds = {theirs_.get()};
    request.on_output = [this](process::OutputStream stream, std::string_view text) {
      keep_end(stream == process::OutputStream::standard_error ? new_stderr_text : new_stdout_text, text);
    };
    loop_.equip(request);
    token_ = request.token;
    // Whoever asks all to stop asks this one, too.
    const auto stop_this = [this] { stop_.request_stop(); };
    const std::stop_callback<decltype(stop_this)> on_stop(loop_.options().stop, stop_this);
    result_ = co_await process::supervise(std::move(request), *this, stop_.get_token());
  }

  // As long as this process has the child's end of the channel, nobody sees that the child has closed it.
  hooks::base::Expected<pid_t> launch(const hooks::base::SpawnRequest& request) override {
    auto pid = loop_.launcher().launch(request);
    if (pid) {
      theirs_ = hooks::base::Fd();
      group_ = *pid;
    }
    return pid;
  }

  void set_ended(const std::exception_ptr& failure) {
    if (failure) {
      try {
        std::rethrow_exception(failure);
      } catch (const std::exception& error) {
        result_.end = NotStarted{EIO, error.what()};
      }
    }
    ended_ = true;
    theirs_ = hooks::base::Fd();
    take_rest();
    boost::system::error_code ignored;
    channel_.cancel(ignored);
    over_.cancel();
  }

  void set_limit(std::chrono::steady_clock::duration limit) {
    limit_.expires_after(limit);
    limit_.async_wait([weak = weak_from_this()](const boost::system::error_code& failure) {
      const auto self = weak.lock();
      if (failure || !self || self->ended_) return;
      self->cause_ = SessionEnd::Cause::time_limit;
      self->hang_report_ = process::hang_report(
          {.group = self->group_,
           .token = self->token_,
           .headline = self->command_.name + " did not answer within its time limit, so it is stopped",
           .stdout_tail = self->new_stdout_text,
           .stderr_tail = self->new_stderr_text});
      self->stop_.request_stop();
    });
  }

  // By send(), which makes no SIGPIPE. Whoever does not read has ended, or will not answer.
  asio::awaitable<void> write(std::string_view line) {
    boost::system::error_code failure;
    while (!line.empty() && !ended_ && !failure) {
      const auto size = ::send(channel_.native_handle(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (size >= 0) {
        line.remove_prefix(static_cast<std::size_t>(size));
      } else if (errno == EAGAIN) {
        co_await channel_.async_wait(asio::posix::stream_descriptor::wait_write,
                                     asio::redirect_error(asio::use_awaitable, failure));
      } else if (errno != EINTR) {
        co_return;
      }
    }
  }

  asio::awaitable<void> read_some() {
    std::array<char, 65536> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read into below
    boost::system::error_code failure;
    auto token = asio::redirect_error(asio::use_awaitable, failure);
    const std::size_t size = co_await channel_.async_read_some(asio::buffer(buffer), token);
    feed({buffer.data(), size});
    if (failure && !ended_) co_await wait_for_end();
  }

  // What it printed before it answered is in the pipes by now, and belongs to this call: the loop looks at them once
  // more, and then runs what reads them.
  asio::awaitable<void> take_printed() {
    constexpr int kTurns = 2;
    for (int turn = 0; turn < kTurns; ++turn) co_await asio::post(loop_.context(), asio::use_awaitable);
  }

  // Its end of the channel is closed: it is about to end, or will never answer.
  asio::awaitable<void> wait_for_end() {
    constexpr auto kSoon = std::chrono::seconds(2);
    boost::system::error_code ignored;
    over_.expires_after(kSoon);
    co_await over_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (!ended_ && cause_ == SessionEnd::Cause::itself) give_up("nothing: it closed its end and lives on");
    over_.expires_at(asio::steady_timer::time_point::max());
    while (!ended_) co_await over_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  void feed(std::string_view bytes) {
    if (cause_ != SessionEnd::Cause::itself) return;
    bytes_ += bytes;
    if (bytes_.size() > hooks::build_target::kLargestLine) give_up("a line of more than 32 MiB");
  }

  void take_rest() {
    if (!channel_.is_open()) return;
    std::array<char, 65536> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read into below
    // Whoever has inherited the channel may still write: no more than it holds.
    for (int turn = 0; turn < 16; ++turn) {
      const auto size = ::recv(channel_.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (size <= 0) break;
      feed({buffer.data(), static_cast<std::size_t>(size)});
    }
  }

  std::optional<std::string> next_line() {
    const std::size_t end = bytes_.find('\n');
    if (end == std::string::npos) return std::nullopt;
    std::string line = bytes_.substr(0, end);
    bytes_.erase(0, end + 1);
    return line;
  }

  void give_up(std::string what) {
    cause_ = is_ready_ ? SessionEnd::Cause::rubbish : SessionEnd::Cause::not_ready;
    detail_ = std::move(what);
    stop_.request_stop();
  }

  std::optional<CallResult> take(const std::string& line, std::int64_t id) {
    const auto document = hooks::base::parse_json(line);
    const Json::Object* object = document ? document->as_object() : nullptr;
    if (object == nullptr) {
      give_up(hooks::base::shown(line.substr(0, 200)));
      return std::nullopt;
    }
    if (!is_ready_) {
      const Json* ready = object->find("ready");
      if (ready == nullptr || *ready != Json(1)) {
        give_up(hooks::base::shown(line.substr(0, 200)));
        return std::nullopt;
      }
      is_ready_ = true;
      return std::nullopt;
    }
    const Json* its_id = object->find("id");
    const Json* result = object->find("result");
    const Json* error = object->find("error");
    if (its_id == nullptr || *its_id != Json(id) || (result == nullptr) == (error == nullptr) ||
        (result != nullptr && result->as_object() == nullptr) || (error != nullptr && error->as_object() == nullptr)) {
      give_up(hooks::base::shown(line.substr(0, 200)));
      return std::nullopt;
    }
    Answer answer;
    if (result != nullptr) answer.result = *result->as_object();
    if (error != nullptr) answer.error = *error->as_object();
    return answer;
  }

  SessionEnd end_of_process() {
    SessionEnd::Cause cause = cause_;
    if (cause == SessionEnd::Cause::itself && !is_ready_) cause = SessionEnd::Cause::not_ready;
    if (loop_.options().stop.stop_requested()) cause = SessionEnd::Cause::stop;
    return {.cause = cause,
            .end = result_.end,
            .detail = detail_,
            .out_of_memory = result_.out_of_memory,
            .hang_report = hang_report_};
  }

  Loop& loop_;
  SessionCommand command_;
  asio::posix::stream_descriptor channel_;
  hooks::base::Fd theirs_;
  asio::steady_timer limit_;
  asio::steady_timer over_;  ///< cancelled when the process has ended
  std::stop_source stop_;
  std::string bytes_;  ///< that came and were not taken
  std::string token_;
  pid_t group_ = 0;
  std::string detail_;
  std::string hang_report_;
  std::int64_t last_id_ = 0;
  bool is_ready_ = false;
  bool ended_ = false;
  SessionEnd::Cause cause_ = SessionEnd::Cause::itself;
  process::ChildResult result_;
};

Session::Session(Loop& loop, SessionCommand command)
    : loop_(&loop), life_(std::make_shared<Life>(loop, std::move(command))) {
  life_->start();
}

Session::~Session() {
  if (life_ != nullptr) life_->kill();
}

Session::CallResult Session::call(std::string_view method, Json params, std::chrono::milliseconds time_limit) {
  return loop_->run(life_->call(std::string(method), std::move(params), time_limit));
}

void Session::close() { (void)loop_->run(life_->close()); }

std::string Session::new_stderr() { return std::exchange(life_->new_stderr_text, {}); }
std::string Session::new_stdout() { return std::exchange(life_->new_stdout_text, {}); }

}  // namespace grapnel::target
