// SPDX-License-Identifier: BSD-3-Clause
#include "runner/luci/resultsink.hpp"

#include "runner/luci/http_post.hpp"
#include "runner/luci/test_results.hpp"

#include <algorithm>
#include <utility>

namespace grapnel::luci {

ResultSink::ResultSink(ResultSinkAddress address, std::function<void(const std::string&)> warn)
    : address_(std::move(address)), warn_(std::move(warn)) {}

ResultSink::~ResultSink() = default;

void ResultSink::on_event(const Event& event) {
  builder_.add(event);
  if (std::holds_alternative<CommandFinished>(event)) upload();
}

void ResultSink::upload() {
  constexpr std::size_t kMostAtOnce = 100;
  constexpr std::chrono::seconds kTimeout{10};
  std::vector<hooks::Json> results = test_results(builder_.model());
  for (std::size_t begin = 0; begin < results.size(); begin += kMostAtOnce) {
    const std::size_t end = std::min(begin + kMostAtOnce, results.size());
    hooks::Json::Array part;
    for (std::size_t i = begin; i < end; ++i) part.push_back(std::move(results[i]));
    const auto posted =
        http_post({.host = address_.host,
                   .port = address_.port,
                   .target = "/prpc/luci.resultsink.v1.Sink/ReportTestResults",
                   .authorization = "ResultSink " + address_.token,
                   .body = hooks::Json(hooks::Json::Object{{"test_results", std::move(part)}}).to_string(),
                   .timeout = kTimeout});
    if (posted) continue;
    warn_("warning: " + std::to_string(results.size() - begin) + " of " + std::to_string(results.size()) +
          " test results were not uploaded to ResultSink at " + address_.host + ":" + address_.port + ": " +
          posted.error());
    return;
  }
}

}  // namespace grapnel::luci
