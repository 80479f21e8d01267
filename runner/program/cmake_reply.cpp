// SPDX-License-Identifier: BSD-3-Clause
// The answer is a tree of documents in <build>/.cmake/api/v1/reply: index-<time>.json, the newest of which is the last
// by name, names one document an object kind; the codemodel's names one document a target.
#include "runner/program/cmake_reply.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "runner/base/errors.hpp"

#include <algorithm>
#include <cerrno>
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
    for (const Json& object : list(index, "objects")) {
      if (text(object, "kind") == kind) return document(text(object, "jsonFile"));
    }
    damaged(directory_, "there is no " + std::string(kind));
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

}  // namespace

void ask_cmake(const fs::path& build) {
  const fs::path query = build / ".cmake" / "api" / "v1" / "query";
  value_or_throw(hooks::base::create_directories(query));
  value_or_throw(hooks::base::publish_file(query / "codemodel-v2", ""));
  value_or_throw(hooks::base::publish_file(query / "cmakeFiles-v1", ""));
}

std::optional<CMakeTarget> find_cmake_target(const fs::path& build, const std::string& name) {
  const Reply reply(build);
  const Json index = reply.index();
  const Json model = reply.object(index, "codemodel");
  const Json::Array& configurations = reply.list(model, "configurations");
  if (configurations.empty()) reply.damaged(build, "no configuration");
  for (const Json& entry : reply.list(configurations.front(), "targets")) {
    if (reply.text(entry, "name") != name) continue;
    const Json document = reply.document(reply.text(entry, "jsonFile"));
    CMakeTarget target;
    target.type = reply.text(document, "type");
    for (const Json& artifact : optional_list(document, "artifacts")) {
      if (target.artifact.empty()) target.artifact = (build / reply.text(artifact, "path")).lexically_normal();
    }
    const Json files = reply.object(index, "cmakeFiles");
    const Json* paths = files.find("paths");
    if (paths == nullptr) reply.damaged(build, "no paths");
    const fs::path source = reply.text(*paths, "source");
    for (const Json& input : optional_list(document, "sources")) {
      if (!is_true(input, "isGenerated"))
        target.sources.push_back((source / reply.text(input, "path")).lexically_normal());
    }
    for (const Json& input : reply.list(files, "inputs")) {
      if (is_true(input, "isGenerated") || is_true(input, "isCMake") || is_true(input, "isExternal")) continue;
      target.cmake_files.push_back((source / reply.text(input, "path")).lexically_normal());
    }
    return target;
  }
  return std::nullopt;
}

}  // namespace grapnel::program
