// SPDX-License-Identifier: BSD-3-Clause
#include "runner/worker/worker.hpp"

#include "runner/base/errors.hpp"
#include "runner/process/hang_report.hpp"
#include "runner/process/launcher.hpp"
#include "runner/process/leftovers.hpp"
#include "runner/process/supervise.hpp"
#include "runner/process/watch.hpp"
#include "runner/worker/pipe.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <exception>
#include <optional>
#include <stop_token>
#include <utility>

namespace grapnel::worker {

namespace asio = boost::asio;
namespace pep517 = hooks::pep517;

namespace {

// A worker that is none (a program that waits for something else) is given up after so long.
constexpr auto kStartLimit = std::chrono::seconds(60);

std::size_t unread_bytes(int read_end) {
  int available = 0;
  return ::ioctl(read_end, FIONREAD, &available) == 0 ? static_cast<std::size_t>(available) : 0;
}

/// What a process may use: a hook that changes it changes it for the hooks after it.
using Limits = std::array<rlimit64, RLIM_NLIMITS>;

Limits limits_of(pid_t process) {
  Limits limits{};
  for (unsigned i = 0; i < limits.size(); ++i) {
    // One that cannot be read stays zero, each time.
    ::prlimit64(process, static_cast<__rlimit_resource>(i), nullptr, &limits.at(i));
  }
  return limits;
}

bool operator!=(const Limits& left, const Limits& right) {
  return std::memcmp(left.data(), right.data(), sizeof left) != 0;
}

std::string next_token(const std::string& run_id) {
  static std::atomic<unsigned> number = 0;
  return run_id + "/worker" + std::to_string(++number);
}

/// Remembers whom it started.
class RememberingLauncher final : public process::Launcher {
 public:
  hooks::base::Expected<pid_t> launch(const hooks::base::SpawnRequest& request) override {
    auto pid = hooks::base::spawn(request);
    if (pid) pid_ = *pid;
    return pid;
  }
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

 private:
  pid_t pid_ = 0;
};

}  // namespace

/// Shared by the Worker and the coroutine that waits for the end of the process.
class Worker::Life : public std::enable_shared_from_this<Life> {
 public:
  Life(const asio::any_io_executor& executor, Command command, const Surroundings& surroundings)
      : executor_(executor),
        command_(std::move(command)),
        surroundings_(surroundings),
        token_(next_token(surroundings.run_id)),
        calls_(executor),
        answers_(executor),
        limit_(executor),
        over_(executor, asio::steady_timer::time_point::max()) {
    Pipe calls = make_pipe();
    Pipe answers = make_pipe();
    calls_path_ = path_for_others(calls.read_end);
    answers_path_ = path_for_others(answers.write_end);
    calls_read_end_ = std::move(calls.read_end);
    answers_write_end_ = std::move(answers.write_end);
    process::watch(calls_, std::move(calls.write_end), "cannot watch the pipe to a worker");
    process::watch(answers_, std::move(answers.read_end), "cannot watch the pipe from a worker");
  }

  void start() {
    if (!command_.preamble.empty()) {
      // Fits into an empty pipe, and nobody reads yet.
      hooks::base::Expected<void> written =
          hooks::base::write_all(calls_.native_handle(), command_.preamble, "the pipe to a worker");
      if (!written) throw SystemError(written.error());
    }
    asio::co_spawn(
        executor_, [self = shared_from_this()] { return self->live(); },
        [self = shared_from_this()](const std::exception_ptr& failure) { self->set_ended(failure); });
  }

  [[nodiscard]] bool has_ended() const noexcept { return ended_; }
  [[nodiscard]] bool is_spoiled() const noexcept { return is_spoiled_; }
  [[nodiscard]] const std::string& name() const noexcept { return command_.name; }
  [[nodiscard]] const std::string& version() const noexcept { return version_; }

  asio::awaitable<CallResult> call(pep517::Call call, std::chrono::milliseconds time_limit) {
    call.nonce = process::new_run_id();
    const std::string frame = pep517::to_frame(to_fields(call));
    if (time_limit.count() > 0) set_limit(time_limit, Death::Cause::time_limit);
    const bool was_ready = is_ready();
    if (!was_ready && !(time_limit.count() > 0 && time_limit < kStartLimit))
      set_limit(kStartLimit, Death::Cause::start);
    const std::size_t written = co_await write(frame);
    bool is_written = written == frame.size();
    CallResult result = Death{};
    while (true) {
      if (cause_ == Death::Cause::itself) {
        std::optional<pep517::Answer> answer = next_answer();
        if (answer && answer->nonce == call.nonce) {
          result = *std::move(answer);
          is_spoiled_ = limits_of(launcher_.pid()) != limits_before_;
          break;
        }
        if (answer) {
          if (answer->nonce.empty() && answer->kind == "READY" && !is_ready()) {
            version_ = answer->text;
            limits_before_ = limits_of(launcher_.pid());
            if (time_limit.count() > 0) {
              set_limit(time_limit, Death::Cause::time_limit);
            } else {
              limit_.cancel();
            }
          }
          continue;  // else somebody's rubbish
        }
      }
      if (ended_) {
        result = death(is_written && unread_bytes(calls_read_end_.get()) < written);
        break;
      }
      if (is_ready() && !ended_) static_cast<void>(has_answered_soon());
      co_await read_some();
    }
    limit_.cancel();
    co_return result;
  }

  void stop(Death::Cause cause) {
    if (ended_ || stop_.stop_requested()) return;
    cause_ = cause;
    if (cause == Death::Cause::time_limit) report();
    stop_.request_stop();
  }

  asio::awaitable<void> end() {
    if (ended_) co_return;
    calls_.close();
    limit_.expires_after(surroundings_.grace_period);
    limit_.async_wait([weak = weak_from_this()](const boost::system::error_code& failure) {
      const auto self = weak.lock();
      if (!failure && self) self->stop(Death::Cause::stop);
    });
    while (!ended_) {
      boost::system::error_code ignored;
      co_await over_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    limit_.cancel();
  }

 private:
  [[nodiscard]] bool is_ready() const noexcept { return !version_.empty(); }

  asio::awaitable<void> live() {
    process::ChildRequest request{.executable = command_.executable,
                                  .arguments = command_.arguments,
                                  .environment = surroundings_.environment,
                                  .working_directory = surroundings_.working_directory,
                                  .stdout_file = {},
                                  .stderr_file = {},
                                  .grace_period = surroundings_.grace_period,
                                  .token = token_,
                                  .guard = surroundings_.guard.get()};
    request.arguments.push_back(calls_path_.native());
    request.arguments.push_back(answers_path_.native());
    request.arguments.insert(request.arguments.end(), command_.more_arguments.begin(), command_.more_arguments.end());
    result_ = co_await process::supervise(std::move(request), launcher_, stop_.get_token());
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
    // What it had answered before its end is in the pipe: whoever waits looks once more.
    take_rest();
    boost::system::error_code ignored;  // of a pipe that is closed already
    answers_.cancel(ignored);
    calls_.cancel(ignored);
    over_.cancel();
  }

  void set_limit(std::chrono::steady_clock::duration limit, Death::Cause cause) {
    limit_.expires_after(limit);
    limit_.async_wait([weak = weak_from_this(), cause](const boost::system::error_code& failure) {
      const auto self = weak.lock();
      if (!failure && self) self->stop(cause);
    });
  }

  // How many bytes: all of them, but where the worker ends meanwhile.
  asio::awaitable<std::size_t> write(const std::string& frame) {
    if (ended_) co_return 0;
    boost::system::error_code failure;
    auto token = asio::redirect_error(asio::use_awaitable, failure);
    co_return co_await asio::async_write(calls_, asio::buffer(frame), token);
  }

  // A small hook answers sooner than a process that sleeps is woken.
  bool has_answered_soon() {
    constexpr auto kSoon = std::chrono::microseconds(100);
    const auto end = std::chrono::steady_clock::now() + kSoon;
    do {
      if (unread_bytes(answers_.native_handle()) > 0) return true;
      ::sched_yield();
    } while (std::chrono::steady_clock::now() < end);
    return false;
  }

  asio::awaitable<void> read_some() {
    std::array<char, 4096> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read into below
    boost::system::error_code failure;
    auto token = asio::redirect_error(asio::use_awaitable, failure);
    const std::size_t size = co_await answers_.async_read_some(asio::buffer(buffer), token);
    // Of one that is being ended, nothing counts any more.
    if (cause_ == Death::Cause::itself) reader_.feed({buffer.data(), size});
  }

  void take_rest() {
    std::array<char, 65536> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read into below
    // Whoever has found the pipe may still write: no more than it holds.
    for (int turn = 0; turn < 16; ++turn) {
      // Not the descriptor's own read_some(), which waits.
      const auto size = ::read(answers_.native_handle(), buffer.data(), buffer.size());
      if (size <= 0) break;
      reader_.feed({buffer.data(), static_cast<std::size_t>(size)});
    }
  }

  std::optional<pep517::Answer> next_answer() {
    const auto give_up = [this](const hooks::base::Error& error) {
      fault_ = error.message;
      cause_ = Death::Cause::rubbish;
      stop_.request_stop();
    };
    auto fields = reader_.next();
    if (!fields) {
      give_up(fields.error());
      return std::nullopt;
    }
    if (!*fields) return std::nullopt;
    auto answer = pep517::to_answer(**fields);
    if (!answer) {
      give_up(answer.error());
      return std::nullopt;
    }
    return *std::move(answer);
  }

  void report() {
    hang_report_ = process::hang_report({.group = launcher_.pid(),
                                         .token = token_,
                                         .headline = "the hook did not end within its time limit, so it is stopped"});
  }

  Death death(bool was_taken) {
    Death::Cause cause = cause_;
    if (!is_ready() && cause != Death::Cause::stop) cause = Death::Cause::start;
    return {.cause = cause,
            .end = result_.end,
            .out_of_memory = result_.out_of_memory,
            .last_words = cause == Death::Cause::rubbish ? fault_ : result_.stderr_tail + result_.stdout_tail,
            .hang_report = hang_report_,
            .was_taken = was_taken};
  }

  asio::any_io_executor executor_;
  Command command_;
  Surroundings surroundings_;
  std::string token_;
  RememberingLauncher launcher_;
  asio::posix::stream_descriptor calls_;
  hooks::base::Fd calls_read_end_;
  asio::posix::stream_descriptor answers_;
  hooks::base::Fd answers_write_end_;
  std::filesystem::path calls_path_;
  std::filesystem::path answers_path_;
  pep517::FrameReader reader_;
  asio::steady_timer limit_;
  asio::steady_timer over_;  ///< cancelled when the process has ended
  std::stop_source stop_;
  Death::Cause cause_ = Death::Cause::itself;
  bool ended_ = false;
  bool is_spoiled_ = false;
  Limits limits_before_{};
  process::ChildResult result_;
  std::string version_;
  std::string fault_;
  std::string hang_report_;
};

Worker::Worker(const asio::any_io_executor& executor, Command command, const Surroundings& surroundings)
    : life_(std::make_shared<Life>(executor, std::move(command), surroundings)) {
  life_->start();
}

Worker::~Worker() { life_->stop(Death::Cause::stop); }

asio::awaitable<CallResult> Worker::call(pep517::Call call, std::chrono::milliseconds time_limit) {
  return life_->call(std::move(call), time_limit);
}
void Worker::stop() { life_->stop(Death::Cause::stop); }
bool Worker::has_ended() const noexcept { return life_->has_ended(); }
bool Worker::is_spoiled() const noexcept { return life_->is_spoiled(); }
const std::string& Worker::name() const noexcept { return life_->name(); }
const std::string& Worker::version() const noexcept { return life_->version(); }
asio::awaitable<void> Worker::end() { return life_->end(); }

}  // namespace grapnel::worker
