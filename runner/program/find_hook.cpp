// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/files.hpp"
#include "runner/base/errors.hpp"
#include "runner/program/cmake_project.hpp"
#include "runner/program/hook_files.hpp"
#include "runner/program/program.hpp"
#include "runner/program/step.hpp"

#include <string>
#include <utility>

namespace grapnel::program {

namespace asio = boost::asio;

std::string_view name_of(Form form) noexcept {
  switch (form) {
    case Form::executable:
      return "an executable";
    case Form::cpp:
      return "C++";
    case Form::cmake:
      return "CMake";
    case Form::dart:
      return "Dart";
  }
  return "";
}

asio::awaitable<Found> find_hook(const workspace::Package& package, HookKind kind, const Toolchain& toolchain,
                                 process::Launcher& launcher, StepObserver& observer, std::stop_token stop) {
  const HookFiles files = find_hook_files(package, kind);
  Found found;
  found.looked_at.emplace_back(hooks::base::directory_text(package.root / "hook"));
  std::optional<HookSource>& native = found.source;
  const auto add = [&](Form form, const std::filesystem::path& file) {
    if (native) {
      throw ProjectError("package '" + package.name + "' has two " + std::string(name_of(kind)) + " hooks: '" +
                         native->file + "' (" + std::string(name_of(native->form)) + ") and '" + file.string() + "' (" +
                         std::string(name_of(form)) + "). Remove one of them.");
    }
    native = HookSource{kind, form, file, std::nullopt};
  };
  if (files.executable) add(Form::executable, *files.executable);
  if (files.cmake_project) {
    // A project owns the .cpp files beside it, whether or not it has this hook.
    const StepContext context{toolchain, launcher, observer, stop};
    const auto project = co_await configure_cmake_project(package, kind, *files.cmake_project, context);
    if (!project) co_return Found{};
    if (project->has_hook) add(Form::cmake, *files.cmake_project);
    found.looked_at.insert(found.looked_at.end(), project->looked_at.begin(), project->looked_at.end());
    found.identity = project_identity(package, toolchain);
  } else if (files.cpp) {
    add(Form::cpp, *files.cpp);
  }
  if (native) {
    native->ignored_dart = files.dart;
  } else if (files.dart) {
    native = HookSource{kind, Form::dart, *files.dart, std::nullopt};
  }
  co_return found;
}

}  // namespace grapnel::program
