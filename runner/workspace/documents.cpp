// SPDX-License-Identifier: BSD-3-Clause
#include "runner/workspace/documents.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/utf8.hpp"
#include "hooks_api/protocol/reader.hpp"
#include "runner/base/errors.hpp"
#include "runner/workspace/shown.hpp"

#include <cerrno>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace grapnel::workspace {
namespace {

using hooks::Json;
using hooks::protocol::Faults;
using hooks::protocol::ObjectReader;

constexpr std::size_t kMaxFaultsShown = 20;

/// Calls `read` for every object of the list `packages`, with its name where that is one.
void for_each_package(const Json& document, Faults& faults,
                      const std::function<void(ObjectReader&, std::string)>& read) {
  const Json::Object* object = document.as_object();
  if (object == nullptr) {
    faults.push_back({"", hooks::protocol::wrong_kind(document, "an object")});
    return;
  }
  ObjectReader reader(*object, "", faults);
  if (!object->contains("packages")) {
    reader.fault("packages", "missing; expected a list");
    return;
  }
  const Json::Array* packages = reader.optional_list("packages");
  if (packages == nullptr) return;

  std::unordered_map<std::string, std::size_t> first_index;
  for (std::size_t i = 0; i < packages->size(); ++i) {
    const std::string path = "packages." + std::to_string(i);
    const Json& entry = (*packages)[i];
    if (entry.as_object() == nullptr) {
      add(faults, {path, hooks::protocol::wrong_kind(entry, "an object")});
      continue;
    }
    ObjectReader package(*entry.as_object(), path, faults);
    const std::size_t faults_before = faults.size();
    std::string name = package.required_string("name");
    if (faults.size() == faults_before) {
      if (!is_package_name(name)) {
        package.fault("name", "found " + shown(name) + "; expected " + std::string(kPackageName));
      } else if (const auto [first, fresh] = first_index.try_emplace(name, i); !fresh) {
        package.fault("name", "found '" + name + "' again; packages." + std::to_string(first->second) + " has it too");
      }
    }
    read(package, std::move(name));
  }
}

/// The names in a list, each once.
std::vector<std::string> read_names(ObjectReader& package, std::string_view key) {
  std::vector<std::string> names;
  std::unordered_set<std::string_view> seen;
  const Json::Array* list = package.optional_list(key);
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const std::string* name = (*list)[i].as_string();
    if (name != nullptr && is_package_name(*name)) {
      if (seen.insert(*name).second) names.push_back(*name);
      continue;
    }
    package.fault(std::string(key) + "." + std::to_string(i),
                  name != nullptr ? "found " + shown(*name) + "; expected " + std::string(kPackageName)
                                  : hooks::protocol::wrong_kind((*list)[i], "a string"));
  }
  return names;
}

bool is_within(const std::filesystem::path& path, const std::filesystem::path& root) {
  return path == root || root == root.root_path() || path.native().starts_with(root.native() + "/");
}

/// Of no use to a runner of hooks, but part of the document: where the package's library is, below its root. A root
/// that is no path is as good as any other.
void check_package_uri(ObjectReader& package, const std::filesystem::path& root) {
  const std::optional<std::string> uri = package.optional_string("packageUri");
  if (!uri) return;
  const std::filesystem::path base = root.empty() ? "/package" : root;
  try {
    if (is_relative_reference(*uri) && is_within(path_of_uri(*uri, base), base)) return;
    package.fault("packageUri",
                  "found " + shown(*uri) + "; expected a relative URI reference below the package's root");
  } catch (const ProjectError& error) {
    package.fault("packageUri", error.what());
  }
}

std::string get_command_advice(const std::filesystem::path& file) {
  return "The package manager writes it: run its get command (such as dart pub get) in '" +
         file.parent_path().parent_path().string() + "'.";
}

}  // namespace

std::vector<PackageRoot> read_package_config(const Json& document, const std::filesystem::path& directory,
                                             Faults& faults) {
  if (const Json::Object* object = document.as_object()) {
    ObjectReader reader(*object, "", faults);
    const std::size_t faults_before = faults.size();
    const std::int64_t version = reader.required_integer("configVersion");
    if (faults.size() == faults_before && version != 2) {
      reader.fault("configVersion", "found " + std::to_string(version) + "; expected 2");
      return {};  // another format: what else would be found says nothing
    }
  }
  std::vector<PackageRoot> packages;
  for_each_package(document, faults, [&](ObjectReader& package, std::string name) {
    PackageRoot& read = packages.emplace_back();
    read.name = std::move(name);
    const std::size_t faults_before = faults.size();
    const std::string uri = package.required_string("rootUri");
    if (faults.size() == faults_before) {
      try {
        read.root = path_of_uri(uri, directory);
      } catch (const ProjectError& error) {
        read.root_fault = "'" + package.path_of("rootUri") + "': " + error.what();  // matters where it is needed
      }
    }
    check_package_uri(package, read.root);
  });
  return packages;
}

std::vector<PackageNeeds> read_package_graph(const Json& document, Faults& faults) {
  std::vector<PackageNeeds> packages;
  for_each_package(document, faults, [&](ObjectReader& package, std::string name) {
    PackageNeeds& read = packages.emplace_back();
    read.name = std::move(name);
    read.dependencies = read_names(package, "dependencies");
    read.dev_dependencies = read_names(package, "devDependencies");
  });
  return packages;
}

std::string read_text(const std::filesystem::path& file, std::size_t max_bytes, std::string_view advice) {
  if (!hooks::base::is_utf8(file.native())) {
    throw ProjectError("'" + hooks::base::to_utf8(file.native()) +
                       "' lies in a directory whose name is not UTF-8, which hooks cannot be told; rename it");
  }
  auto text = hooks::base::read_file(file, max_bytes);
  if (text) return std::move(*text);
  const int error = text.error().error_number;
  if (error == ENOENT || error == ENOTDIR) {
    throw ProjectError("'" + file.string() + "' does not exist." + (advice.empty() ? "" : " ") + std::string(advice));
  }
  // No errno: it is there, and no regular file or too large.
  if (error == 0) throw ProjectError(text.error().message);
  throw SystemError(text.error());
}

Json read_document(const std::filesystem::path& file) {
  return parse_document(file, read_text(file, kMaxPackageFileBytes, get_command_advice(file)));
}

Json parse_document(const std::filesystem::path& file, std::string_view text) {
  auto document = hooks::base::parse_json(text, {.bytes = kMaxPackageFileBytes});
  if (!document) {
    throw ProjectError("'" + file.string() + "' is not JSON: " + document.error().describe() + ". " +
                       get_command_advice(file));
  }
  return std::move(*document);
}

void refuse_faults(const std::filesystem::path& file, const Faults& faults) {
  refuse_faults(file, faults, get_command_advice(file));
}

void refuse_faults(const std::filesystem::path& file, const Faults& faults, std::string_view advice) {
  if (faults.empty()) return;
  const bool many = faults.size() > kMaxFaultsShown;
  std::string text = "'" + file.string() + "' is not valid:\n" +
                     describe(many ? Faults(faults.begin(), faults.begin() + kMaxFaultsShown) : faults);
  if (many) text += "- and " + std::to_string(faults.size() - kMaxFaultsShown) + " more\n";
  throw ProjectError(text + std::string(advice));
}

}  // namespace grapnel::workspace
