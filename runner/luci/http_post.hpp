// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// One HTTP request to a local service.
#pragma once

#include <tl/expected.hpp>

#include <chrono>
#include <string>

namespace grapnel::luci {

struct HttpRequest {
  std::string host{};
  std::string port{};
  std::string target{};         ///< "/path"
  std::string authorization{};  ///< the header's value
  std::string body{};           ///< JSON
  std::chrono::milliseconds timeout{};
};

/// Posts, and waits for the answer no longer than the timeout. The error says what came instead of 200.
[[nodiscard]] tl::expected<void, std::string> http_post(const HttpRequest& request);

}  // namespace grapnel::luci
