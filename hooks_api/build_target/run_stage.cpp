// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/build_target/run_stage.hpp"

#include "hooks_api/base/json.hpp"
#include "hooks_api/base/utf8.hpp"
#include "hooks_api/build_target/aborted.hpp"
#include "hooks_api/build_target/running_stage.hpp"
#include "hooks_api/sdk/report_output.hpp"

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <utility>

namespace hooks::build_target {

namespace {

// A compiler can print megabytes; all of it stands in standard error.
constexpr std::size_t kMaxMessageBytes = 64U << 10U;
// A session puts the answer into an object of a line.
constexpr base::JsonLimits kAnswerLimits{.bytes = kLargestLine - 64, .depth = base::JsonLimits{}.depth - 1};

std::string cut_message(const std::string& message) {
  if (message.size() <= kMaxMessageBytes) return message;
  const std::string_view begin = std::string_view(message).substr(0, kMaxMessageBytes);
  return std::string(begin.substr(0, base::utf8_prefix(begin))) + "\n… (cut; all of it stands in standard error)";
}

StageOutput::Failure to_failure(const sdk::Failure& failure) {
  return {.type = std::string(name_of(failure.type)), .message = cut_message(failure.message)};
}

StageOutput::Failure to_failure(const Aborted& aborted) {
  const FailureType type = aborted.code == 2 ? FailureType::infra : FailureType::build;
  return {.type = std::string(name_of(type)), .message = cut_message(aborted.message), .code = aborted.code};
}

// Not inlined, and with the handlers: so stack traces end with the hook.
[[gnu::noinline]] std::optional<StageOutput::Failure> call_hook(BuildHook& hook, const StageInput& input,
                                                                BuildData& data, StageOutput& output,
                                                                const Print& print) {
  try {
    switch (input.stage) {
      case Stage::dependencies:
        output.requirements = hook.dependencies();
        break;
      case Stage::clean:
        hook.clean(input.versions);
        break;
      case Stage::initialize:
        hook.initialize(input.version, data);
        break;
      case Stage::finalize:
        hook.finalize(input.version, data, input.artifact_path);
        break;
    }
    return std::nullopt;
  } catch (const Aborted& aborted) {
    return to_failure(aborted);
  } catch (...) {
    const sdk::Failure failure = sdk::describe_current_exception();
    print(failure.report);
    return to_failure(failure);
  }
}

// Why the other side would not understand the answer; empty where it would.
std::string fault_of(const StageOutput& output) {
  std::string text;
  try {
    text = to_json(output).to_string();
  } catch (const std::domain_error& error) {
    return error.what();
  }
  const auto document = base::parse_json(text, kAnswerLimits);
  if (!document) return document.error().describe();
  protocol::Faults faults;
  (void)read_stage_output(*document, faults);
  return faults.empty() ? std::string() : "it is not valid:\n" + protocol::describe(faults);
}

// Why the hook failed can always be said.
StageOutput understandable(StageOutput output, const Print& print) {
  const std::string fault = fault_of(output);
  if (fault.empty()) return output;
  if (output.failure) return StageOutput{.failure = std::move(output.failure)};
  return failed_stage(
      sdk::plain_failure(FailureType::build, "the answer of this hook cannot be written as output.json: " + fault),
      print);
}

}  // namespace

Print print_to_stderr() {
  return [](std::string_view text) { sdk::print_error(text); };
}

StageOutput run_stage(BuildHook& hook, const StageInput& input, const Print& print) {
  Print receiver = print;
  const auto display = [](void* object, std::string_view text) { (*static_cast<Print*>(object))(text); };
  const BuildApp app(input.verbosity, display, &receiver);
  StageOutput output{.state = input.state};
  BuildData data(input.build_data ? *input.build_data : Json::Object());
  {
    const detail::RunningStage running(hook, input, output, app);
    output.failure = call_hook(hook, input, data, output, print);
  }
  output.patch = {.build_data = data.changes(), .replace = data.replaced(), .exclude = data.excluded()};
  return understandable(std::move(output), print);
}

StageOutput failed_stage(const sdk::Failure& failure, const Print& print) {
  print(failure.report);
  return StageOutput{.failure = to_failure(failure)};
}

}  // namespace hooks::build_target
