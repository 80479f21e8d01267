// SPDX-License-Identifier: BSD-3-Clause
// The life of a hook's process: arguments, input.json, the callback, output.json, exit code. The table stands in
// hook.hpp.
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/input.hpp"
#include "hooks_api/protocol/output.hpp"
#include "hooks_api/protocol/validate.hpp"
#include "hooks_api/sdk/arguments.hpp"
#include "hooks_api/sdk/failure.hpp"
#include "hooks_api/sdk/report_output.hpp"
#include <hooks/hook.hpp>

#include <tl/expected.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hooks::detail {

namespace {

using protocol::HookKind;

// What differs between build and link hooks.
struct BuildHook {
  using Input = BuildInput;
  using Output = BuildOutputBuilder;
  static constexpr HookKind kKind = HookKind::build;
  static auto read(const Json& document) { return protocol::read_build_input(document); }
};
struct LinkHook {
  using Input = LinkInput;
  using Output = LinkOutputBuilder;
  static constexpr HookKind kKind = HookKind::link;
  static auto read(const Json& document) { return protocol::read_link_input(document); }
};

// No input: the message, and where it can be reported.
struct NoInput {
  std::string message;
  std::filesystem::path out_file{};  // empty: not known
};

template <typename Hook>
tl::expected<std::unique_ptr<typename Hook::Input>, NoInput> read_input(int argc, const char* const* argv) {
  const auto no_input = [](std::string message, std::filesystem::path out_file = {}) {
    return tl::unexpected<NoInput>(NoInput{std::move(message), std::move(out_file)});
  };
  const auto path = sdk::config_argument(argc, argv);
  if (!path) {
    return no_input(
        "no --config=<path> argument. This program is a hook: its runner starts it with the path of an input.json");
  }
  const auto text = base::read_file(*path, base::JsonLimits{}.bytes);
  if (!text) return no_input(text.error().message);
  auto document = base::parse_json(*text);
  if (!document) return no_input("'" + *path + "' is not JSON: " + document.error().describe());

  std::filesystem::path out_file = protocol::out_file_of(*document);
  auto input = Hook::read(*document);
  if (!input) {
    const std::string kind(protocol::name_of(Hook::kKind));
    return no_input("'" + *path + "' is not the input of a " + kind + " hook:\n" + protocol::describe(input.error()),
                    std::move(out_file));
  }
  return std::move(*input);
}

int report_no_input(const NoInput& fault, HookKind kind) {
  sdk::Failure failure = sdk::plain_failure(FailureType::uncategorized, "input.json: " + fault.message);
  if (!fault.out_file.empty()) return sdk::report_output({}, kind, fault.out_file, std::move(failure));
  sdk::print_error(failure.report);
  return protocol::exit_code(failure.type);
}

template <typename Hook>
std::optional<sdk::Failure> run_callback(const typename Hook::Input& input, typename Hook::Output& output,
                                         const Callback<typename Hook::Input, typename Hook::Output>& callback) {
  try {
    if (const auto made = base::create_directories(input.output_directory()); !made) {
      throw InfraException(made.error().message);
    }
    callback.call(callback.object, input, output);
  } catch (...) {
    return sdk::describe_current_exception();
  }
  const protocol::Faults faults = protocol::validate_output_base(output.output(), Hook::kKind, input.config());
  if (faults.empty()) return std::nullopt;
  return sdk::plain_failure(FailureType::build, "the output of this hook is not valid:\n" + protocol::describe(faults));
}

template <typename Hook>
int run(int argc, const char* const* argv, const Callback<typename Hook::Input, typename Hook::Output>& callback) {
  const auto input = read_input<Hook>(argc, argv);
  if (!input) return report_no_input(input.error(), Hook::kKind);
  typename Hook::Output output;
  auto failure = run_callback<Hook>(**input, output, callback);
  return sdk::report_output(output.output(), Hook::kKind, (*input)->output_file(), std::move(failure));
}

template <typename Hook>
int run_without_throwing(int argc, const char* const* argv,
                         const Callback<typename Hook::Input, typename Hook::Output>& callback) noexcept {
  try {
    return run<Hook>(argc, argv, callback);
  } catch (const std::exception& exception) {
    // Reporting itself failed, for want of memory for one.
    sdk::print_error("this hook cannot report its end: ");
    sdk::print_error(exception.what());
    sdk::print_error("\n");
  } catch (...) {
    sdk::print_error("this hook cannot report its end\n");
  }
  return protocol::exit_code(FailureType::uncategorized);
}

}  // namespace

int run_build(int argc, const char* const* argv, Callback<BuildInput, BuildOutputBuilder> callback) {
  return run_without_throwing<BuildHook>(argc, argv, callback);
}

int run_link(int argc, const char* const* argv, Callback<LinkInput, LinkOutputBuilder> callback) {
  return run_without_throwing<LinkHook>(argc, argv, callback);
}

}  // namespace hooks::detail
