// SPDX-License-Identifier: BSD-3-Clause
// The linker sends every throw of a hook here (--wrap=__cxa_throw), also those inside a static libstdc++. The flags
// name this archive member; nothing else in the archive needs it.
#include "hooks_api/sdk/throw_trace.hpp"

#include "hooks_api/base/backtrace.hpp"

#include <array>
#include <cstddef>

namespace hooks::sdk {

namespace {

// An exception, its causes, and those that its unwinding threw and caught. A ring; no constructor, no allocation.
constexpr std::size_t kRemembered = 8;
struct Throws {
  std::array<ThrowTrace, kRemembered> traces;
  std::size_t count;
};
constinit thread_local Throws throws = {};

}  // namespace

const ThrowTrace* find_throw_trace(const void* object, const std::type_info& type) noexcept {
  for (std::size_t age = 1; age <= kRemembered && age <= throws.count; ++age) {
    const ThrowTrace& trace = throws.traces[(throws.count - age) % kRemembered];
    if (object != nullptr ? trace.object == object : *trace.type == type) return &trace;
  }
  return nullptr;
}

}  // namespace hooks::sdk

extern "C" {

// The names are the linker's.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
[[noreturn]] void __real___cxa_throw(void* object, std::type_info* type, void (*destructor)(void*));
[[noreturn]] void __wrap___cxa_throw(void* object, std::type_info* type, void (*destructor)(void*));

void __wrap___cxa_throw(void* object, std::type_info* type, void (*destructor)(void*)) {
  using hooks::sdk::ThrowTrace;
  auto& throws = hooks::sdk::throws;
  ThrowTrace& trace = throws.traces[throws.count++ % hooks::sdk::kRemembered];
  trace.object = object;
  trace.type = type;
  trace.frame_count = hooks::base::capture_frames(trace.frames, ThrowTrace::kMaxFrames, __builtin_return_address(0));
  __real___cxa_throw(object, type, destructor);
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

}  // extern "C"
