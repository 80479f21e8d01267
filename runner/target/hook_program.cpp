// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/hook_program.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/shown.hpp"
#include "hooks_api/base/spawn.hpp"
#include "runner/base/errors.hpp"
#include "runner/cache/digest.hpp"
#include "runner/cache/environment_key.hpp"
#include "runner/cache/log.hpp"
#include "runner/engine/hook_verdict.hpp"
#include "runner/engine/program_memory.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/program/program.hpp"
#include "runner/target/document_hook.hpp"
#include "runner/target/loop.hpp"

#include <unistd.h>

#include <system_error>
#include <utility>

namespace grapnel::target {

namespace fs = std::filesystem;
using hooks::base::shown;

namespace {

class Steps final : public program::StepObserver {
 public:
  explicit Steps(Surroundings& surroundings) : surroundings_(surroundings) {}
  void on_step(const std::string& what, const std::string& command) override {
    if (surroundings_.on_step) surroundings_.on_step(what, surroundings_.redactor.redact(command));
  }
  void on_wait(const std::string& sentence) override { surroundings_.warn(sentence); }
  void equip(process::ChildRequest& child) override { surroundings_.loop.equip(child); }

 private:
  Surroundings& surroundings_;
};

program::HookSource source_of(const ProgramSource& source) {
  const auto is_file = [](const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error);
  };
  const std::string hook = "hook " + shown(source.name);
  if (is_file(source.path / "CMakeLists.txt")) {
    return {HookKind::build, program::Form::cmake, (source.path / "CMakeLists.txt").native(), std::nullopt};
  }
  if (!is_file(source.path)) {
    throw ProjectError(hook + ": there is no file " + shown(source.path.native()) +
                       " and no directory of that name with a CMakeLists.txt. Its `path` names a C++ source, a CMake "
                       "project or an executable, relative to the project's root.");
  }
  const std::string extension = source.path.extension().native();
  if (extension == ".cpp" || extension == ".cc" || extension == ".cxx") {
    return {HookKind::build, program::Form::cpp, source.path.native(), std::nullopt};
  }
  if (::access(source.path.c_str(), X_OK) != 0) {
    throw ProjectError(hook + ": " + shown(source.path.native()) +
                       " is not executable. Make it so with chmod +x, or name a C++ source or a CMake project.");
  }
  return {HookKind::build, program::Form::executable, source.path.native(), std::nullopt};
}

HookProgram program_of_command(const ProgramSource& source, const Surroundings& surroundings) {
  const std::string& first = source.command.front();
  fs::path executable;
  if (first.find('/') != std::string::npos) {
    executable = surroundings.project.root / first;
  } else {
    executable = hooks::base::find_executable(first, value_of(surroundings.environment.filtered(), "PATH"));
  }
  if (executable.empty() || ::access(executable.c_str(), X_OK) != 0) {
    throw ProjectError("hook " + shown(source.name) + ": its command " + shown(first) +
                       (executable.empty() ? " is not on PATH." : " is no executable file.") +
                       " A first word with a '/' counts from the project's root.");
  }
  HookProgram program{.executable = executable, .arguments = source.command};
  program.arguments.front() = executable.native();
  const cache::Content content = cache::content_of_file(executable.native());
  cache::Fields fields;
  for (const std::string& argument : source.command) fields.add(argument);
  fields.add(content.digest);
  program.identity = cache::to_hex(fields.digest());
  return program;
}

}  // namespace

ReadyHookProgram ready_hook_program(const ProgramSource& source, Surroundings& surroundings) {
  if (!source.command.empty()) return {.program = program_of_command(source, surroundings)};
  const program::HookSource hook_source = source_of(source);
  const fs::path own = surroundings.own_directory();
  value_or_throw(hooks::base::create_directories(own));
  const program::Toolchain toolchain{.tools = surroundings.tools,
                                     .environment = surroundings.environment.filtered(),
                                     .policy = surroundings.policy,
                                     .package_config = {},
                                     .workspace_directory = surroundings.project.root,
                                     .own_directory = own,
                                     .grace_period = surroundings.grace_period,
                                     .time_limit = surroundings.hook_timeout};
  cache::StateLog log(own / "records");
  log.hold();
  const cache::EnvironmentKey environment(toolchain.environment, surroundings.policy);
  const engine::ProgramPlace place{
      .toolchain = toolchain,
      .launcher = surroundings.loop.launcher(),
      .log = log,
      .environment = "environment " + cache::to_hex(environment.digest(cache::EnvironmentRule::all, {})),
      .use_cache = surroundings.use_cache,
      .stop = surroundings.stop};
  // The same program for all targets of the project.
  const workspace::Package package{hook_directory(surroundings, source.name).filename().native(),
                                   surroundings.project.root};
  Steps steps(surroundings);
  engine::ReadyProgram ready = surroundings.loop.run(engine::ready_program(hook_source, package, place, steps));
  ReadyHookProgram result;
  const bool is_stopped = place.stop.stop_requested();
  if (ready.failure) {
    result.end = ended(engine::judge_build_failure(
        *ready.failure, is_stopped ? outcome::StopReason::canceled : outcome::StopReason::none));
    result.end.log = ready.failure->log;
    result.end.run_sh = ready.failure->run_sh;
    result.end.end = ready.failure->child.end;
    result.end.stderr_tail = ready.failure->child.stderr_tail;
    result.end.stdout_tail = ready.failure->child.stdout_tail;
    result.end.hang_report = ready.failure->child.hang_report;
    return result;
  }
  if (!ready.command) {
    result.end = ended(engine::canceled_before("canceled while waiting for a lock", outcome::StopReason::canceled));
    return result;
  }
  cache::Fields fields;
  for (const cache::Dependency& file : ready.made_of) fields.add(file.digest);
  result.program = {.executable = ready.command->executable,
                    .arguments = ready.command->arguments,
                    .identity = cache::to_hex(fields.digest())};
  return result;
}

}  // namespace grapnel::target
