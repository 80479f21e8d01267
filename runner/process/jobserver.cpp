// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/jobserver.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/jobserver.hpp"
#include "runner/base/errors.hpp"
#include "runner/process/stop_relay.hpp"
#include "runner/process/watch.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <utility>

namespace grapnel::process {

namespace {

namespace asio = boost::asio;
using hooks::base::Fd;
using hooks::base::JobserverClient;

/// How long tokens stay where they are before they are looked at again: short after something has changed, longer and
/// longer while nothing does.
constexpr auto kShortestPause = std::chrono::milliseconds(1);
constexpr auto kLongestPause = std::chrono::milliseconds(16);
/// How much longer a client leaves a token to others that nobody here took.
constexpr int kPausesWithoutOffer = 2;

/// Calls a function once when something can be read from a pipe; through a description of its own, since closing is
/// what ends the event loop's interest in it. Nothing is missed without it: the timer looks, too.
class Bell {
 public:
  explicit Bell(const asio::any_io_executor& executor) : pipe_(executor) {}

  template <typename Ring>
  void arm(int pipe, Ring ring) {
    if (pipe_.is_open()) return;
    auto own = hooks::base::own_description(pipe, O_RDONLY | O_NONBLOCK);
    if (!own) return;
    boost::system::error_code refused;
    pipe_.assign(own->get(), refused);
    if (refused) return;
    static_cast<void>(own->release());
    pipe_.async_wait(asio::posix::descriptor_base::wait_read,
                     [ring = std::move(ring)](const boost::system::error_code& failure) {
                       if (!failure) ring();
                     });
  }
  void disarm() {
    boost::system::error_code ignored;
    pipe_.close(ignored);
  }

 private:
  asio::posix::stream_descriptor pipe_;
};

}  // namespace

/// One child's pipe.
struct Jobserver::Slot::Lane {
  explicit Lane(std::shared_ptr<State> its_state);
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;
  ~Lane();

  /// The tokens that lie in the pipe. More than were lent are nobody's, and thrown away.
  [[nodiscard]] unsigned unclaimed();
  [[nodiscard]] unsigned taken() { return lent - unclaimed(); }
  /// Puts one token into the pipe.
  [[nodiscard]] bool lend();
  /// Takes one back; false where none lies there.
  [[nodiscard]] bool take_back();

  std::shared_ptr<State> state;
  Fd read_end;
  Fd write_end;
  Fd own;  ///< both ends, non-blocking, of our own description
  Bell bell;
  unsigned lent = 0;    ///< tokens that are in the pipe, or that the child has
  unsigned claims = 0;  ///< what the child had when it was last looked at
};

struct Jobserver::State : std::enable_shared_from_this<State> {
  using Lane = Slot::Lane;

  State(const asio::any_io_executor& its_executor, unsigned its_jobs)
      : executor(its_executor),
        timer(its_executor),
        outer_bell(its_executor),
        jobs(std::max(1U, its_jobs)),
        limit(jobs),
        total(jobs),
        free(jobs) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    while (give_back()) {
    }
  }

  /// One acquire() call: in the queue until it is granted a token or gone.
  struct Waiter {
    explicit Waiter(State& its_state) : state(its_state), wake(its_state.executor) {
      wake.expires_at(asio::steady_timer::time_point::max());
      state.waiters.push_back(this);
    }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() {
      std::erase(state.waiters, this);
      if (!granted) return;
      ++state.free;
      state.distribute();
    }
    State& state;
    asio::steady_timer wake;
    bool granted = false;
  };

  void become_client(JobserverClient client) {
    outer = std::move(client);
    total = free = 1;
  }

  /// As a client: one more token from the outer jobserver, where it has one.
  bool fetch() {
    if (!outer || total >= limit) return false;
    const auto token = outer->try_take();
    if (!token) return false;
    held += *token;
    ++total;
    ++free;
    return true;
  }

  /// As a client: a token that was fetched goes back. Which byte of those held does not matter to the outer jobserver.
  bool give_back() {
    if (held.empty()) return false;
    static_cast<void>(outer->give_back(held.back()));
    held.pop_back();
    return true;
  }

  bool return_free_token() {
    if (free == 0 || !give_back()) return false;
    --total;
    --free;
    return true;
  }

  /// Makes one token free that lies unclaimed in a pipe.
  bool take_back() {
    const auto lane = std::find_if(lanes.begin(), lanes.end(), [](Lane* each) { return each->take_back(); });
    if (lane == lanes.end()) return false;
    ++free;
    return true;
  }

  /// Takes tokens away that are more than the limit, as far as nobody has them.
  void retire() {
    while (total > limit && (free > 0 || take_back())) {
      if (outer) {
        if (!return_free_token()) return;
      } else {
        --total;
        --free;
      }
    }
  }

  void serve_waiters() {
    while (!waiters.empty() && total <= limit && (free > 0 || take_back() || fetch())) {
      Waiter& first = *waiters.front();
      waiters.pop_front();
      --free;
      first.granted = true;
      first.wake.cancel();
      changed = true;
    }
  }

  /// The tokens that nobody has are shared out evenly; what cannot be shared goes around, so that it is offered to each
  /// child in turn: nothing says whether a child wants one.
  void share_out(unsigned tokens) {
    const auto count = static_cast<unsigned>(lanes.size());
    const unsigned each = tokens / count;
    const unsigned more = tokens % count;
    std::vector<unsigned> surplus_of(lanes.size());
    const auto wanted = [&](std::size_t index) {
      const std::size_t turn = (index + lanes.size() - next_lane) % lanes.size();
      return each + (turn < more ? 1U : 0U);
    };
    for (std::size_t index = 0; index < lanes.size(); ++index) {
      for (unsigned there = lanes[index]->unclaimed(); there > wanted(index) && lanes[index]->take_back(); --there)
        ++free;
    }
    for (std::size_t index = 0; index < lanes.size(); ++index) {
      for (unsigned there = lanes[index]->unclaimed(); there < wanted(index) && free > 0; ++there) {
        if (!lanes[index]->lend()) break;
        --free;
      }
    }
    next_lane = (next_lane + 1) % lanes.size();
  }

  /// What lies unclaimed in the pipes. Notices what was claimed or returned since the last time.
  unsigned look_at_lanes() {
    unsigned unclaimed = 0;
    for (Lane* lane : lanes) {
      const unsigned there = lane->unclaimed();
      unclaimed += there;
      changed = changed || lane->claims != lane->lent - there;
      lane->claims = lane->lent - there;
    }
    return unclaimed;
  }

  void lend() {
    if (lanes.empty()) return;
    const unsigned unclaimed = look_at_lanes();
    if (!outer) {
      if (free > 0 || (unclaimed > 0 && lanes.size() > 1)) share_out(free + unclaimed);
      return;
    }
    // A token that nobody here took in a whole round is left to others for a while.
    if (changed) offers = 0;
    if (offers > static_cast<int>(lanes.size())) {
      while (take_back()) {
      }
      offers = -kPausesWithoutOffer;
    }
    ++offers;
    if (offers <= 0) return;
    if (free == 0 && unclaimed == 0 && !fetch()) {
      offers = 0;
      return;
    }
    share_out(1);
  }

  void distribute() {
    retire();
    serve_waiters();
    if (outer && waiters.empty()) {
      while (return_free_token()) {
      }
    }
    watch();
  }

  void on_timer() {
    retire();
    serve_waiters();
    if (waiters.empty()) lend();
    if (outer && waiters.empty()) {
      while (return_free_token()) {
      }
    }
    pause = changed ? kShortestPause : std::min<std::chrono::milliseconds>(2 * pause, kLongestPause);
    changed = false;
    watch();
  }

  [[nodiscard]] bool is_anything_to_move() const {
    if (!waiters.empty() || total > limit) return outer || is_anything_lent();
    if (lanes.empty()) return false;
    if (outer) return total < limit || is_anything_lent();
    return free > 0 || (lanes.size() > 1 && is_anything_lent());
  }

  [[nodiscard]] bool is_anything_lent() const {
    return std::any_of(lanes.begin(), lanes.end(), [](const Lane* lane) { return lane->lent > 0; });
  }

  /// Sees to it that on_timer() comes where it is needed; at once where a token is on its way to somebody who waits.
  void watch() {
    const auto ring = [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->rung();
    };
    const bool is_token_wanted = !waiters.empty() || total > limit;
    for (Lane* lane : lanes) {
      if (is_token_wanted && lane->lent > 0) {
        lane->bell.arm(lane->own.get(), ring);
      } else {
        lane->bell.disarm();
      }
    }
    if (outer && !waiters.empty() && total < limit) {
      outer_bell.arm(outer->watched_fd(), ring);
    } else {
      outer_bell.disarm();
    }
    if (changed) pause = kShortestPause;
    if (is_timer_set || !is_anything_to_move()) return;
    is_timer_set = true;
    timer.expires_after(pause);
    timer.async_wait([weak = weak_from_this()](const boost::system::error_code& failure) {
      const auto self = weak.lock();
      if (!self) return;
      self->is_timer_set = false;
      if (!failure) self->on_timer();
    });
  }

  void rung() {
    for (Lane* lane : lanes) lane->bell.disarm();
    outer_bell.disarm();
    distribute();
  }

  asio::any_io_executor executor;
  asio::steady_timer timer;
  bool is_timer_set = false;
  std::chrono::milliseconds pause = kShortestPause;
  bool changed = false;  ///< since the timer was last set

  std::optional<JobserverClient> outer;
  Bell outer_bell;
  std::string held;  ///< the outer jobserver's tokens
  int offers = 0;    ///< ticks of the timer that a token of the outer jobserver is on offer; negative: none is
  std::string warning;

  const unsigned jobs;
  unsigned limit;
  unsigned total;  ///< tokens that there are: free, granted or lent
  unsigned free;   ///< nobody's
  std::deque<Waiter*> waiters;
  std::vector<Lane*> lanes;
  std::size_t next_lane = 0;
};

Jobserver::Slot::Lane::Lane(std::shared_ptr<State> its_state) : state(std::move(its_state)), bell(state->executor) {
  const std::string what = "cannot make a pipe for a child's jobserver";
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw SystemError(hooks::base::system_error(what, errno).value());
  read_end = Fd(ends[0]);
  write_end = Fd(ends[1]);
  own = value_or_throw(hooks::base::own_description(ends[0], O_RDWR | O_NONBLOCK));
  state->lanes.push_back(this);
}

Jobserver::Slot::Lane::~Lane() {
  std::erase(state->lanes, this);
  if (state->next_lane >= state->lanes.size()) state->next_lane = 0;
  // What it has taken is free again whoever had it; what somebody left behind puts into the pipe is nobody's.
  state->free += 1 + lent;
  state->changed = true;
  state->distribute();
}

unsigned Jobserver::Slot::Lane::unclaimed() {
  int bytes = 0;
  if (::ioctl(own.get(), FIONREAD, &bytes) != 0 || bytes <= 0) return 0;
  auto there = static_cast<unsigned>(bytes);
  std::array<char, 4096> thrown_away{};
  while (there > lent) {
    const std::size_t size = std::min<std::size_t>(there - lent, thrown_away.size());
    const ssize_t count = hooks::base::repeat_on_eintr([&] { return ::read(own.get(), thrown_away.data(), size); });
    if (count <= 0) return 0;
    there -= static_cast<unsigned>(count);
  }
  return there;
}

bool Jobserver::Slot::Lane::lend() {
  constexpr char kToken = '+';
  if (hooks::base::repeat_on_eintr([&] { return ::write(own.get(), &kToken, 1); }) != 1) return false;
  ++lent;
  return true;
}

bool Jobserver::Slot::Lane::take_back() {
  char token = 0;
  if (lent == 0 || hooks::base::repeat_on_eintr([&] { return ::read(own.get(), &token, 1); }) != 1) return false;
  --lent;
  return true;
}

Jobserver::Slot::Slot(std::shared_ptr<Lane> lane) noexcept : lane_(std::move(lane)) {}
Jobserver::Slot::Slot(Slot&& other) noexcept = default;
Jobserver::Slot& Jobserver::Slot::operator=(Slot&& other) noexcept = default;
Jobserver::Slot::~Slot() = default;

std::vector<int> Jobserver::Slot::descriptors() const {
  // A make that ran with this pipe before has made it non-blocking for all who share it.
  for (const int end : {lane_->read_end.get(), lane_->write_end.get()}) {
    const int flags = ::fcntl(end, F_GETFL);
    if ((flags & O_NONBLOCK) != 0) static_cast<void>(::fcntl(end, F_SETFL, flags & ~O_NONBLOCK));
  }
  return {lane_->read_end.get(), lane_->write_end.get()};
}

std::vector<std::string> Jobserver::Slot::environment() const {
  // As make 4.3 and cargo write it for their own children; cargo's jobserver knows the older name, too.
  return {"MAKEFLAGS=-j" + std::to_string(lane_->state->jobs) + " --jobserver-auth=3,4",
          "CARGO_MAKEFLAGS=-j --jobserver-fds=3,4 --jobserver-auth=3,4"};
}

unsigned Jobserver::Slot::taken() const { return lane_->taken(); }

Jobserver::Jobserver(const asio::any_io_executor& executor, unsigned jobs, std::string_view makeflags) {
  const auto address = hooks::base::jobserver_address(makeflags);
  if (!address) {
    state_ = std::make_shared<State>(executor, jobs);
    return;
  }
  auto outer = JobserverClient::open(*address);
  state_ = std::make_shared<State>(executor, outer ? jobs : 1);
  if (outer) {
    state_->become_client(std::move(*outer));
  } else {
    state_->warning = outer.error().message +
                      ". One job runs at a time. If make started this, put '+' in front of the command in its recipe.";
  }
}

Jobserver::~Jobserver() = default;

unsigned Jobserver::jobs() const noexcept { return state_->jobs; }
bool Jobserver::is_client() const noexcept { return state_->outer.has_value(); }
const std::string& Jobserver::warning() const noexcept { return state_->warning; }
unsigned Jobserver::taken() const {
  unsigned all = 0;
  for (Slot::Lane* lane : state_->lanes) all += lane->taken();
  return all;
}

asio::awaitable<std::optional<Jobserver::Slot>> Jobserver::acquire(std::stop_token stop) {
  const std::shared_ptr<State> state = state_;
  if (stop.stop_requested()) co_return std::nullopt;
  State::Waiter waiter(*state);
  state->distribute();
  if (!waiter.granted) {
    const StopRelay relay(state->executor, stop, [&waiter] { waiter.wake.cancel(); });
    while (!waiter.granted && !stop.stop_requested()) {
      boost::system::error_code canceled;
      co_await waiter.wake.async_wait(asio::redirect_error(asio::use_awaitable, canceled));
    }
  }
  if (stop.stop_requested()) co_return std::nullopt;
  auto lane = std::make_shared<Slot::Lane>(state);
  waiter.granted = false;  // the lane has it now
  state->watch();
  co_return Slot(std::move(lane));
}

void Jobserver::set_jobs(unsigned jobs) {
  State& state = *state_;
  state.limit = std::clamp(jobs, 1U, state.jobs);
  if (!state.outer && state.total < state.limit) {
    state.free += state.limit - state.total;
    state.total = state.limit;
  }
  state.distribute();
}

}  // namespace grapnel::process
