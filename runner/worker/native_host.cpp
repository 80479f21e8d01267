// SPDX-License-Identifier: BSD-3-Clause
#include "runner/worker/native_host.hpp"

#include "hooks_api/pep517/answers.hpp"
#include "hooks_api/pep517/channel.hpp"
#include "hooks_api/pep517/serve.hpp"
#include "runner/worker/native_kind.hpp"

#include <dlfcn.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace grapnel::worker {

namespace {

using hooks::pep517::Answer;
using hooks::pep517::Call;
using hooks::pep517::error_answer;

// As HOOKS_PEP517_LIBRARY in <hooks/pep517.hpp> defines it. The library has a C++ runtime of its own: bytes cross the
// border, no objects and no exceptions.
using TakeAnswer = void(void* receiver, const char* frame, std::size_t size);
using BackendFunction = void(const char* call, std::size_t size, TakeAnswer* answer, void* receiver);
constexpr const char* kFunction = "hooks_pep517_backend";

void keep_bytes(void* receiver, const char* frame, std::size_t size) {
  static_cast<std::string*>(receiver)->assign(frame, size);
}

class Library {
 public:
  // dlopen() takes a name without a slash for one that it searches for.
  explicit Library(std::string path)
      : path_(path.find('/') == std::string::npos ? "./" + std::move(path) : std::move(path)) {}

  Answer run(const Call& call) {
    if (function_ == nullptr) {
      if (std::optional<Answer> failure = load(call)) return *std::move(failure);
    }
    const std::string frame = hooks::pep517::to_frame(hooks::pep517::to_fields(call));
    std::string bytes;
    function_(frame.data(), frame.size(), &keep_bytes, &bytes);
    hooks::pep517::FrameReader reader;
    reader.feed(bytes);
    if (const auto fields = reader.next(); fields && *fields) {
      if (auto answer = hooks::pep517::to_answer(**fields)) return *std::move(answer);
    }
    return error_answer(call, "HookRuntimeError",
                        "'" + path_ + "' gave an answer that is none; build it with the SDK of this grapnel");
  }

 private:
  // An answer where there is no function now.
  std::optional<Answer> load(const Call& call) {
    struct stat status {};
    if (::stat(path_.c_str(), &status) != 0) {
      const int error = errno;
      const bool missing = error == ENOENT || error == ENOTDIR;
      return error_answer(
          call, missing ? "MissingBackendModule" : "BackendImportError",
          "cannot load the build backend '" + path_ + "': " + std::strerror(error) +
              (missing ? "; build it first, or correct native:PATH (it counts from the source tree)" : ""));
    }
    void* const library = ::dlopen(path_.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      return error_answer(call, "BackendImportError",
                          "cannot load the build backend '" + path_ + "': " + ::dlerror() + "; " + advice());
    }
    function_ = reinterpret_cast<BackendFunction*>(::dlsym(library, kFunction));
    if (function_ != nullptr) return std::nullopt;
    ::dlclose(library);
    return error_answer(
        call, "MissingBackendAttribute",
        "the library '" + path_ + "' does not define " + kFunction + ": write HOOKS_PEP517_LIBRARY(YourBackend) in it");
  }

  [[nodiscard]] std::string advice() const {
    switch (native_kind(path_)) {
      case NativeKind::not_executable:
        return "it is no shared library; if it is a program, make it executable (chmod +x)";
      case NativeKind::not_a_file:
        return "name a shared library or a program in native:PATH";
      default:
        return "it has to be a shared library of this machine that was linked with all it needs";
    }
  }

  std::string path_;
  BackendFunction* function_ = nullptr;
};

}  // namespace

int run_native_host(int argc, const char* const* argv) {
  if (argc != 4) {
    std::fputs("grapnel: usage: grapnel native-worker LIBRARY CALLS ANSWERS (`grapnel daemon` starts it by itself)\n",
               stderr);
    return 64;
  }
  try {
    Library library(argv[1]);
    return hooks::pep517::serve({.calls = argv[2], .answers = argv[3]},
                                [&](const Call& call) { return library.run(call); });
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "grapnel: native-worker cannot go on: %s\n", fault.what());
    return 255;
  }
}

}  // namespace grapnel::worker
