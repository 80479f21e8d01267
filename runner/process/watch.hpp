// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Puts descriptors under the event loop.
#pragma once

#include "hooks_api/base/files.hpp"
#include "runner/base/errors.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <string>
#include <utility>

namespace grapnel::process {

/// Gives `fd` to `watcher`. Throws SystemError that begins with `what` where `fd` is none, with errno as its cause, or
/// where the system watches no more.
inline void watch(boost::asio::posix::stream_descriptor& watcher, hooks::base::Fd fd, const std::string& what) {
  int failure = fd ? 0 : errno;
  if (failure == 0) {
    boost::system::error_code refused;
    watcher.assign(fd.get(), refused);
    failure = refused.value();
  }
  if (failure != 0) throw SystemError(hooks::base::system_error(what, failure).value());
  static_cast<void>(fd.release());
}

}  // namespace grapnel::process
