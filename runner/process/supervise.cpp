// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/supervise.hpp"

#include "runner/base/errors.hpp"
#include "runner/base/seconds.hpp"
#include "runner/process/capture.hpp"
#include "runner/process/child.hpp"
#include "runner/process/hang_report.hpp"
#include "runner/process/oom.hpp"
#include "runner/process/spawn_launcher.hpp"
#include "runner/process/stop_relay.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace grapnel::process {

namespace {

namespace asio = boost::asio;
namespace v2 = boost::process::v2;
using Clock = std::chrono::steady_clock;

ProcessEnd end_of(const siginfo_t& end) {
  if (end.si_code == CLD_EXITED) return Exited{end.si_status};
  return Signaled{end.si_status, end.si_code == CLD_DUMPED};
}

bool is_killed(const ProcessEnd& end) {
  const auto* signaled = std::get_if<Signaled>(&end);
  return signaled != nullptr && signaled->signal == SIGKILL;
}

/// What there may be more of when something else has ended.
bool is_shortage(int error_number) {
  return error_number == EMFILE || error_number == ENFILE || error_number == EAGAIN || error_number == ENOMEM;
}

Environment with_token(Environment environment, const std::string& token) {
  if (token.empty()) return environment;
  const std::string name = std::string(kTokenVariable) + "=";
  std::erase_if(environment, [&](const std::string& variable) { return variable.starts_with(name); });
  environment.insert(environment.begin(), name + token);
  return environment;
}

/// One child with all that belongs to it. Shared by the coroutine and the handlers of its timers and of the stop
/// request, which may come late.
class Supervision : public std::enable_shared_from_this<Supervision> {
 public:
  Supervision(asio::any_io_executor executor, ChildRequest request, Launcher& launcher)
      : executor_(std::move(executor)),
        request_(std::move(request)),
        launcher_(launcher),
        time_limit_(executor_),
        silence_limit_(executor_) {
    request_.environment = with_token(std::move(request_.environment), request_.token);
  }

  /// All that is needed before the start. False where the system has too little of something; see result().
  [[nodiscard]] bool prepare(const std::stop_token& stop) {
    try {
      output_ = std::make_shared<Capture>(executor_, request_.stdout_file, listener(OutputStream::standard_output));
      errors_ = std::make_shared<Capture>(executor_, request_.stderr_file, listener(OutputStream::standard_error));
      relay_.emplace(executor_, stop, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->stop(Stopped::by_request);
      });
    } catch (const SystemError& error) {
      if (!is_shortage(error.error_number())) throw;
      set_not_started({error.error_number(), error.what()});
      return false;
    }
    result_.started = output_->created();
    oom_kills_before_ = oom_kills();
    return true;
  }

  /// Whether it is worth to try it again: somebody still writes the program.
  [[nodiscard]] bool is_busy() {
    start();
    const auto* failure = std::get_if<NotStarted>(&result_.end);
    return child_ == nullptr && failure != nullptr && failure->error_number == ETXTBSY;
  }

  [[nodiscard]] Child* child() const noexcept { return child_.get(); }
  [[nodiscard]] bool is_stopped() const noexcept { return result_.stopped != Stopped::no; }
  ChildResult take_result() { return std::move(result_); }

  void set_canceled() {
    result_.stopped = Stopped::by_request;
    result_.end =
        NotStarted{ECANCELED, "cannot start '" + request_.executable.native() + "': a stop was requested before"};
  }

  /// The child has ended and is reaped.
  void finish(const siginfo_t& end) {
    time_limit_.cancel();
    silence_limit_.cancel();
    relay_.reset();
    result_.duration = Clock::now() - begin_;
    result_.end = end_of(end);
    result_.out_of_memory = is_killed(result_.end) && !is_stopped() && oom_kills() > oom_kills_before_;
    output_->finish();
    errors_->finish();
    result_.stdout_tail = output_->take_tail();
    result_.stderr_tail = errors_->take_tail();
    result_.pipe_still_held = output_->is_held() || errors_->is_held();
    result_.capture_error = output_->error() ? output_->error() : errors_->error();
    if (is_stopped()) {
      result_.leftovers = child_->take_leftovers();
    } else if (child_->group_lives() || result_.pipe_still_held) {
      result_.leftovers = processes_of(child_->group_lives() ? group_ : 0, request_.token);
    }
  }

 private:
  [[nodiscard]] Capture::Listener listener(OutputStream stream) const {
    if (!request_.on_output) return {};
    return [stream, tell = request_.on_output](std::string_view bytes) { tell(stream, bytes); };
  }

  void start() {
    SpawnLauncher launch(launcher_);
    boost::system::error_code failure;
    constexpr int kNull = -1;
    const std::span<const std::string> arguments(request_.arguments);
    begin_ = Clock::now();
    try {
      auto process =
          launch(executor_, failure, request_.executable, arguments.subspan(std::min<std::size_t>(1, arguments.size())),
                 ProgramName{arguments.empty() ? request_.executable.native() : arguments.front()},
                 v2::process_environment(request_.environment), v2::process_start_dir(request_.working_directory),
                 v2::process_stdio{kNull, output_->write_end(), errors_->write_end()},
                 MoreDescriptors{request_.more_fds}, hooks::base::WhenBusy::tell);
      if (failure) {
        set_not_started({failure.value(), launch.error().message});
        return;
      }
      child_ = std::make_shared<Child>(std::move(process),
                                       EndRules{request_.grace_period, request_.kill, request_.token, request_.guard});
    } catch (const std::system_error& error) {
      // It was started and ended at once: the loop can watch no more.
      if (!is_shortage(error.code().value())) throw;
      set_not_started({error.code().value(), error.what()});
      return;
    }
    group_ = child_->id();
    output_->start();
    errors_->start();
    start_limits();
  }

  void set_not_started(NotStarted why) {
    if (is_shortage(why.error_number)) result_.short_of = why.error_number;
    result_.end = std::move(why);
  }

  void start_limits() {
    if (request_.time_limit.count() > 0) {
      time_limit_.expires_at(begin_ + request_.time_limit);
      time_limit_.async_wait([weak = weak_from_this()](const boost::system::error_code& failure) {
        const auto self = weak.lock();
        if (!failure && self) self->stop(Stopped::by_time_limit);
      });
    }
    if (request_.silence_limit.count() > 0) watch_silence(begin_ + request_.silence_limit);
  }

  // One timer for all that is said: where there was a word since it was set, it is set again.
  void watch_silence(Clock::time_point until) {
    silence_limit_.expires_at(until);
    silence_limit_.async_wait([weak = weak_from_this()](const boost::system::error_code& failure) {
      const auto self = weak.lock();
      if (failure || !self || self->is_stopped()) return;
      const auto end = self->last_word() + self->request_.silence_limit;
      if (end > Clock::now()) return self->watch_silence(end);
      self->stop(Stopped::by_silence);
    });
  }

  Clock::time_point last_word() {
    // Where this process was suspended, what came meanwhile may not have been read yet.
    if (output_->has_unread() || errors_->has_unread()) return Clock::now();
    return std::max({begin_, output_->last_read().value_or(begin_), errors_->last_read().value_or(begin_)});
  }

  void stop(Stopped why) {
    if (is_stopped()) return;
    result_.stopped = why;
    if (child_ == nullptr) return;
    if (why != Stopped::by_request) report(why);
    child_->stop();
  }

  void report(Stopped why) {
    const bool silent = why == Stopped::by_silence;
    result_.hang_report =
        hang_report({.group = group_,
                     .token = request_.token,
                     .headline = silent ? "no output for " + in_seconds(request_.silence_limit) + ", so it is stopped"
                                        : "not ended after " + in_seconds(request_.time_limit) + ", so it is stopped",
                     .stdout_tail = output_->tail(),
                     .stderr_tail = errors_->tail()});
    errors_->add_note("\n--- grapnel: " + result_.hang_report);
  }

  asio::any_io_executor executor_;
  ChildRequest request_;
  Launcher& launcher_;
  std::shared_ptr<Capture> output_;
  std::shared_ptr<Capture> errors_;
  std::shared_ptr<Child> child_;
  asio::steady_timer time_limit_;
  asio::steady_timer silence_limit_;
  std::optional<StopRelay> relay_;
  std::optional<std::uint64_t> oom_kills_before_;
  Clock::time_point begin_{};
  pid_t group_ = 0;
  ChildResult result_;
};

/// Ends the child where the coroutine does not come to its end.
struct EndNow {
  explicit EndNow(Child& its_child) : child(its_child) {}
  EndNow(const EndNow&) = delete;
  EndNow& operator=(const EndNow&) = delete;
  ~EndNow() { child.end_now(); }
  Child& child;
};

}  // namespace

asio::awaitable<ChildResult> supervise(ChildRequest request, Launcher& launcher, std::stop_token stop) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto work = std::make_shared<Supervision>(executor, std::move(request), launcher);
  if (stop.stop_requested()) {
    work->set_canceled();
    co_return work->take_result();
  }
  if (!work->prepare(stop)) co_return work->take_result();

  auto pause = std::chrono::milliseconds(1);
  constexpr auto kLongestPause = std::chrono::milliseconds(256);
  while (work->is_busy() && pause <= kLongestPause) {
    asio::steady_timer timer(executor, pause);
    co_await timer.async_wait(asio::use_awaitable);
    pause *= 2;
    if (work->is_stopped()) {
      work->set_canceled();
      co_return work->take_result();
    }
  }
  if (work->child() == nullptr) co_return work->take_result();

  const EndNow at_the_end(*work->child());
  const siginfo_t end = co_await work->child()->wait();
  work->finish(end);
  co_return work->take_result();
}

}  // namespace grapnel::process
