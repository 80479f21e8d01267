// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/evidence.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/shown.hpp"
#include "hooks_api/protocol/reader.hpp"
#include "hooks_api/protocol/validate.hpp"

#include <sys/stat.h>

#include <cerrno>

namespace grapnel::engine {

namespace {

using State = outcome::OutputEvidence::State;

// Errors that are the system's fault and not the hook's.
bool is_system_fault(int error_number) {
  switch (error_number) {
    case EIO:
    case ENOSPC:
    case EDQUOT:
    case EROFS:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
      return true;
    default:
      return false;
  }
}

std::chrono::system_clock::time_point modification_time(const struct stat& status) {
  return std::chrono::system_clock::time_point(std::chrono::duration_cast<std::chrono::system_clock::duration>(
      std::chrono::seconds(status.st_mtim.tv_sec) + std::chrono::nanoseconds(status.st_mtim.tv_nsec)));
}

void append(std::vector<std::string>& lines, const hooks::protocol::Faults& faults) {
  constexpr std::size_t kMostLines = 20;
  constexpr std::size_t kLongestLine = 1000;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    if (i == kMostLines) {
      lines.push_back("and " + std::to_string(faults.size() - i) + " more");
      break;
    }
    std::string line = describe(faults[i]);
    if (line.size() > kLongestLine) line.replace(kLongestLine, std::string::npos, "…");
    lines.push_back(std::move(line));
  }
}

// Assets for a link hook that nobody will run.
void check_receivers(const hooks::HookOutput& output, const OutputRules& rules, std::vector<std::string>& faults) {
  if (rules.kind != hooks::protocol::HookKind::build) return;
  for (const auto& [receiver, assets] : output.assets_for_linking) {
    if (!assets.empty() && !rules.link_hooks.contains(receiver)) {
      const std::string name = hooks::base::shown(receiver);
      const hooks::protocol::Fault fault{"assets_for_linking." + receiver, "package " + name + " has no link hook"};
      faults.push_back(describe(fault));
    }
  }
}

}  // namespace

ReadEvidence read_evidence(const std::filesystem::path& file, std::chrono::system_clock::time_point started,
                           const OutputRules& rules) {
  ReadEvidence read;
  outcome::OutputEvidence& evidence = read.evidence;

  struct stat status {};
  if (::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) && modification_time(status) < started) {
    evidence.detail = "output.json is older than the hook's process; another run wrote it";
    return read;
  }
  const auto text = hooks::base::read_file(file, hooks::base::JsonLimits{}.bytes);
  if (!text) {
    evidence.state = text.error().error_number == ENOENT ? State::absent : State::malformed;
    evidence.detail = evidence.state == State::absent ? "the hook wrote no output.json" : text.error().message;
    evidence.system_fault = is_system_fault(text.error().error_number);
    return read;
  }
  const auto document = hooks::base::parse_json(*text);
  if (!document) {
    evidence.state = State::malformed;
    evidence.detail = document.error().describe();
    return read;
  }
  if (document->as_object() == nullptr) {
    evidence.state = State::malformed;
    evidence.detail = hooks::protocol::wrong_kind(*document, "an object");
    return read;
  }

  auto contents = hooks::protocol::read_output(*document, rules.kind);
  evidence.state = State::read;
  evidence.status = std::move(contents.status);
  append(evidence.faults, contents.faults);
  if (contents.faults.empty() && evidence.status.status == hooks::protocol::OutputStatus::Status::success) {
    append(evidence.faults, hooks::protocol::validate_output_base(contents.output, rules.kind, rules.config));
    const auto assets =
        hooks::protocol::validate_output_assets(contents.output, rules.kind, rules.config, rules.package);
    append(evidence.faults, assets.errors);
    append(read.warnings, assets.warnings);
    check_receivers(contents.output, rules, evidence.faults);
  }
  read.output = std::move(contents.output);
  return read;
}

}  // namespace grapnel::engine
