// SPDX-License-Identifier: BSD-3-Clause
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

asio::awaitable<std::optional<HookSource>> find_hook(const workspace::Package& package, HookKind kind,
                                                     const Toolchain& toolchain, process::Launcher& launcher,
                                                     StepObserver& observer, std::stop_token stop) {
  const HookFiles files = find_hook_files(package, kind);
  std::optional<HookSource> native;
  const auto add = [&](Form form, const std::filesystem::path& file) {
    if (native) {
      throw ProjectError("package '" + package.name + "' has two " + std::string(name_of(kind)) + " hooks: '" +
                         native->file.string() + "' (" + std::string(name_of(native->form)) + ") and '" +
                         file.string() + "' (" + std::string(name_of(form)) + "). Remove one of them.");
    }
    native = HookSource{kind, form, file, std::nullopt};
  };
  if (files.executable) add(Form::executable, *files.executable);
  if (files.cmake_project) {
    // A project owns the .cpp files beside it, whether or not it has this hook.
    const StepContext context{toolchain, launcher, observer, stop};
    if (co_await cmake_project_has_hook(package, kind, *files.cmake_project, context)) {
      add(Form::cmake, *files.cmake_project);
    }
  } else if (files.cpp) {
    add(Form::cpp, *files.cpp);
  }
  if (native) {
    native->ignored_dart = files.dart;
  } else if (files.dart) {
    native = HookSource{kind, Form::dart, *files.dart, std::nullopt};
  }
  co_return native;
}

}  // namespace grapnel::program
