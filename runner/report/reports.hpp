// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The sink that writes the reports of a command when it is over.
#pragma once

#include "runner/report/events_file.hpp"
#include "runner/report/model.hpp"

#include <string>
#include <vector>

namespace grapnel::report {

/// What the user asked for: --report KIND=PATH.
struct ReportRequest {
  std::string kind{};
  std::string path{};  ///< "-" is standard output
  friend bool operator==(const ReportRequest&, const ReportRequest&) = default;
};

/// "json", "junit", …: what a request's kind can be.
[[nodiscard]] std::vector<std::string> report_kind_names();

/// Throws std::invalid_argument, with what to do, for a kind that does not exist and a path that cannot be of that
/// kind.
void check(const ReportRequest& request);

/// Collects events, and writes each report at CommandFinished or finish(), by itself and atomically. What cannot be
/// written is said, and changes nothing else. The kind `github` is two files: the annotations, and the step summary,
/// which is appended to `step_summary` or, where that is empty, written beside the annotations (PATH.md).
class Reports final : public EventSink {
 public:
  Reports(std::vector<ReportRequest> requests, std::string step_summary, Say warn);
  ~Reports() override;

  void on_event(const Event& event) override;
  /// Writes them where no CommandFinished came.
  void finish();
  /// Whether all could be written; means something after they were.
  [[nodiscard]] bool all_written() const noexcept { return all_written_; }

 private:
  void write(const ReportRequest& request);
  void write_summary(const ReportRequest& request, const std::string& text);

  std::vector<ReportRequest> requests_;
  std::string step_summary_;
  Say warn_;
  ModelBuilder builder_;
  bool is_done_ = false;
  bool all_written_ = true;
};

}  // namespace grapnel::report
