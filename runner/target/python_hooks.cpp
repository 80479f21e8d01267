// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/python_hooks.hpp"

#include "runner/base/seconds.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/outcome/table.hpp"
#include "runner/worker/python.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>
#include <variant>

namespace grapnel::target {

using hooks::Json;

namespace {

constexpr std::int64_t kLargestExitCode = 125;  // above are the shell's
constexpr std::int64_t kInfraCode = 2;

std::string text_in(const Json::Object& object, std::string_view key) {
  const Json* const value = object.find(key);
  const std::string* const text = value == nullptr ? nullptr : value->as_string();
  return text == nullptr ? std::string() : *text;
}

bool is_true_in(const Json::Object& object, std::string_view key) {
  const Json* const value = object.find(key);
  const bool* const flag = value == nullptr ? nullptr : value->as_bool();
  return flag != nullptr && *flag;
}

std::optional<Json::Object> object_in(const Json::Object& object, std::string_view key) {
  const Json* const value = object.find(key);
  const Json::Object* const found = value == nullptr ? nullptr : value->as_object();
  if (found == nullptr) return std::nullopt;
  return *found;
}

HostFailure failed(Outcome outcome) {
  HostFailure failure;
  failure.exit_code = outcome.exit_code;
  failure.outcome = std::move(outcome);
  return failure;
}

// 1 is a build failure, 2 one of the infrastructure; the others are build failures with that exit code.
HostFailure aborted(std::int64_t code, const std::string& message) {
  std::string reason = "aborted with code " + std::to_string(code);
  if (!message.empty()) reason += ": " + message;
  HostFailure failure =
      failed(code == kInfraCode ? outcome::row(12, std::move(reason)) : outcome::raised(false, std::move(reason)));
  failure.exit_code = code >= 1 && code <= kLargestExitCode ? static_cast<int>(code) : 1;
  failure.abort_code = code;
  return failure;
}

HostFailure raised(const Json::Object& error, const std::string& type, const std::string& message) {
  if (is_true_in(error, "project")) return failed(outcome::project_failure(message.empty() ? type : message));
  std::string reason = message.empty() ? type : type + ": " + message;
  return failed(outcome::raised(is_true_in(error, "infra"), std::move(reason)));
}

HostFailure broken_host(const std::string& message) {
  return failed(outcome::internal_failure("the host of Python hooks failed: " + message));
}

HostFailure not_ready(const SessionEnd& end, const std::string& interpreter, std::string_view words) {
  const std::string name = "the Python interpreter '" + interpreter + "'";
  if (const auto* const not_started = std::get_if<NotStarted>(&end.end)) {
    return failed(outcome::system_failure(not_started->error_number, name + " does not start: " + not_started->what));
  }
  std::string message = name + " cannot run hooks: ";
  message += end.detail.empty() ? describe(end.end) + " before it was ready" : end.detail;
  while (!words.empty() && words.back() == '\n') words.remove_suffix(1);
  if (!words.empty()) message += "; it said: " + std::string(words);
  return failed(outcome::system_failure(ENOEXEC, std::move(message)));
}

Json array_of(const std::vector<std::string>& texts) { return Json::Array(texts.begin(), texts.end()); }

HostChanges changes_in(const Json::Object& result) {
  return {.environment = object_in(result, "environment").value_or(Json::Object()),
          .metadata = object_in(result, "metadata").value_or(Json::Object()),
          .target_config = object_in(result, "target_config")};
}

// Unbuffered, so that what hooks and their children print is in order; and no files of ours beside theirs.
Environment host_environment(Environment environment) {
  for (const std::string_view variable : {"PYTHONDONTWRITEBYTECODE=1", "PYTHONUNBUFFERED=1"}) {
    const std::string_view name = variable.substr(0, variable.find('=') + 1);
    environment.erase(std::remove_if(environment.begin(), environment.end(),
                                     [&](const std::string& one) { return one.compare(0, name.size(), name) == 0; }),
                      environment.end());
    environment.insert(std::upper_bound(environment.begin(), environment.end(), variable), std::string(variable));
  }
  return environment;
}

std::string note_on(const PythonHost::Opened& opened, const std::string& interpreter) {
  if (!opened.hatchling.empty())
    return "Python hooks run with hatchling " + opened.hatchling + " of '" + interpreter + "'";
  return "hatchling cannot be imported by '" + interpreter + "' (" + opened.reason +
         "): build scripts get a stand-in that knows root, config, directory, target_name and app";
}

}  // namespace

HostFailure failure_of(const Json::Object& error) {
  const std::string kind = text_in(error, "kind");
  const std::string message = text_in(error, "message");
  const std::string type = text_in(error, "type");
  HostFailure failure;
  if (kind == "abort") {
    const Json* const code = error.find("code");
    const std::int64_t* const number = code == nullptr ? nullptr : code->as_integer();
    failure = aborted(number == nullptr ? 1 : *number, message);
  } else if (kind == "exception" || kind == "import") {
    failure = raised(error, type, message);
    failure.is_import = kind == "import";
  } else if (kind == "unknown_hook") {
    failure = failed(outcome::project_failure(message));
    failure.is_unknown_hook = true;
  } else if (kind == "unserializable") {
    failure = failed(outcome::raised(false, "build data cannot be passed on: " + message));
    failure.outcome.violation = true;
    failure.key = text_in(error, "key");
  } else {
    failure = broken_host(type.empty() ? message : type + ": " + message);
  }
  failure.type = type;
  failure.traceback = text_in(error, "traceback");
  return failure;
}

HostFailure failure_of(const SessionEnd& end, const std::string& interpreter, std::string_view words,
                       std::chrono::milliseconds time_limit) {
  HostFailure failure;
  if (end.cause == SessionEnd::Cause::not_ready) {
    failure = not_ready(end, interpreter, words);
  } else if (end.cause == SessionEnd::Cause::rubbish) {
    // How the process ended then is our doing.
    failure = failed(outcome::raised(
        false, "the hook's process was ended, since something else wrote to grapnel's own channel: " + end.detail));
    failure.outcome.violation = true;
  } else {
    outcome::Evidence evidence{.end = end.end, .out_of_memory = end.out_of_memory};
    if (end.cause == SessionEnd::Cause::time_limit) evidence.stop = outcome::StopReason::time_limit;
    if (end.cause == SessionEnd::Cause::stop) evidence.stop = outcome::StopReason::canceled;
    failure = failed(outcome::worker_died(evidence));
    if (end.cause == SessionEnd::Cause::time_limit) {
      failure.outcome.reason = "the hook did not end within its time limit of " + in_seconds(time_limit);
    }
  }
  failure.end = end.end;
  failure.hang_report = end.hang_report;
  return failure;
}

PythonHost::PythonHost(Loop& loop, Options options) : loop_(&loop), options_(std::move(options)) {}

HostResult<PythonHost::Opened> PythonHost::open() {
  if (const Answered started = start(); !started) return tl::unexpected(started.error());
  return *opened_;
}

PythonHost::Answered PythonHost::start() {
  if (death_) return tl::unexpected(*death_);
  if (opened_) return Json::Object();
  const auto interpreter = worker::find_python(options_.python, options_.environment);
  if (!interpreter) {
    death_ = failed(outcome::project_failure(interpreter.error().message));
    return tl::unexpected(*death_);
  }
  interpreter_ = interpreter->native();
  session_ = std::make_unique<Session>(
      *loop_, SessionCommand{.name = "the host of Python hooks",
                             .executable = *interpreter,
                             .arguments = {interpreter_, "-c", std::string(kPythonStart), std::string(kPythonHost)},
                             .environment = host_environment(options_.environment),
                             .working_directory = options_.root,
                             .stdout_file = options_.stdout_file,
                             .stderr_file = options_.stderr_file});
  Json directory;
  if (!options_.directory.empty()) directory = options_.directory.native();
  const Answered answered = call("open", {{"root", options_.root.native()},
                                          {"target", options_.target},
                                          {"directory", std::move(directory)},
                                          {"verbosity", options_.verbosity},
                                          {"build", options_.build},
                                          {"project", options_.project}});
  if (!answered) {
    if (!death_) death_ = answered.error();
    return tl::unexpected(answered.error());
  }
  opened_ = Opened{.hatchling = text_in(*answered, "hatchling"), .reason = text_in(*answered, "reason")};
  opened_->note = note_on(*opened_, interpreter_);
  return Json::Object();
}

PythonHost::Answered PythonHost::call(std::string_view method, Json::Object params) {
  Session::CallResult result = session_->call(method, std::move(params), options_.time_limit);
  if (const auto* const end = std::get_if<SessionEnd>(&result)) {
    const std::string words = end->cause == SessionEnd::Cause::not_ready ? session_->new_stderr() : std::string();
    death_ = failure_of(*end, interpreter_, words, options_.time_limit);
    return tl::unexpected(*death_);
  }
  auto& answer = std::get<Session::Answer>(result);
  if (answer.error) return tl::unexpected(failure_of(*answer.error));
  return std::move(answer.result);
}

PythonHost::Answered PythonHost::call_hook(std::string_view method, std::string_view hook, Json::Object params) {
  if (Answered started = start(); !started) return started;
  params["hook"] = hook;
  if (!environment_.empty()) params["environment"] = std::exchange(environment_, Json::Object());
  return call(method, std::move(params));
}

HostResult<HostChanges> PythonHost::load(std::string_view hook, const Json::Object& config, std::int64_t index) {
  return call_hook("load", hook, {{"config", config}, {"index", index}}).map(changes_in);
}

HostResult<std::vector<std::string>> PythonHost::dependencies(std::string_view hook) {
  const Answered answered = call_hook("dependencies", hook, {});
  if (!answered) return tl::unexpected(answered.error());
  std::vector<std::string> requirements;
  const Json* const list = answered->find("dependencies");
  if (list == nullptr || list->as_array() == nullptr) return tl::unexpected(broken_host("no list of dependencies"));
  for (const Json& one : *list->as_array()) {
    if (const std::string* const text = one.as_string()) requirements.push_back(*text);
  }
  return requirements;
}

HostResult<HostChanges> PythonHost::clean(std::string_view hook, const std::vector<std::string>& versions) {
  return call_hook("clean", hook, {{"versions", array_of(versions)}}).map(changes_in);
}

HostResult<void> PythonHost::begin(std::string_view version, const Json::Object& build_data) {
  if (const Answered started = start(); !started) return tl::unexpected(started.error());
  const Answered answered = call("begin", {{"version", version}, {"build_data", build_data}});
  if (!answered) return tl::unexpected(answered.error());
  return {};
}

HostResult<HostStage> PythonHost::stage(std::string_view method, std::string_view hook, std::string_view version,
                                        const Json::Object& build_data, Json::Object more) {
  more["version"] = version;
  more["build_data"] = build_data;
  const Answered answered = call_hook(method, hook, std::move(more));
  if (!answered) return tl::unexpected(answered.error());
  std::optional<Json::Object> after = object_in(*answered, "build_data");
  if (!after) return tl::unexpected(broken_host("no build data"));
  return HostStage{.build_data = std::move(*after), .changes = changes_in(*answered)};
}

HostResult<HostStage> PythonHost::initialize(std::string_view hook, std::string_view version,
                                             const Json::Object& build_data) {
  return stage("initialize", hook, version, build_data, {});
}

HostResult<HostStage> PythonHost::finalize(std::string_view hook, std::string_view version,
                                           const Json::Object& build_data, const std::filesystem::path& artifact_path) {
  return stage("finalize", hook, version, build_data, {{"artifact_path", artifact_path.native()}});
}

void PythonHost::set_environment(std::string_view name, Json value) { environment_[name] = std::move(value); }

void PythonHost::close() {
  if (session_ && !death_) session_->close();
}

std::string PythonHost::new_stderr() { return session_ ? session_->new_stderr() : std::string(); }

std::string PythonHost::new_stdout() { return session_ ? session_->new_stdout() : std::string(); }

}  // namespace grapnel::target
