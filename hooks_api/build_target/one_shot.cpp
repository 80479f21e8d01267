// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/build_target/one_shot.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/forked.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/build_target/run_stage.hpp"
#include "hooks_api/build_target/stage_document.hpp"
#include "hooks_api/protocol/output.hpp"
#include "hooks_api/sdk/report_output.hpp"

#include <unistd.h>

#include <memory>
#include <string_view>
#include <utility>

namespace hooks::build_target {

namespace {

// The exit code of what StageOutput::Failure::type names.
int exit_code(const StageOutput& output) {
  if (!output.failure) return 0;
  for (const FailureType type : {FailureType::build, FailureType::infra}) {
    if (output.failure->type == name_of(type)) return protocol::exit_code(type);
  }
  return protocol::exit_code(FailureType::uncategorized);
}

int publish(const std::filesystem::path& file, const StageOutput& output) {
  const int code = exit_code(output);
  const auto published = base::publish_file(file, base::to_pretty_json(to_json(output)));
  if (published) return code;
  sdk::print_error("output.json: " + published.error().message + "\n");
  return code != 0 ? code : protocol::exit_code(FailureType::infra);
}

// An input that is none; `out_file` is empty where there is nowhere to say so.
int refuse(std::string message, const std::filesystem::path& out_file) {
  const StageOutput output =
      failed_stage(sdk::plain_failure(FailureType::uncategorized, "input.json: " + std::move(message)));
  return out_file.empty() ? exit_code(output) : publish(out_file, output);
}

// Whether the hook's end is an answer, or the death of the process.
StageOutput run_and_destroy(const StageInput& input, detail::MakeBuildHook* make) {
  std::unique_ptr<BuildHook> hook;
  try {
    hook.reset(make());
  } catch (...) {
    return failed_stage(sdk::describe_current_exception());
  }
  return run_stage(*hook, input);
}

}  // namespace

int run_one_shot(const std::string& path, detail::MakeBuildHook* make) {
  const base::JsonLimits limits{.depth = kDeepestInput};
  const auto text = base::read_file(path, limits.bytes);
  if (!text) return refuse(text.error().message, {});
  const auto document = base::parse_json(*text, limits);
  if (!document) return refuse("'" + path + "' is not JSON: " + document.error().describe(), {});
  const std::filesystem::path out_file = protocol::out_file_of(*document);
  protocol::Faults faults;
  const StageInput input = read_stage_input(*document, faults);
  if (faults.empty() && out_file.empty()) protocol::add(faults, {"out_file", "missing; expected a string"});
  if (!faults.empty()) {
    return refuse("'" + path + "' is not the input of a staged hook:\n" + protocol::describe(faults), out_file);
  }
  const pid_t process = ::getpid();
  const StageOutput output = run_and_destroy(input, make);
  base::exit_if_forked_from(process);
  return publish(out_file, output);
}

}  // namespace hooks::build_target
