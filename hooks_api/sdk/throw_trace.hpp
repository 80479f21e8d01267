// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Where exceptions that are not ours were thrown.
#pragma once

#include <typeinfo>

namespace hooks::sdk {

/// The stack of one throw.
struct ThrowTrace {
  static constexpr int kMaxFrames = 32;
  const void* object;  ///< the exception
  const std::type_info* type;
  int frame_count;
  void* frames[kMaxFrames];  ///< return addresses, the throwing function first
};

/// The latest throw of `object` by this thread, or, where `object` is null, of an exception of `type`; nullptr where it
/// is not among the last few. Valid until the thread throws again.
///
/// Weak: the function itself is a null pointer in a program that was linked without the flags that wrap the throw.
[[gnu::weak]] const ThrowTrace* find_throw_trace(const void* object, const std::type_info& type) noexcept;

}  // namespace hooks::sdk
