// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/needed_libraries.hpp"

#include "hooks_api/base/shown.hpp"
#include "hooks_api/protocol/library_header.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>

namespace hooks::protocol {

namespace {

bool is_apple(const OS& target) { return target == os::kIos || target == os::kMacos; }
bool is_elf(const OS& target) { return target == os::kLinux || target == os::kAndroid || target == os::kFuchsia; }
bool is_known(const OS& target) { return is_apple(target) || is_elf(target) || target == os::kWindows; }

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

template <std::size_t size>
bool is_one_of(std::string_view name, const std::array<std::string_view, size>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool exists_in(const std::filesystem::path& directory, std::string_view name) {
  std::error_code ignored;
  return std::filesystem::exists(directory / name, ignored);
}

// --- what targets bring

bool is_host(const CodeConfig& target) {
  if (target.target_os != os::kLinux) return false;
  struct utsname host {};
  if (::uname(&host) != 0) return false;
  const std::string_view machine = host.machine;
  if (machine == "x86_64") return target.target_architecture == architecture::kX64;
  if (machine == "aarch64") return target.target_architecture == architecture::kArm64;
  if (machine == "riscv64") return target.target_architecture == architecture::kRiscv64;
  return false;
}

// The directories where the dynamic linker looks, with those of Debian's architectures, Fedora's and what people
// configure. A directory too many only keeps a warning away.
bool host_has(std::string_view name) {
  for (const char* root : {"/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64"}) {
    if (exists_in(root, name)) return true;
    for (const char* triplet : {"x86_64-linux-gnu", "aarch64-linux-gnu", "riscv64-linux-gnu"}) {
      if (exists_in(std::filesystem::path(root) / triplet, name)) return true;
    }
  }
  return false;
}

// Names before ".so" of the C and C++ runtimes.
bool is_runtime(std::string_view name) {
  constexpr std::array<std::string_view, 16> kRuntimes{
      "libc",     "libm",      "libdl",     "libpthread", "librt",     "libutil",   "libresolv", "libanl",
      "libgcc_s", "libstdc++", "libatomic", "libc++",     "libc++abi", "libunwind", "libfdio",   "libzircon"};
  return name.starts_with("ld-") || name.starts_with("ld.so") || name.starts_with("ld64.so") ||
         name.starts_with("libclang_rt.") || is_one_of(name.substr(0, name.find(".so")), kRuntimes);
}

// The stable libraries that the NDK documents, with those of its C library.
bool is_ndk_library(std::string_view name) {
  constexpr std::array<std::string_view, 27> kLibraries{"libaaudio.so",
                                                        "libamidi.so",
                                                        "libandroid.so",
                                                        "libbinder_ndk.so",
                                                        "libc.so",
                                                        "libcamera2ndk.so",
                                                        "libdl.so",
                                                        "libEGL.so",
                                                        "libGLESv1_CM.so",
                                                        "libGLESv2.so",
                                                        "libGLESv3.so",
                                                        "libicu.so",
                                                        "libjnigraphics.so",
                                                        "liblog.so",
                                                        "libm.so",
                                                        "libmediandk.so",
                                                        "libnativehelper.so",
                                                        "libnativewindow.so",
                                                        "libneuralnetworks.so",
                                                        "libOpenMAXAL.so",
                                                        "libOpenSLES.so",
                                                        "libRS.so",
                                                        "libstdc++.so",
                                                        "libsync.so",
                                                        "libvulkan.so",
                                                        "libz.so",
                                                        "libnfc_ndk.so"};
  return is_one_of(name, kLibraries);
}

// A path as Mach-O has it.
bool apple_brings(std::string_view path) {
  if (path.starts_with("/usr/lib/") || path.starts_with("/System/")) return true;
  return path.find(".framework/") != std::string_view::npos || base_name(path).starts_with("libswift");
}

bool is_mingw_runtime(std::string_view name) {
  return name.starts_with("libgcc_s_") || name.starts_with("libstdc++-") || name == "libwinpthread-1.dll" ||
         name.starts_with("libgfortran-") || name == "libc++.dll" || name == "libunwind.dll";
}

// --- the bundle

struct Library {
  const CodeAsset& asset;
  LibrarySlice slice;
};

class Bundle {
 public:
  Bundle(const std::vector<CodeAsset>& assets, const CodeConfig& target)
      : target_(target), keeps_case_(is_elf(target.target_os)), is_host_(is_host(target)) {
    for (const CodeAsset& asset : assets) {
      if (!asset.file || !std::holds_alternative<DynamicLoadingBundle>(asset.link_mode)) continue;
      names_.insert(key(asset.file->filename().string()));
      auto header = read_library_file(*asset.file);
      if (!header || header->slices.size() != 1) continue;
      const std::string& own_name = header->slices.front().own_name;
      if (!own_name.empty()) names_.insert(key(base_name(own_name)));
      libraries_.push_back({asset, std::move(header->slices.front())});
    }
  }

  [[nodiscard]] std::vector<MissingLibrary> missing() const {
    std::vector<MissingLibrary> all;
    for (const Library& library : libraries_) {
      std::set<std::string> said;
      for (const std::string& needed : library.slice.needed) {
        if (needed.empty() || names_.contains(key(base_name(needed))) || !is_missing(library, needed)) continue;
        if (said.insert(needed).second) all.push_back({library.asset.package, message(library, needed)});
      }
    }
    return all;
  }

 private:
  [[nodiscard]] std::string key(std::string_view name) const {
    std::string text(name);
    if (!keeps_case_) {
      for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return text;
  }

  [[nodiscard]] static bool stands_beside(const Library& library, std::string_view needed) {
    return exists_in(library.asset.file->parent_path(), base_name(needed));
  }

  [[nodiscard]] bool is_missing(const Library& library, const std::string& needed) const {
    const OS& target = target_.target_os;
    if (is_apple(target)) return !apple_brings(needed);
    if (target == os::kWindows) return stands_beside(library, needed) || is_mingw_runtime(key(needed));
    if (target == os::kAndroid) return !is_ndk_library(needed);
    if (is_host_ && (host_has(needed) || is_runtime(needed))) return false;
    if (stands_beside(library, needed)) return true;
    if (!is_host_) return looks_beside_itself(library) && !is_runtime(needed);
    const auto& paths = library.slice.run_paths;
    return std::none_of(paths.begin(), paths.end(),
                        [&](const std::string& path) { return path.starts_with('/') && exists_in(path, needed); });
  }

  [[nodiscard]] static bool looks_beside_itself(const Library& library) {
    const auto& paths = library.slice.run_paths;
    return std::any_of(paths.begin(), paths.end(), [](const std::string& path) {
      return path.find("$ORIGIN") != std::string::npos || path.find("${ORIGIN}") != std::string::npos;
    });
  }

  [[nodiscard]] std::string message(const Library& library, const std::string& needed) const {
    std::string text = "library " + base::shown(library.asset.file->string()) + " of '" + library.asset.id() +
                       "' needs " + base::shown(needed) + ", which is neither bundled nor part of " +
                       target_.target_os.name();
    text += stands_beside(library, needed) ? "; the file beside it is no asset: add it as one" : "; add it as an asset";
    return text + ", or link it statically";
  }

  const CodeConfig& target_;
  bool keeps_case_;
  bool is_host_;
  std::vector<Library> libraries_;
  std::set<std::string> names_;
};

}  // namespace

std::vector<MissingLibrary> missing_libraries(const std::vector<EncodedAsset>& assets, const CodeConfig& target) {
  if (!is_known(target.target_os)) return {};
  std::vector<CodeAsset> code;
  for (const EncodedAsset& asset : assets) {
    if (auto decoded = CodeAsset::decode(asset)) code.push_back(std::move(*decoded));
  }
  return Bundle(code, target).missing();
}

}  // namespace hooks::protocol
