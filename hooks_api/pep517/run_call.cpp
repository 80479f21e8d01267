// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/pep517/run_call.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/forked.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/shown.hpp"
#include "hooks_api/pep517/answers.hpp"
#include "hooks_api/pep517/call_streams.hpp"
#include "hooks_api/pep517/hooks.hpp"
#include "hooks_api/pep517/python_repr.hpp"
#include "hooks_api/sdk/failure.hpp"

#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

namespace hooks::pep517 {

namespace {

using base::Expected;

// REQUIRES: an exception is being handled.
Answer answer_of_exception(const Call& call, std::string kind) {
  sdk::Failure failure = sdk::describe_current_exception();
  std::string type = std::move(failure.type_name);
  // The two that have a meaning are known by their own names.
  if (type == "hooks::BuildException" || type == "hooks::InfraException") type.erase(0, type.find_last_of(':') + 1);
  Answer answer = error_answer(call, std::move(kind), type + ": " + failure.message);
  answer.traceback = cut_text(std::move(failure.trace));
  answer.infra = failure.type == FailureType::infra;
  return answer;
}

bool has_hook(const detail::Pep517Overrides& overrides, Hook hook) {
  switch (hook) {
    case Hook::build_wheel:
      return overrides.build_wheel;
    case Hook::build_sdist:
      return overrides.build_sdist;
    case Hook::prepare_metadata_for_build_wheel:
      return overrides.prepare_metadata_for_build_wheel;
    case Hook::build_editable:
      return overrides.build_editable;
    case Hook::prepare_metadata_for_build_editable:
      return overrides.prepare_metadata_for_build_editable;
    case Hook::get_requires_for_build_wheel:
    case Hook::get_requires_for_build_sdist:
    case Hook::get_requires_for_build_editable:
      return true;
  }
  return false;
}

Answer unsupported(const Call& call, const detail::Pep517Overrides& overrides) {
  std::string text = "this backend has no hook " + base::shown(call.hook) + "; it has ";
  std::string_view between;
  for (const Hook hook : kHooks) {
    if (!has_hook(overrides, hook)) continue;
    text += between;
    text += name_of(hook);
    between = ", ";
  }
  return error_answer(call, "UnsupportedHook", std::move(text));
}

// The arguments of a call, by what they mean.
struct Arguments {
  std::filesystem::path result_directory{};  // empty: the hook has none
  std::filesystem::path metadata_directory{};
  Json config_settings{};
};

// A directory without a slash at its end, as a backend would write it.
std::filesystem::path without_slash(const std::filesystem::path& directory) {
  return directory.has_filename() || !directory.has_relative_path() ? directory : directory.parent_path();
}

// Why arguments are none that a hook can be given.
struct BadArgument {
  std::string kind;
  std::string message;
};

tl::expected<Arguments, BadArgument> read_arguments(const Call& call, Hook hook) {
  const auto bad = [](std::string kind, std::string message) {
    return tl::unexpected<BadArgument>(BadArgument{std::move(kind), std::move(message)});
  };
  const auto names = arguments_of(hook);
  if (call.arguments.size() != names.size()) {
    return bad("HookRuntimeError", call.hook + " takes " + std::to_string(names.size()) +
                                       " arguments, and the call has " + std::to_string(call.arguments.size()) +
                                       "; please report this");
  }
  Arguments arguments;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& value = call.arguments[i].value;
    if (names[i] == Argument::config_settings) {
      if (call.arguments[i].kind == CallArgument::Kind::none) continue;
      auto settings = base::parse_json(value);
      if (!settings) {
        return bad("MalformedHookArgument", "config_settings is not JSON: " + settings.error().describe());
      }
      arguments.config_settings = std::move(*settings);
    } else if (is_result_directory(hook, names[i])) {
      arguments.result_directory = without_slash(value);
    } else {
      arguments.metadata_directory = without_slash(value);
    }
  }
  return arguments;
}

std::string run_hook(Hook hook, const Call& call, const Arguments& arguments, Pep517Backend& backend) {
  const Pep517Request request{.source_tree = without_slash(call.tree), .config_settings = arguments.config_settings};
  const auto wheel = [&] { return WheelRequest{request, arguments.result_directory, arguments.metadata_directory}; };
  const auto sdist = [&] { return SdistRequest{request, arguments.result_directory}; };
  const auto metadata = [&] { return MetadataRequest{request, arguments.result_directory}; };
  switch (hook) {
    case Hook::build_wheel:
      return backend.build_wheel(wheel());
    case Hook::build_sdist:
      return backend.build_sdist(sdist());
    case Hook::prepare_metadata_for_build_wheel:
      return backend.prepare_metadata_for_build_wheel(metadata());
    case Hook::get_requires_for_build_wheel:
      return python_repr(backend.get_requires_for_build_wheel(request));
    case Hook::get_requires_for_build_sdist:
      return python_repr(backend.get_requires_for_build_sdist(request));
    case Hook::build_editable:
      return backend.build_editable(wheel());
    case Hook::prepare_metadata_for_build_editable:
      return backend.prepare_metadata_for_build_editable(metadata());
    case Hook::get_requires_for_build_editable:
      return python_repr(backend.get_requires_for_build_editable(request));
  }
  return "";
}

Answer answer_of_result(const Call& call, const Arguments& arguments, std::string result) {
  const bool is_name = !arguments.result_directory.empty();
  if (is_name && (result.empty() || result.find_first_of(std::string_view("/\n\0", 3)) != std::string::npos)) {
    return error_answer(call, "HookRuntimeError",
                        "the backend's " + call.hook + " returned " + base::shown(result) +
                            ", which is not the name of a file: return the name of what it made in " +
                            base::shown(arguments.result_directory.native()) + ", without directory");
  }
  if (result.size() > kLargestFrame / 2) {
    return error_answer(call, "HookRuntimeError",
                        "what the backend's " + call.hook + " returned is larger than 32 MiB");
  }
  return Answer{.nonce = call.nonce, .kind = "OK", .text = std::move(result)};
}

// Not inlined, so that stack traces end with the hook.
[[gnu::noinline]] Answer call_backend(const Call& call, Hook hook, const Arguments& arguments,
                                      const detail::Pep517Class& kind, std::unique_ptr<Pep517Backend>& backend) {
  if (!backend) {
    try {
      backend = kind.make();
    } catch (...) {
      return answer_of_exception(call, "BackendImportError");
    }
  }
  try {
    return answer_of_result(call, arguments, run_hook(hook, call, arguments, *backend));
  } catch (...) {
    return answer_of_exception(call, "HookRuntimeError");
  }
}

}  // namespace

Answer run_call(const Call& call, const detail::Pep517Class& kind, std::unique_ptr<Pep517Backend>& backend) {
  const std::optional<Hook> hook = hook_named(call.hook);
  if (!hook || !has_hook(kind.overrides, *hook)) return unsupported(call, kind.overrides);
  const auto arguments = read_arguments(call, *hook);
  if (!arguments) return error_answer(call, arguments.error().kind, arguments.error().message);
  if (!arguments->result_directory.empty()) {
    if (const auto made = base::create_directories(arguments->result_directory); !made) {
      return infra_answer(call, made.error().message);
    }
  }
  const pid_t worker = ::getpid();
  const CallIostreams iostreams;
  Answer answer = call_backend(call, *hook, *arguments, kind, backend);
  // Before anything is flushed: what the hook printed before its fork is the worker's to write.
  base::exit_if_forked_from(worker);
  return answer;
}

}  // namespace hooks::pep517
