// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/native.hpp"

#include "runner/worker/native_kind.hpp"

namespace grapnel::hookd {

namespace {

constexpr std::string_view kPrefix = "native:";

}  // namespace

bool is_native_backend(std::string_view backend) noexcept {
  return backend.starts_with(kPrefix) && backend.find('/') != std::string_view::npos;
}

std::filesystem::path native_path(std::string_view backend, const std::filesystem::path& source_tree) {
  return source_tree / backend.substr(kPrefix.size());
}

worker::Command native_command(const std::filesystem::path& backend, const std::filesystem::path& host) {
  const std::string name = "the backend '" + backend.native() + "'";
  if (worker::native_kind(backend) == worker::NativeKind::executable) {
    return {.name = name, .executable = backend, .arguments = {backend.native()}};
  }
  // What is missing or no library is the host's to say, in each answer.
  return {.name = name, .executable = host, .arguments = {host.native(), "native-worker", backend.native()}};
}

}  // namespace grapnel::hookd
