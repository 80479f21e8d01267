// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What an application is built for: operating system, architecture, SDK, sanitizer, link modes.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace hooks {

/// A name of an open set: the well-known ones are constants, any other is kept as it came and compares by name
/// (spec: dart-hooks, sections 2 and 8.2).
template <typename Tag>
class OpenName {
 public:
  explicit OpenName(std::string name) : name_(std::move(name)) {}
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  friend bool operator==(const OpenName& left, const OpenName& right) noexcept { return left.name_ == right.name_; }
  friend bool operator!=(const OpenName& left, const OpenName& right) noexcept { return left.name_ != right.name_; }

 private:
  std::string name_;
};

/// A target operating system.
using OS = OpenName<struct OSTag>;
/// A processor architecture.
using Architecture = OpenName<struct ArchitectureTag>;
/// A sanitizer of the C and C++ compilers.
using Sanitizer = OpenName<struct SanitizerTag>;
/// Device or simulator.
using IosSdk = OpenName<struct IosSdkTag>;

/// The operating systems that Dart knows.
namespace os {
extern const OS kAndroid, kFuchsia, kIos, kLinux, kMacos, kWindows;
/// The system that this program was compiled for.
[[nodiscard]] const OS& current() noexcept;
}  // namespace os

/// The architectures that Dart knows.
namespace architecture {
extern const Architecture kArm, kArm64, kIa32, kRiscv32, kRiscv64, kX64;
/// The architecture that this program was compiled for.
[[nodiscard]] const Architecture& current() noexcept;
}  // namespace architecture

namespace sanitizer {
extern const Sanitizer kAsan, kMsan, kTsan;
}

namespace ios_sdk {
extern const IosSdk kIphoneOs, kIphoneSimulator;
}

/// The library goes into the application bundle; the asset has a file.
struct DynamicLoadingBundle {
  friend bool operator==(const DynamicLoadingBundle&, const DynamicLoadingBundle&) = default;
};
/// The symbols are in the executable.
struct DynamicLoadingExecutable {
  friend bool operator==(const DynamicLoadingExecutable&, const DynamicLoadingExecutable&) = default;
};
/// The symbols are in the process already.
struct DynamicLoadingProcess {
  friend bool operator==(const DynamicLoadingProcess&, const DynamicLoadingProcess&) = default;
};
/// The library is on the target system, at `uri` (a URI or a bare file name such as libz.so.1).
struct DynamicLoadingSystem {
  std::string uri;
  friend bool operator==(const DynamicLoadingSystem&, const DynamicLoadingSystem&) = default;
};
/// A static library; the asset has a file.
struct StaticLinking {
  friend bool operator==(const StaticLinking&, const StaticLinking&) = default;
};

/// How a code asset is found at run time (spec: dart-hooks, section 2.7; a closed set).
using LinkMode = std::variant<DynamicLoadingBundle, DynamicLoadingExecutable, DynamicLoadingProcess,
                              DynamicLoadingSystem, StaticLinking>;

/// The `type` of a link mode in documents, such as "dynamic_loading_bundle".
[[nodiscard]] std::string_view name_of(const LinkMode& mode) noexcept;
/// True for the two modes whose asset has a file: bundled dynamic and static libraries.
[[nodiscard]] bool has_file(const LinkMode& mode) noexcept;

/// Which kind of library the application wants (a closed set).
enum class LinkModePreference { dynamic, static_, prefer_dynamic, prefer_static };
/// "dynamic", "static", "prefer_dynamic" or "prefer_static".
[[nodiscard]] std::string_view name_of(LinkModePreference preference) noexcept;

/// The file name of a dynamic library: `lib<name>.so`, `lib<name>.dylib` or `<name>.dll`. For a system that is
/// not one of the six, ELF's form (spec: dart-hooks, section 8.2).
[[nodiscard]] std::string dynamic_library_file_name(const OS& os, std::string_view name);
/// `lib<name>.a` or `<name>.lib`.
[[nodiscard]] std::string static_library_file_name(const OS& os, std::string_view name);
/// The name by link mode; REQUIRES has_file(mode), else throws std::invalid_argument.
[[nodiscard]] std::string library_file_name(const OS& os, std::string_view name, const LinkMode& mode);
/// `<name>` or `<name>.exe`.
[[nodiscard]] std::string executable_file_name(const OS& os, std::string_view name);

}  // namespace hooks
