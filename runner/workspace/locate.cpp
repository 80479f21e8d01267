// SPDX-License-Identifier: BSD-3-Clause
// Where a run starts from: the package files and the package around a directory.
#include "runner/base/errors.hpp"
#include "runner/workspace/documents.hpp"
#include "runner/workspace/grapnel_toml.hpp"
#include <grapnel/runner.hpp>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace grapnel {
namespace {

namespace fs = std::filesystem;

/// Whether `path` is `directory` or lies below it. REQUIRES: both absolute and normal.
bool is_within(const fs::path& path, const fs::path& directory) {
  return std::mismatch(directory.begin(), directory.end(), path.begin(), path.end()).first == directory.end();
}

/// `path` absolute, without dots and without a separator at its end.
fs::path normal(const fs::path& path) {
  fs::path normal = fs::absolute(path).lexically_normal();
  return normal.has_filename() || normal == normal.root_path() ? normal : normal.parent_path();
}

fs::path without_links(const fs::path& path) {
  std::error_code error;
  fs::path resolved = fs::weakly_canonical(path, error);
  return error ? path : resolved;
}

/// Where the packages of a workspace lie, from its first file alone.
std::vector<workspace::PackageRoot> roots_in(const fs::path& file) {
  if (workspace::is_toml(file)) return workspace::load_grapnel_toml_with_packages(file).roots;
  hooks::protocol::Faults faults;
  std::vector<workspace::PackageRoot> roots =
      workspace::read_package_config(workspace::read_document(file), file.parent_path(), faults);
  workspace::refuse_faults(file, faults);
  return roots;
}

/// The package whose root is closest around `directory`, or nullptr.
const workspace::PackageRoot* closest(const std::vector<workspace::PackageRoot>& packages, const fs::path& directory,
                                      fs::path (*prepared)(const fs::path&)) {
  const workspace::PackageRoot* best = nullptr;
  std::size_t best_size = 0;
  for (const workspace::PackageRoot& package : packages) {
    if (package.root.empty()) continue;
    const fs::path root = prepared(package.root);
    const std::size_t size = root.native().size();
    if (is_within(directory, root) && (best == nullptr || size > best_size)) {
      best = &package;
      best_size = size;
    }
  }
  return best;
}

}  // namespace

fs::path find_package_config(const fs::path& directory) {
  fs::path from = normal(directory);
  while (true) {
    fs::path toml = from / "grapnel.toml";
    if (workspace::describes_packages(toml)) return toml;
    fs::path package_config = from / ".dart_tool" / "package_config.json";
    std::error_code error;
    if (fs::is_regular_file(package_config, error)) return package_config;
    if (from == from.root_path()) return {};
    from = from.parent_path();
  }
}

std::string package_around(const fs::path& package_config, const fs::path& directory) {
  const fs::path file = normal(package_config);
  const std::vector<workspace::PackageRoot> packages = roots_in(file);
  const fs::path from = normal(directory);
  const workspace::PackageRoot* package = closest(packages, from, [](const fs::path& root) { return root; });
  // Links are followed only where it has to be: each costs several system calls.
  if (package == nullptr) package = closest(packages, without_links(from), without_links);
  if (package == nullptr) {
    throw ProjectError("no package of '" + file.string() + "' is in or around '" + from.string() +
                       "'. Name the package to run hooks for, or change to its directory.");
  }
  return package->name;
}

}  // namespace grapnel
