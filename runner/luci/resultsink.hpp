// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The sink that uploads each hook as the result of a test (spec: ci-reporting, section 1.5).
#pragma once

#include "runner/luci/context.hpp"
#include "runner/report/model.hpp"

#include <functional>
#include <string>

namespace grapnel::luci {

/// Collects events, and uploads to the local ResultSink when the command is over. What cannot be uploaded is a warning
/// that names the address and the reason, and changes no outcome. All of it takes no longer than wait_at_end(), and
/// ends with the first failure.
class ResultSink final : public EventSink {
 public:
  ResultSink(ResultSinkAddress address, Deadline deadline, std::function<void(const std::string&)> warn);
  ~ResultSink() override;
  void on_event(const Event& event) override;

 private:
  void upload(std::chrono::milliseconds limit);

  ResultSinkAddress address_;
  Deadline deadline_;
  std::function<void(const std::string&)> warn_;
  report::ModelBuilder builder_;
};

}  // namespace grapnel::luci
