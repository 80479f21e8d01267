// SPDX-License-Identifier: BSD-3-Clause
// The well-known names. A source of their own: a hook that uses none of them does not initialise them at its start.
#include <hooks/target.hpp>

namespace hooks {

namespace os {

const OS kAndroid("android");
const OS kFuchsia("fuchsia");
const OS kIos("ios");
const OS kLinux("linux");
const OS kMacos("macos");
const OS kWindows("windows");

const OS& current() noexcept {
#if defined(__ANDROID__)
  return kAndroid;
#elif defined(__linux__)
  return kLinux;
#else
#error "grapnel's hooks run on Linux"
#endif
}

}  // namespace os

namespace architecture {

const Architecture kArm("arm");
const Architecture kArm64("arm64");
const Architecture kIa32("ia32");
const Architecture kRiscv32("riscv32");
const Architecture kRiscv64("riscv64");
const Architecture kX64("x64");

const Architecture& current() noexcept {
#if defined(__x86_64__)
  return kX64;
#elif defined(__aarch64__)
  return kArm64;
#elif defined(__i386__)
  return kIa32;
#elif defined(__arm__)
  return kArm;
#elif defined(__riscv) && __riscv_xlen == 64
  return kRiscv64;
#elif defined(__riscv) && __riscv_xlen == 32
  return kRiscv32;
#else
#error "grapnel has no name for this architecture"
#endif
}

}  // namespace architecture

namespace sanitizer {

const Sanitizer kAsan("asan");
const Sanitizer kMsan("msan");
const Sanitizer kTsan("tsan");

}  // namespace sanitizer

namespace ios_sdk {

const IosSdk kIphoneOs("iphoneos");
const IosSdk kIphoneSimulator("iphonesimulator");

}  // namespace ios_sdk

}  // namespace hooks
