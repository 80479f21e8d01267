// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Stack traces with function names, also of static functions and without libbacktrace.
#pragma once

#include <string>

namespace hooks::base {

/// Fills `frames` with return addresses, innermost first, without the frames of this function; returns their number.
/// Where `first` is on the stack, the frames begin with it: a function that records its caller passes its return
/// address. Allocates nothing.
int capture_frames(void** frames, int size, const void* first = nullptr) noexcept;

/// How many of `frames` are of interest to one who handles an exception: those before the function in which its stack
/// and the present one part. All of them where the two have nothing in common, at least one otherwise.
[[nodiscard]] int count_inner_frames(void* const* frames, int count) noexcept;

/// One line a frame: `#0 function(arguments) (file+0xoffset)`, names demangled, from the symbol tables of the
/// executable and its libraries (.symtab, else .dynsym). Frames without a name stay as file and offset.
[[nodiscard]] std::string describe_frames(void* const* frames, int count);

}  // namespace hooks::base
