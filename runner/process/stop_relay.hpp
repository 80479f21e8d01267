// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A stop request, brought to the thread of an executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

namespace grapnel::process {

/// Calls a function on the executor's thread once a stop is requested, from whatever thread. The requesting thread only
/// writes to an eventfd of this object and never touches the executor, which may be about to go.
/// Destroying the relay ends it. Throws SystemError.
class StopRelay {
 public:
  StopRelay(const boost::asio::any_io_executor& executor, const std::stop_token& stop, std::function<void()> on_stop);
  StopRelay(const StopRelay&) = delete;
  StopRelay& operator=(const StopRelay&) = delete;
  ~StopRelay();

 private:
  struct Wait;
  struct Notify {
    int event;
    void operator()() const noexcept;
  };
  std::shared_ptr<Wait> wait_;  ///< shared with its own handler, which may still be queued when the relay is gone
  std::optional<std::stop_callback<Notify>> callback_;  ///< the last member: gone before what it uses
};

}  // namespace grapnel::process
