// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The main function of a hook.
#pragma once

#include <hooks/input.hpp>
#include <hooks/output.hpp>

namespace hooks {

namespace detail {
/// A borrowed callback: an object and how to call it.
template <typename Input, typename Output>
struct Callback {
  void* object;
  void (*call)(void* object, const Input& input, Output& output);
};
template <typename Input, typename Output, typename Function>
Callback<Input, Output> callback(Function& function) {
  return {&function,
          [](void* object, const Input& input, Output& output) { (*static_cast<Function*>(object))(input, output); }};
}
int run_build(int argc, const char* const* argv, Callback<BuildInput, BuildOutputBuilder> callback);
int run_link(int argc, const char* const* argv, Callback<LinkInput, LinkOutputBuilder> callback);
}  // namespace detail

/// Runs a build hook: `int main(int argc, char** argv) { return hooks::build(argc, argv, [](const
/// hooks::BuildInput& input, hooks::BuildOutputBuilder& output) { … }); }`.
///
/// Reads the input.json that `--config=<path>` or `--config <path>` names (the first one counts), creates
/// input.output_directory(), calls `function(input, output)`, writes output.json by rename and returns the exit code.
/// Never throws.
///
/// | the callback                | stderr                 | output.json                       | exit code             |
/// |-----------------------------|------------------------|-----------------------------------|-----------------------|
/// | returns, output valid       | –                      | success                           | 0                     |
/// | returns, output invalid     | one line an error      | failure, build                    | 1                     |
/// | throws BuildException       | message, causes, trace | failure, build                    | 1                     |
/// | throws InfraException       | message, causes, trace | failure, infra                    | 2                     |
/// | throws anything else        | the same and a hint    | failure, uncategorized            | 255                   |
/// | has no valid input.json     | what, where            | the same, where out_file is known | 255                   |
/// | has no output directory     | as InfraException      | failure, infra                    | 2                     |
/// | ended, no output.json can be written | what, why     | –                                 | 2, or the failure's   |
///
/// A failing output.json holds what was added so far. The first exception that leaves the callback decides. An
/// exception that is not of the two kinds has a trace where the hook is linked with the flags of grapnel::hooks.
template <typename Function>
[[nodiscard]] int build(int argc, const char* const* argv, Function&& function) {
  return detail::run_build(argc, argv, detail::callback<BuildInput, BuildOutputBuilder>(function));
}

/// Runs a link hook; as build(), with LinkInput and LinkOutputBuilder.
template <typename Function>
[[nodiscard]] int link(int argc, const char* const* argv, Function&& function) {
  return detail::run_link(argc, argv, detail::callback<LinkInput, LinkOutputBuilder>(function));
}

}  // namespace hooks
