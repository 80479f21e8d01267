// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/loop.hpp"

#include "runner/process/end_carriers.hpp"
#include "runner/process/leftovers.hpp"

namespace grapnel::target {

namespace asio = boost::asio;

namespace {

asio::awaitable<bool> end_run(std::string run_id) {
  co_await process::end_carriers_of_run(std::move(run_id));
  co_return true;
}

}  // namespace

Loop::Loop(Options options) : options_(std::move(options)), run_id_(process::new_run_id()) {}

Loop::~Loop() {
  if (children_ == 0) return;
  try {
    (void)run(end_run(run_id_));
  } catch (const std::exception&) {
    // The guard does it, when this process ends.
  }
}

void Loop::equip(process::ChildRequest& child) {
  if (!guard_) guard_.emplace(launcher_, run_id_, options_.temporary_directory, process::Guard::When::later);
  guard_->start();
  child.token = run_id_ + "/" + std::to_string(++children_);
  child.guard = &*guard_;
  child.kill = options_.kill;
  child.grace_period = options_.grace_period;
}

void Loop::wait_until(const bool& is_done) {
  if (context_.stopped()) context_.restart();
  while (!is_done && context_.run_one() > 0) {
  }
}

}  // namespace grapnel::target
