// SPDX-License-Identifier: BSD-3-Clause
#include "runner/outcome/document.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace grapnel::outcome {
namespace {

using hooks::protocol::OutputStatus;

constexpr std::size_t kQuotedBytes = 200;

/// The first line of what a hook wrote, cut between characters, in a shape that fits into a sentence.
std::string in_quotes(std::string_view text) {
  std::string_view line = text.substr(0, text.find_first_of("\r\n"));
  const bool cut = line.size() < text.size() || line.size() > kQuotedBytes;
  if (line.size() > kQuotedBytes) {
    std::size_t end = kQuotedBytes;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
    line = line.substr(0, end);
  }
  return "'" + std::string(line) + (cut ? "…'" : "'");
}

Document judge_failure(const OutputStatus& status, Document document) {
  document.verdict = document.type == "build"   ? Verdict::build
                     : document.type == "infra" ? Verdict::infra
                                                : Verdict::other_failure;
  document.text = "output.json says failure";
  if (document.type.empty()) {
    document.text += " without a type";
  } else if (document.type == "build" || document.type == "infra" || document.type == "uncategorized") {
    document.text += " (" + document.type + ")";
  } else {
    document.text += " with the unknown type " + in_quotes(document.type);
  }
  if (!status.message.empty()) document.text += ": " + in_quotes(status.message);
  return document;
}

}  // namespace

Document judge(const OutputEvidence& output) {
  Document document{Verdict::absent, "", "", ""};
  if (output.state == OutputEvidence::State::absent) {
    document.text = output.detail.empty() ? "there is no output.json" : output.detail;
    return document;
  }
  if (output.state == OutputEvidence::State::malformed) {
    document.verdict = Verdict::malformed;
    document.text = "output.json cannot be read";
    if (!output.detail.empty()) document.text += " (" + output.detail + ")";
    return document;
  }

  const OutputStatus& status = output.status;
  document.type = status.details_type ? *status.details_type : status.type.value_or("");
  if (status.type && status.details_type && *status.type != *status.details_type) {
    document.disagreement = "output.json has type " + in_quotes(*status.type) + " and failure_details.type " +
                            in_quotes(*status.details_type) + "; the latter counts.";
  }
  switch (status.status) {
    case OutputStatus::Status::failure:
      return judge_failure(status, std::move(document));
    case OutputStatus::Status::unknown:
      document.verdict = Verdict::unknown_status;
      document.text = "output.json has the unknown status " + in_quotes(status.status_text);
      return document;
    case OutputStatus::Status::success:
      break;
  }
  document.verdict = Verdict::success;
  document.text = "output.json says success";
  return document;
}

}  // namespace grapnel::outcome
