// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Libraries that the application's libraries need and nobody brings.
#pragma once

#include <hooks/asset.hpp>
#include <hooks/config.hpp>

#include <string>
#include <vector>

namespace hooks::protocol {

/// A bundled library that will not load on the target.
struct MissingLibrary {
  std::string package;  ///< of the library that needs the other one
  std::string message;  ///< complete for a person
};

/// What the bundled dynamic libraries among `assets`, an application's, need and cannot find. Never more than a
/// warning: the runtime may have loaded a library by itself.
///
/// A needed library is missing where no bundled one has its name (the file's or its own; without case but on ELF
/// targets) and, besides,
///  - a file of that name stands beside the library that needs it: built, but not added as an asset; or
///  - the target does not bring it:
///    - linux, for this host's architecture: it is neither in the host's library directories nor in the run paths of
///      the library;
///    - linux otherwise, and fuchsia: the library looks for others beside itself (a run path with $ORIGIN), and the
///    name
///      is none of the C and C++ runtimes';
///    - android: it is none of the NDK's public libraries;
///    - ios, macos: it is looked for in the application (@rpath, @loader_path, @executable_path) or at a place that is
///      not the system's, and is neither part of a framework nor of Swift's runtime;
///    - windows: it is part of MinGW's runtime, which no Windows has.
/// Other targets' libraries, and files that are no libraries, are not judged.
[[nodiscard]] std::vector<MissingLibrary> missing_libraries(const std::vector<EncodedAsset>& assets,
                                                            const CodeConfig& target);

}  // namespace hooks::protocol
