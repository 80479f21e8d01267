// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Build backends of Python packages (PEP 517, PEP 660) in C++. `grapnel daemon` runs them under the backend name
/// "native:PATH", without any Python.
#pragma once

#include <hooks/exceptions.hpp>
#include <hooks/json.hpp>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

namespace hooks {

/// What every hook of a backend is given.
struct Pep517Request {
  std::filesystem::path source_tree;  ///< of the project, absolute; the working directory too
  Json config_settings;               ///< null where the front end has none
};
/// For build_wheel and build_editable.
struct WheelRequest : Pep517Request {
  std::filesystem::path wheel_directory;     ///< absolute, exists: where the wheel goes
  std::filesystem::path metadata_directory;  ///< absolute: the .dist-info that prepare_metadata made; empty: none
};
/// For build_sdist.
struct SdistRequest : Pep517Request {
  std::filesystem::path sdist_directory;  ///< absolute, exists: where the archive goes
};
/// For prepare_metadata_for_build_wheel and _editable.
struct MetadataRequest : Pep517Request {
  std::filesystem::path metadata_directory;  ///< absolute, exists: where the .dist-info goes
};

/// A build backend: override the hooks that it has. The front end sees which ones these are; for the others, those that
/// build something are unsupported, as PEP 517 lets a backend leave them out, and those that list requirements list
/// none.
///
/// An exception that leaves a hook is the front end's `ERROR HookRuntimeError`, and its message begins with
/// "BuildException: " or "InfraException: " for these two; only the latter counts as the infrastructure's fault. What a
/// hook prints goes to the files that the front end was told, its standard input is empty, its working directory the
/// source tree. One object, made by the first call, serves many, one after another, on one thread.
class Pep517Backend {
 public:
  virtual ~Pep517Backend();

  /// Builds a wheel in request.wheel_directory and returns its file name, without directory.
  virtual std::string build_wheel(const WheelRequest& request);
  /// Builds a .tar.gz in request.sdist_directory and returns its file name.
  virtual std::string build_sdist(const SdistRequest& request);
  /// Makes NAME-VERSION.dist-info in request.metadata_directory and returns that name.
  virtual std::string prepare_metadata_for_build_wheel(const MetadataRequest& request);
  /// What pip has to install before build_wheel; none by default.
  virtual std::vector<std::string> get_requires_for_build_wheel(const Pep517Request& request);
  virtual std::vector<std::string> get_requires_for_build_sdist(const Pep517Request& request);
  virtual std::string build_editable(const WheelRequest& request);
  virtual std::string prepare_metadata_for_build_editable(const MetadataRequest& request);
  virtual std::vector<std::string> get_requires_for_build_editable(const Pep517Request& request);

 protected:
  Pep517Backend() = default;
  Pep517Backend(const Pep517Backend&) = default;
  Pep517Backend& operator=(const Pep517Backend&) = default;
};

namespace detail {

/// Which of the hooks that have no default a backend overrides.
struct Pep517Overrides {
  bool build_wheel;
  bool build_sdist;
  bool prepare_metadata_for_build_wheel;
  bool build_editable;
  bool prepare_metadata_for_build_editable;
};

/// `&Backend::hook` has the type of the class that declares the hook.
template <typename Backend>
constexpr Pep517Overrides pep517_overrides() {
  using Base = Pep517Backend;
  return {!std::is_same_v<decltype(&Backend::build_wheel), decltype(&Base::build_wheel)>,
          !std::is_same_v<decltype(&Backend::build_sdist), decltype(&Base::build_sdist)>,
          !std::is_same_v<decltype(&Backend::prepare_metadata_for_build_wheel),
                          decltype(&Base::prepare_metadata_for_build_wheel)>,
          !std::is_same_v<decltype(&Backend::build_editable), decltype(&Base::build_editable)>,
          !std::is_same_v<decltype(&Backend::prepare_metadata_for_build_editable),
                          decltype(&Base::prepare_metadata_for_build_editable)>};
}

/// What the SDK knows of a backend's class. The object is made by the first call that needs it, when what its
/// constructor prints has a place to go to.
struct Pep517Class {
  std::unique_ptr<Pep517Backend> (*make)();
  Pep517Overrides overrides;
};

template <typename Backend>
constexpr Pep517Class pep517_class() {
  static_assert(std::is_base_of_v<Pep517Backend, Backend>, "a backend is a class derived from hooks::Pep517Backend");
  return {[]() -> std::unique_ptr<Pep517Backend> { return std::make_unique<Backend>(); }, pep517_overrides<Backend>()};
}

int run_pep517(int argc, const char* const* argv, const Pep517Class& kind) noexcept;

/// Takes the one answer to a call; borrows the bytes.
using Pep517Answer = void(void* receiver, const char* frame, std::size_t size);
void run_pep517_call(const Pep517Class& kind, const char* call, std::size_t size, Pep517Answer* answer,
                     void* receiver) noexcept;

}  // namespace detail

/// The main function of a backend that is an executable:
/// `int main(int argc, char** argv) { return hooks::run_pep517_backend<MyBackend>(argc, argv); }`.
///
/// Serves calls of `grapnel daemon` until there are no more, and returns 0. Started by hand, it says what it is for and
/// returns 64. Never throws: an exception of the backend's constructor is the front end's `ERROR BackendImportError`.
template <typename Backend>
[[nodiscard]] int run_pep517_backend(int argc, const char* const* argv) noexcept {
  return detail::run_pep517(argc, argv, detail::pep517_class<Backend>());
}

}  // namespace hooks

/// For a backend that is a shared library: `HOOKS_PEP517_LIBRARY(MyBackend)` once, outside of all namespaces.
///
/// Defines a C function that runs one call: grapnel's side loads the library, reads the calls and sends the answers,
/// and nothing but bytes crosses the border.
#define HOOKS_PEP517_LIBRARY(Backend)                                                                     \
  extern "C" [[gnu::visibility("default")]] void hooks_pep517_backend(                                    \
      const char* call, std::size_t size, hooks::detail::Pep517Answer* answer, void* receiver) noexcept { \
    hooks::detail::run_pep517_call(hooks::detail::pep517_class<Backend>(), call, size, answer, receiver); \
  }
