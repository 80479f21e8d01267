// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "runner/base/errors.hpp"
#include <grapnel/result.hpp>

#include <unistd.h>

#include <cerrno>
#include <map>
#include <set>
#include <string>
#include <system_error>

namespace grapnel {

namespace base = hooks::base;
namespace fs = std::filesystem;

namespace {

constexpr const char* kIndexName = "assets.json";

// One file of the bundle.
struct Copy {
  std::string id;
  fs::path from;
};
// By place, relative to the bundle.
using Copies = std::map<fs::path, Copy>;

// A relative path that stays where it is put: no "..", no absolute part, not empty.
bool stays_inside(const fs::path& path) {
  if (path.empty() || path.is_absolute() || path.native().find('\0') != std::string::npos) return false;
  for (const fs::path& part : path) {
    if (part == ".." || part == "." || part.empty()) return false;
  }
  return true;
}

// The place of an asset and what belongs there; an empty id for an asset without a file.
std::pair<fs::path, Copy> place_of(const hooks::EncodedAsset& asset) {
  if (const auto code = hooks::CodeAsset::decode(asset)) {
    if (!code->file || !hooks::has_file(code->link_mode)) return {};
    return {code->file->filename(), {code->id(), *code->file}};
  }
  if (const auto data = hooks::DataAsset::decode(asset)) {
    return {fs::path(data->package) / data->name, {data->id(), data->file}};
  }
  return {};
}

// What goes where. Throws ProjectError for names that leave the bundle and for assets that need the same place.
Copies plan_copies(const std::vector<hooks::EncodedAsset>& assets) {
  Copies copies;
  for (const hooks::EncodedAsset& asset : assets) {
    auto [place, copy] = place_of(asset);
    if (copy.id.empty()) continue;
    if (!stays_inside(place) || place == kIndexName) {
      throw ProjectError("asset '" + copy.id + "' cannot be bundled: its name '" + place.string() +
                         "' leaves the bundle or is " + kIndexName + ". Give it another name.");
    }
    const auto [other, is_new] = copies.emplace(place, copy);
    if (!is_new && (other->second.id != copy.id || other->second.from != copy.from)) {
      throw ProjectError("assets '" + other->second.id + "' ('" + other->second.from.string() + "') and '" + copy.id +
                         "' ('" + copy.from.string() + "') would both be the file '" + place.string() +
                         "' of the bundle");
    }
  }
  for (const auto& [place, copy] : copies) {
    for (fs::path parent = place.parent_path(); !parent.empty(); parent = parent.parent_path()) {
      if (const auto file = copies.find(parent); file != copies.end()) {
        throw ProjectError("assets '" + file->second.id + "' and '" + copy.id + "' cannot be in one bundle: '" +
                           parent.string() + "' would be a file and a directory");
      }
    }
  }
  return copies;
}

// The file appears under its name when it is complete. Copied by the kernel, with the permissions of the original.
void copy_atomically(const fs::path& from, const fs::path& to) {
  value_or_throw(base::create_directories(to.parent_path()));
  const fs::path temporary = to.string() + ".tmp." + std::to_string(::getpid());
  std::error_code error;
  fs::copy_file(from, temporary, fs::copy_options::overwrite_existing, error);
  if (!error) fs::rename(temporary, to, error);
  if (!error) return;
  std::error_code ignored;
  fs::remove(temporary, ignored);
  throw SystemError("cannot copy '" + from.string() + "' to '" + to.string() + "': " + error.message(), error.value());
}

// The places that the bundle's present assets.json names; none where there is no readable one.
std::set<fs::path> old_places(const fs::path& directory) {
  std::set<fs::path> places;
  const auto text = base::read_file(directory / kIndexName, base::JsonLimits{}.bytes);
  if (!text) return places;
  const auto index = base::parse_json(*text);
  if (!index || index->as_object() == nullptr) return places;
  for (const hooks::Json::Member& member : *index->as_object()) {
    const std::string* place = member.value.as_string();
    if (place != nullptr && stays_inside(*place)) places.insert(*place);
  }
  return places;
}

// Removes a file of an earlier bundle, and the directories that are empty then.
void remove_obsolete(const fs::path& directory, const fs::path& place) {
  std::error_code ignored;  // a file that somebody else removed is no fault
  if (!fs::is_directory(fs::symlink_status(directory / place, ignored))) fs::remove(directory / place, ignored);
  for (fs::path parent = place.parent_path(); !parent.empty(); parent = parent.parent_path()) {
    if (::rmdir((directory / parent).c_str()) != 0) return;
  }
}

}  // namespace

void write_bundle(const fs::path& directory, const std::vector<hooks::EncodedAsset>& assets) {
  const Copies copies = plan_copies(assets);
  for (const auto& [place, copy] : copies) {
    std::error_code error;
    if (!fs::is_regular_file(copy.from, error)) {
      throw SystemError(
          "asset '" + copy.id + "' cannot be bundled: its file '" + copy.from.string() + "' is not there any more",
          ENOENT);
    }
  }
  value_or_throw(base::create_directories(directory));
  // Before the copies: a name may have changed from a file to a directory.
  for (const fs::path& place : old_places(directory)) {
    if (!copies.contains(place)) remove_obsolete(directory, place);
  }
  hooks::Json::Object index;
  for (const auto& [place, copy] : copies) {
    copy_atomically(copy.from, directory / place);
    index[copy.id] = place.string();
  }
  value_or_throw(base::publish_file(directory / kIndexName, base::to_pretty_json(std::move(index)) + "\n"));
}

}  // namespace grapnel
