// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Calls a function again and again.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>

namespace grapnel::engine {

/// Calls a function about ten times a second on the executor's thread, for as long as the object lives.
class Ticker {
 public:
  Ticker(const boost::asio::any_io_executor& executor, std::function<void()> on_tick);
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;
  ~Ticker();

 private:
  struct Beat;
  std::shared_ptr<Beat> beat_;  ///< its handler, which may still be queued when the ticker is gone, only has a weak one
};

}  // namespace grapnel::engine
