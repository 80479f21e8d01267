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
/// that names the address and the reason, and changes no outcome. Waits at most ten seconds for an answer, and not for
/// another one after a failure.
class ResultSink final : public EventSink {
 public:
  ResultSink(ResultSinkAddress address, std::function<void(const std::string&)> warn);
  ~ResultSink() override;
  void on_event(const Event& event) override;

 private:
  void upload();

  ResultSinkAddress address_;
  std::function<void(const std::string&)> warn_;
  report::ModelBuilder builder_;
};

}  // namespace grapnel::luci
