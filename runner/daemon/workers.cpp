// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/workers.hpp"

#include "runner/base/errors.hpp"
#include "runner/daemon/native.hpp"
#include "runner/process/end_carriers.hpp"
#include "runner/process/leftovers.hpp"
#include "runner/worker/python.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace grapnel::hookd {

namespace asio = boost::asio;

namespace {

// A front end has one backend at a time, or a few.
constexpr std::size_t kMostWarm = 4;

std::string key_of(std::string_view backend) { return std::string(is_native_backend(backend) ? backend : ""); }

}  // namespace

Workers::Workers(asio::any_io_executor executor, const DaemonOptions& options, Log& log)
    : executor_(std::move(executor)), options_(options), log_(log), run_id_(process::new_run_id()) {}

worker::Command Workers::command_for(std::string_view backend) const {
  if (is_native_backend(backend)) {
    return native_command(native_path(backend, options_.source_tree), options_.program);
  }
  auto python = worker::find_python(options_.python, options_.environment);
  if (!python) throw ProjectError(python.error().message);
  return worker::python_command(options_.source_tree / *python);
}

std::unique_ptr<worker::Worker> Workers::start(std::string_view backend) {
  const worker::Surroundings surroundings{.environment = options_.environment,
                                          .working_directory = options_.source_tree,
                                          .run_id = run_id_,
                                          .guard = guard_};
  auto started = std::make_unique<worker::Worker>(executor_, command_for(backend), surroundings);
  log_.happened("started " + started->name());
  return started;
}

void Workers::expect(std::string_view backend) {
  try {
    (void)worker_for(backend);
  } catch (const std::exception&) {
    // Said when the worker is needed.
  }
}

worker::Worker& Workers::worker_for(std::string_view backend) {
  if (!guard_) {
    guard_ =
        std::make_shared<process::Guard>(launcher_, run_id_, options_.temporary_directory, process::Guard::When::later);
  }
  Warm& warm = warm_[key_of(backend)];
  warm.last_used = ++uses_;
  if (warm.worker == nullptr || warm.worker->has_ended()) warm.worker = start(backend);
  guard_->start();  // while the interpreter starts
  return *warm.worker;
}

asio::awaitable<void> Workers::finished(std::string_view backend, bool can_start_again) {
  const auto place = warm_.find(key_of(backend));
  if (place == warm_.end() || place->second.worker == nullptr) co_return;
  worker::Worker& worker = *place->second.worker;
  // A native backend may be built anew before its next call, where the front end wants to see changes.
  const bool is_done = worker.is_spoiled() || (is_native_backend(backend) && options_.protocol == HookdProtocol::later);
  if (is_done) co_await worker.end();
  if (worker.has_ended()) {
    log_.happened("ended: " + worker.name());
    warm_.erase(place);
    if (can_start_again && !is_native_backend(backend)) expect(backend);
  }
  if (warm_.size() > kMostWarm) co_await drop_oldest();
}

asio::awaitable<void> Workers::drop_oldest() {
  const auto oldest = std::min_element(warm_.begin(), warm_.end(), [](const auto& left, const auto& right) {
    return left.second.last_used < right.second.last_used;
  });
  const std::unique_ptr<worker::Worker> worker = std::move(oldest->second.worker);
  warm_.erase(oldest);
  if (worker != nullptr) co_await worker->end();
}

void Workers::stop() {
  for (auto& [key, warm] : warm_) {
    if (warm.worker != nullptr) warm.worker->stop();
  }
}

asio::awaitable<void> Workers::end() {
  for (auto& [key, warm] : warm_) {
    if (warm.worker != nullptr) co_await warm.worker->end();
  }
  if (uses_ == 0) co_return;
  // What a hook left to live on ends with the daemon.
  co_await process::end_carriers_of_run(run_id_);
}

}  // namespace grapnel::hookd
