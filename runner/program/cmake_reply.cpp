// SPDX-License-Identifier: BSD-3-Clause
// The answer is a tree of documents in <build>/.cmake/api/v1/reply: index-<time>.json, the newest of which is the last
// by name, names one document an object kind; the codemodel's names one document a target.
#include "runner/program/cmake_reply.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "runner/base/errors.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <string_view>
#include <system_error>

namespace grapnel::program {
namespace {

namespace fs = std::filesystem;
using hooks::Json;

constexpr std::size_t kMaxBytes = std::size_t{64} << 20U;

class Reply {
 public:
  explicit Reply(const fs::path& build) : build_(build), directory_(build / ".cmake" / "api" / "v1" / "reply") {}

  [[nodiscard]] Json index() const {
    std::string newest;
    std::error_code error;
    for (fs::directory_iterator entry(directory_, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      if (name.starts_with("index-")) newest = std::max(newest, name);
    }
    if (newest.empty()) {
      throw SystemError("CMake left no list of targets in '" + directory_.string() +
                            "'. CMake 3.14 or newer is needed; install it, or remove '" + build_.string() + "'.",
                        ENOENT);
    }
    return document(newest);
  }

  [[nodiscard]] Json document(const std::string& name) const {
    const fs::path file = directory_ / name;
    auto document =
        hooks::base::parse_json(value_or_throw(hooks::base::read_file(file, kMaxBytes)), {.bytes = kMaxBytes});
    if (!document) damaged(file, document.error().describe());
    return std::move(*document);
  }

  /// The document of an object kind.
  [[nodiscard]] Json object(const Json& index, std::string_view kind) const {
    if (auto found = optional_object(index, kind)) return std::move(*found);
    damaged(directory_, "there is no " + std::string(kind));
  }
  [[nodiscard]] std::optional<Json> optional_object(const Json& index, std::string_view kind) const {
    for (const Json& object : list(index, "objects")) {
      if (text(object, "kind") == kind) return document(text(object, "jsonFile"));
    }
    return std::nullopt;
  }

  /// The directory of the project.
  [[nodiscard]] fs::path source(const Json& model) const {
    const Json* paths = model.find("paths");
    if (paths == nullptr) damaged(build_, "no paths");
    return text(*paths, "source");
  }

  // Members that CMake always writes; anything else is damage.
  [[nodiscard]] const Json::Array& list(const Json& object, std::string_view key) const {
    const Json* member = object.find(key);
    if (member == nullptr || member->as_array() == nullptr) damaged(directory_, "no list '" + std::string(key) + "'");
    return *member->as_array();
  }
  [[nodiscard]] std::string text(const Json& object, std::string_view key) const {
    const Json* member = object.find(key);
    if (member == nullptr || member->as_string() == nullptr) damaged(directory_, "no text '" + std::string(key) + "'");
    return *member->as_string();
  }

  [[nodiscard]] const fs::path& directory() const { return directory_; }

  [[noreturn]] void damaged(const fs::path& file, const std::string& why) const {
    throw SystemError("cannot understand CMake's '" + file.string() + "': " + why + ". Remove '" + build_.string() +
                      "' and run again.");
  }

 private:
  fs::path build_;
  fs::path directory_;
};

bool is_true(const Json& object, std::string_view key) {
  const Json* member = object.find(key);
  return member != nullptr && member->as_bool() != nullptr && *member->as_bool();
}

/// The optional list `key`; empty where it is missing.
const Json::Array& optional_list(const Json& object, std::string_view key) {
  static const Json::Array kEmpty;
  const Json* member = object.find(key);
  return member != nullptr && member->as_array() != nullptr ? *member->as_array() : kEmpty;
}

/// The member `key`, or null where it is missing.
const Json& member(const Json& object, std::string_view key) {
  static const Json kNone;
  const Json* found = object.find(key);
  return found != nullptr ? *found : kNone;
}

/// The documents of the target `name` and of all that it depends on; that one is the first. Empty without it.
std::vector<Json> with_dependencies(const Reply& reply, const Json& model, const std::string& name) {
  const Json::Array& configurations = reply.list(model, "configurations");
  if (configurations.empty()) reply.damaged(reply.directory(), "no configuration");
  std::map<std::string, std::string> by_id;  // document names of the targets that are still to be read
  std::vector<std::string> wanted;
  for (const Json& entry : reply.list(configurations.front(), "targets")) {
    const std::string id = reply.text(entry, "id");
    by_id.emplace(id, reply.text(entry, "jsonFile"));
    if (reply.text(entry, "name") == name) wanted.push_back(id);
  }
  std::vector<Json> documents;
  while (!wanted.empty()) {
    const auto next = by_id.find(wanted.back());
    wanted.pop_back();
    if (next == by_id.end()) continue;
    documents.push_back(reply.document(next->second));
    by_id.erase(next);
    for (const Json& dependency : optional_list(documents.back(), "dependencies")) {
      wanted.push_back(reply.text(dependency, "id"));
    }
  }
  return documents;
}

}  // namespace

void ask_cmake(const fs::path& build) {
  const fs::path query = build / ".cmake" / "api" / "v1" / "query";
  value_or_throw(hooks::base::create_directories(query));
  for (const char* question : {"codemodel-v2", "cmakeFiles-v1", "toolchains-v1"}) {
    value_or_throw(hooks::base::publish_file(query / question, ""));
  }
}

CMakeConfiguration read_cmake_configuration(const fs::path& build) {
  const Reply reply(build);
  const Json index = reply.index();
  const Json files = reply.object(index, "cmakeFiles");
  const fs::path source = reply.source(files);
  CMakeConfiguration configuration;
  for (const Json& input : reply.list(files, "inputs")) {
    if (is_true(input, "isGenerated") || is_true(input, "isCMake")) continue;
    configuration.files.push_back((source / reply.text(input, "path")).lexically_normal());
  }
  const auto toolchains = reply.optional_object(index, "toolchains");
  if (!toolchains) return configuration;
  for (const Json& toolchain : reply.list(*toolchains, "toolchains")) {
    const Json& compiler = member(toolchain, "compiler");
    if (const std::string* path = member(compiler, "path").as_string()) configuration.compilers.emplace_back(*path);
    for (const Json& directory : optional_list(member(compiler, "implicit"), "includeDirectories")) {
      if (const std::string* path = directory.as_string()) configuration.system_directories.emplace_back(*path);
    }
  }
  return configuration;
}

std::optional<CMakeTarget> find_cmake_target(const fs::path& build, const std::string& name) {
  const Reply reply(build);
  const Json index = reply.index();
  const Json model = reply.object(index, "codemodel");
  const std::vector<Json> documents = with_dependencies(reply, model, name);
  if (documents.empty()) return std::nullopt;
  const fs::path source = reply.source(model);

  CMakeTarget target;
  target.name = name;
  target.type = reply.text(documents.front(), "type");
  for (const Json& artifact : optional_list(documents.front(), "artifacts")) {
    if (target.artifact.empty()) target.artifact = (build / reply.text(artifact, "path")).lexically_normal();
  }
  for (const Json& document : documents) {
    if (const std::string* directory = member(member(document, "paths"), "build").as_string()) {
      const fs::path objects = build / *directory / "CMakeFiles" / (reply.text(document, "name") + ".dir");
      target.object_directories.push_back(objects.lexically_normal());
    }
    for (const Json& input : optional_list(document, "sources")) {
      if (is_true(input, "isGenerated")) continue;
      target.sources.push_back((source / reply.text(input, "path")).lexically_normal());
    }
  }
  return target;
}

}  // namespace grapnel::program
