// SPDX-License-Identifier: BSD-3-Clause
#include "runner/luci/luciexe.hpp"

#include "runner/cli/commands.hpp"
#include "runner/cli/hook_command.hpp"
#include "runner/cli/hook_sinks.hpp"
#include "runner/cli/luciexe_arguments.hpp"
#include "runner/luci/context.hpp"
#include "runner/luci/document_redactor.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/report/luci_encoders.hpp"
#include "runner/report/luci_input.hpp"
#include <grapnel/version.hpp>

#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace grapnel::cli {

namespace {

tl::expected<report::luci::InputBuild, std::string> input_build() {
  std::string bytes;
  constexpr std::size_t kPart = 64U << 10U;
  std::string part(kPart, '\0');
  while (bytes.size() <= report::luci::kMostInput) {
    const ssize_t count = hooks::base::repeat_on_eintr([&] { return ::read(STDIN_FILENO, part.data(), part.size()); });
    if (count < 0) return tl::unexpected(std::string("standard input cannot be read: ") + std::strerror(errno));
    if (count == 0) break;
    bytes.append(part, 0, static_cast<std::size_t>(count));
  }
  auto build = report::luci::read_input_build(bytes);
  if (!build) return tl::unexpected("what is on standard input is no binary Build: " + build.error());
  return build;
}

// The Build that the flags are wrong in is a Build, too: somebody waits for one.
int finish(luci::LuciexeSink& sink, const Outcome& outcome) {
  std::signal(SIGPIPE, SIG_IGN);
  say(outcome.reason);
  sink.on_event(CommandStarted{.command = "luciexe",
                               .version = std::string(version()),
                               .time_of_day = std::chrono::system_clock::now(),
                               .time = now()});
  sink.on_event(CommandFinished{.outcome = outcome, .exit_code = outcome.exit_code, .time = now()});
  return outcome.exit_code;
}

int run_with(luci::LuciexeSink& sink, const LuciexeCommand& command, const hooks::Json::Object& properties) {
  const auto arguments = build_arguments(properties, command.arguments);
  if (!arguments) return finish(sink, outcome::project_failure(arguments.error()));
  std::vector<const char*> argv{"grapnel", "build"};
  for (const std::string& argument : *arguments) argv.push_back(argument.c_str());
  const Parsed parsed = parse_command_line(static_cast<int>(argv.size()), argv.data());
  const Command* build = std::get_if<Command>(&parsed);
  if (build == nullptr) {
    return finish(sink, outcome::project_failure("the flags for 'grapnel build', of the command line and of "
                                                 "input.properties.grapnel, are wrong: standard error says where"));
  }
  BuildCommand wanted = std::get<BuildCommand>(*build);
  // Exit code 0 says SUCCESS to the host, and nothing else may.
  std::erase_if(wanted.exit_codes, [](const auto& code) { return code.second == 0; });
  sink.hide(luci::document_redactor(wanted.workspace));
  return run_build(wanted, &sink);
}

}  // namespace

int run(const LuciexeCommand& command) {
  if (!command.output.empty()) {
    try {
      report::luci::check_extension(command.output.string());
    } catch (const std::invalid_argument& error) {
      say("--output: " + std::string(error.what()));
      return kUsageError;
    }
  }
  const auto input = input_build();
  const auto context = luci::context_of_environment();  // where it is wrong, who runs the hooks says so
  luci::LuciexeSink sink({.identity = input ? input->identity : report::luci::BuildIdentity{},
                          .output = command.output,
                          .server = our_variable("LOGDOG_STREAM_SERVER_PATH"),
                          .space = our_variable("LOGDOG_NAMESPACE"),
                          .deadline = context ? context->deadline : luci::Deadline{},
                          .warn = say});
  constexpr int kNotWritten = 1;
  const int exit_code =
      input ? run_with(sink, command, input->properties) : finish(sink, outcome::system_failure(0, input.error()));
  return sink.is_output_written() ? exit_code : kNotWritten;
}

}  // namespace grapnel::cli
