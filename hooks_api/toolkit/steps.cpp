// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/toolkit/steps.hpp"

#include "hooks_api/base/jobserver.hpp"
#include "hooks_api/base/running_tool.hpp"
#include <hooks/exceptions.hpp>

#include <poll.h>

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <list>
#include <optional>
#include <string>
#include <utility>

namespace hooks::toolkit {

namespace {

std::optional<base::JobserverClient> find_jobserver() {
  const char* makeflags = std::getenv("MAKEFLAGS");
  const auto address = base::jobserver_address(makeflags != nullptr ? makeflags : "");
  if (!address) return std::nullopt;
  auto client = base::JobserverClient::open(*address);
  if (!client) return std::nullopt;
  return std::move(*client);
}

/// The tokens that this process has beside its own.
class Tokens {
 public:
  explicit Tokens(std::optional<base::JobserverClient> jobserver) : jobserver_(std::move(jobserver)) {}
  Tokens(const Tokens&) = delete;
  Tokens& operator=(const Tokens&) = delete;
  ~Tokens() { keep(0); }

  [[nodiscard]] bool take() {
    if (!jobserver_) return false;
    const auto token = jobserver_->try_take();
    if (token) held_ += *token;
    return token.has_value();
  }
  /// Gives back all but `count`.
  void keep(std::size_t count) {
    for (; held_.size() > count; held_.pop_back()) static_cast<void>(jobserver_->give_back(held_.back()));
  }
  /// Readable when there may be one; -1 without a jobserver.
  [[nodiscard]] int watched_fd() const { return jobserver_ ? jobserver_->watched_fd() : -1; }

 private:
  std::optional<base::JobserverClient> jobserver_;
  std::string held_;
};

class Run {
 public:
  Run(const std::vector<Step>& steps, const std::filesystem::path& directory,
      const std::function<void(std::size_t)>& succeeded)
      : steps_(steps),
        directory_(directory),
        succeeded_(succeeded),
        results_(steps.size()),
        tokens_(steps.size() > 1 ? find_jobserver() : std::nullopt) {}

  void run() {
    while (true) {
      while (is_more_to_start() && (running_.empty() || tokens_.take())) start(next_++);
      settle();
      if (running_.empty() && !is_more_to_start()) break;
      if (!running_.empty()) wait();
    }
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  struct Running {
    std::size_t step;
    base::RunningTool tool;
  };

  [[nodiscard]] bool is_more_to_start() const { return !failed_ && next_ < steps_.size(); }

  void start(std::size_t step) {
    auto tool = base::RunningTool::start(begin_command(steps_[step].command, directory_));
    if (tool) {
      running_.push_back({step, std::move(*tool)});
    } else {
      end(step, tl::unexpected<base::Error>(tool.error()));
    }
  }

  void end(std::size_t step, base::Expected<base::ToolResult> result) {
    failed_ = failed_ || !result || result->signal != 0 || result->exit_code != 0;
    results_[step] = std::move(result);
    // The token goes back before the next is taken: somebody who has none may wait for it.
    tokens_.keep(running_.empty() ? 0 : running_.size() - 1);
  }

  /// Says what has come of the steps, in their order, as far as all before them have ended.
  void settle() {
    while (!failure_ && settled_ < next_ && results_[settled_]) {
      const std::size_t step = settled_++;
      try {
        end_command(steps_[step].command, steps_[step].what, *results_[step]);
        succeeded_(step);
      } catch (...) {
        failure_ = std::current_exception();
        failed_ = true;
      }
      results_[step].reset();
    }
  }

  /// Until a tool has printed something or ended, or there may be a token for another one.
  void wait() {
    std::vector<pollfd> watched{{is_more_to_start() ? tokens_.watched_fd() : -1, POLLIN, 0}};
    for (const Running& each : running_) {
      watched.push_back({each.tool.process_fd(), POLLIN, 0});
      watched.push_back({each.tool.output_fd(), POLLIN, 0});
    }
    if (base::repeat_on_eintr([&] { return ::poll(watched.data(), watched.size(), -1); }) < 0) {
      throw InfraException(base::system_error("cannot watch the tools that run", errno).value().message);
    }
    auto each = running_.begin();
    for (std::size_t place = 1; place < watched.size(); place += 2) {
      const auto current = each++;
      if (watched[place].revents != 0) {
        const std::size_t step = current->step;
        auto result = current->tool.finish();
        running_.erase(current);
        end(step, std::move(result));
      } else if (watched[place + 1].revents != 0) {
        current->tool.read_output();
      }
    }
  }

  const std::vector<Step>& steps_;
  const std::filesystem::path& directory_;
  const std::function<void(std::size_t)>& succeeded_;
  std::vector<std::optional<base::Expected<base::ToolResult>>> results_;  ///< of what has ended and is not settled
  std::size_t next_ = 0;                                                  ///< to start
  std::size_t settled_ = 0;
  bool failed_ = false;  ///< nothing starts any more
  std::exception_ptr failure_;
  Tokens tokens_;               ///< before running_: they go back when the tools have ended
  std::list<Running> running_;  ///< tools do not move once they run
};

}  // namespace

void run_steps(const std::vector<Step>& steps, const std::filesystem::path& directory,
               const std::function<void(std::size_t)>& succeeded) {
  Run(steps, directory, succeeded).run();
}

}  // namespace hooks::toolkit
