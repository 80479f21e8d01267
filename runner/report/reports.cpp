// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/reports.hpp"

#include "runner/base/errors.hpp"
#include "runner/base/output_file.hpp"
#include "runner/report/event_json.hpp"
#include "runner/report/report.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

namespace grapnel::report {

namespace {

// Of a step; where a file is larger, GitHub drops all of it (spec: ci-reporting, section 2).
constexpr std::size_t kMostSummary = std::size_t{1} << 20U;

const ReportKind& kind_named(const std::string& name) {
  const std::vector<ReportKind>& kinds = report_kinds();
  const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const ReportKind& one) { return one.name == name; });
  if (kind != kinds.end()) return *kind;
  std::string known;
  for (const ReportKind& one : kinds) known += (known.empty() ? "" : ", ") + std::string(one.name);
  throw std::invalid_argument("there is no report of the kind '" + name + "'; the kinds are " + known);
}

// The directory that paths in reports count from: the one of the project.
std::string project_directory(const std::filesystem::path& workspace) {
  std::filesystem::path directory = workspace.parent_path();
  if (directory.filename() == ".dart_tool") directory = directory.parent_path();
  return directory.string();
}

void write_to(const std::string& path, std::string_view text) {
  if (path == "-") {
    value_or_throw(hooks::base::write_all(STDOUT_FILENO, text, "standard output"));
  } else {
    write_output_file(path, text);
  }
}

// A file that belongs to the whole step: others may have written to it.
void append_to(const std::string& path, const std::string& text) {
  const hooks::base::Fd file = value_or_throw(hooks::base::open_file(path, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY));
  struct stat status {};
  const std::size_t present =
      ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode) ? static_cast<std::size_t>(status.st_size) : 0;
  if (present + text.size() > kMostSummary) {
    throw std::runtime_error("with it '" + path + "' would be larger than the 1 MiB that GitHub takes");
  }
  value_or_throw(hooks::base::write_all(file.get(), text, path));
}

}  // namespace

std::vector<std::string> report_kind_names() {
  std::vector<std::string> names;
  for (const ReportKind& kind : report_kinds()) names.emplace_back(kind.name);
  return names;
}

void check(const ReportRequest& request) {
  const ReportKind& kind = kind_named(request.kind);
  if (kind.check_path != nullptr) kind.check_path(request.path);
}

Reports::Reports(std::vector<ReportRequest> requests, std::string step_summary, Say warn)
    : requests_(std::move(requests)), step_summary_(std::move(step_summary)), warn_(std::move(warn)) {}

Reports::~Reports() = default;

void Reports::on_event(const Event& event) {
  if (is_done_ || std::holds_alternative<HookOutput>(event)) return;
  builder_.add(with_utf8_text(event));
  if (std::holds_alternative<CommandFinished>(event)) finish();
}

void Reports::finish() {
  if (std::exchange(is_done_, true)) return;
  for (const ReportRequest& request : requests_) {
    try {
      write(request);
    } catch (const std::exception& error) {
      all_written_ = false;
      if (warn_) {
        warn_("warning: the report '" + request.kind + "' is not written to '" + request.path + "': " + error.what());
      }
    }
  }
}

void Reports::write(const ReportRequest& request) {
  const ReportKind& kind = kind_named(request.kind);
  const Model& model = builder_.model();
  write_to(request.path,
           kind.write(model, {.path = request.path, .workspace = project_directory(model.command.workspace)}));
  if (kind.summary != nullptr) write_summary(request, kind.summary(model));
}

void Reports::write_summary(const ReportRequest& request, const std::string& text) {
  if (!step_summary_.empty()) {
    append_to(step_summary_, text);
  } else if (request.path != "-") {
    write_to(request.path + ".md", text);
  }
}

}  // namespace grapnel::report
