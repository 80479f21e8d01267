// SPDX-License-Identifier: BSD-3-Clause
// The linker sends every throw of a hook here (--wrap=__cxa_throw, see GRAPNEL_THROW_TRACE_FLAGS).

extern "C" {

// The names are the linker's.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
[[noreturn]] void __real___cxa_throw(void* object, void* type, void (*destructor)(void*));
[[noreturn]] void __wrap___cxa_throw(void* object, void* type, void (*destructor)(void*));

void __wrap___cxa_throw(void* object, void* type, void (*destructor)(void*)) {
  __real___cxa_throw(object, type, destructor);
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

}  // extern "C"
