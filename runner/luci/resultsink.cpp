// SPDX-License-Identifier: BSD-3-Clause
#include "runner/luci/resultsink.hpp"

#include "runner/luci/http_post.hpp"
#include "runner/luci/test_results.hpp"
#include "runner/report/event_json.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace grapnel::luci {

ResultSink::ResultSink(ResultSinkAddress address, Deadline deadline, std::function<void(const std::string&)> warn)
    : address_(std::move(address)), deadline_(deadline), warn_(std::move(warn)) {}

ResultSink::~ResultSink() = default;

void ResultSink::on_event(const Event& event) {
  if (std::holds_alternative<HookOutput>(event)) return;
  // What hooks print and what files are called are any bytes, and JSON is not.
  builder_.add(report::with_utf8_text(event));
  if (const auto* finished = std::get_if<CommandFinished>(&event))
    upload(wait_at_end(deadline_, finished->signal != 0));
}

void ResultSink::upload(std::chrono::milliseconds limit) {
  constexpr std::size_t kMostAtOnce = 100;
  constexpr std::size_t kEnoughBytes = 4U << 20U;  // what a server holds at once
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + limit;
  const std::vector<report::HookModel>& hooks = builder_.model().hooks;
  std::size_t uploaded = 0;
  while (uploaded < hooks.size()) {
    std::string body = R"({"test_results":[)";
    std::size_t next = uploaded;
    for (; next < hooks.size() && next < uploaded + kMostAtOnce && body.size() < kEnoughBytes; ++next) {
      if (next != uploaded) body += ',';
      body += test_result(builder_.model(), hooks[next]).to_string();
    }
    body += "]}";
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    const auto posted = http_post({.host = address_.host,
                                   .port = address_.port,
                                   .target = "/prpc/luci.resultsink.v1.Sink/ReportTestResults",
                                   .authorization = "ResultSink " + address_.token,
                                   .body = std::move(body),
                                   .timeout = std::max(left, std::chrono::milliseconds(0))});
    if (!posted) {
      warn_("warning: " + std::to_string(hooks.size() - uploaded) + " of " + std::to_string(hooks.size()) +
            " test results were not uploaded to ResultSink at " + address_.host + ":" + address_.port + ": " +
            posted.error());
      return;
    }
    uploaded = next;
  }
}

}  // namespace grapnel::luci
