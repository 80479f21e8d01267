// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// From a CBuilder to the arguments of compiler, linker and archiver. Pure: no file is looked at.
#pragma once

#include <hooks/c_builder.hpp>
#include <hooks/config.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace hooks::toolkit {

/// What a run of a CBuilder makes.
enum class Product { dynamic_library, static_library, executable };

/// One run of a CBuilder: the description, what it is built for, and where its paths count from.
struct CJob {
  const CBuilder& builder;
  const CodeConfig& config;
  std::filesystem::path package_root;
  Product product;
};

/// The first line of every depfile names this target.
inline constexpr const char* kDepfileTarget = "object";

[[nodiscard]] Product product_of(const CBuilder& builder, const CodeConfig& config);
/// libadd.so, libadd.a, add, …
[[nodiscard]] std::string file_name_of(const CJob& job);

/// Compiles one source. All paths are absolute.
[[nodiscard]] std::vector<std::string> compile_arguments(const CJob& job, const std::filesystem::path& source,
                                                         const std::filesystem::path& object,
                                                         const std::filesystem::path& depfile);
/// Links a dynamic library or an executable, with the compiler.
[[nodiscard]] std::vector<std::string> link_arguments(const CJob& job,
                                                      const std::vector<std::filesystem::path>& objects,
                                                      const std::filesystem::path& file);
/// Makes a static library.
[[nodiscard]] std::vector<std::string> archive_arguments(const std::vector<std::filesystem::path>& objects,
                                                         const std::filesystem::path& file);

}  // namespace hooks::toolkit
