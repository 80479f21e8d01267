// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include <grapnel/result.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <set>
#include <stdexcept>
#include <system_error>

namespace grapnel {

namespace base = hooks::base;

namespace {

constexpr const char* kIndexName = "assets.json";

void throw_on_error(const base::Expected<void>& expected) {
  if (!expected)
    throw std::system_error(expected.error().error_number, std::generic_category(), expected.error().message);
}

// A relative path that stays where it is put: no "..", no absolute part, not empty.
bool stays_inside(const std::filesystem::path& path) {
  if (path.empty() || path.is_absolute() || path.native().find('\0') != std::string::npos) return false;
  for (const std::filesystem::path& part : path) {
    if (part == ".." || part == "." || part.empty()) return false;
  }
  return true;
}

// Where the file of an asset goes, relative to the bundle; empty for an asset without a file.
std::filesystem::path place_of(const hooks::EncodedAsset& asset, std::string& id, std::filesystem::path& file) {
  if (const auto code = hooks::CodeAsset::decode(asset)) {
    if (!code->file || !hooks::has_file(code->link_mode)) return {};
    id = code->id();
    file = *code->file;
    return file.filename();
  }
  if (const auto data = hooks::DataAsset::decode(asset)) {
    id = data->id();
    file = data->file;
    return std::filesystem::path(data->package) / data->name;
  }
  return {};
}

// The file appears under its name when it is complete. Copied by the kernel, with the permissions of the original.
void copy_atomically(const std::filesystem::path& from, const std::filesystem::path& to) {
  throw_on_error(base::create_directories(to.parent_path()));
  const std::filesystem::path temporary = to.string() + ".tmp." + std::to_string(::getpid());
  try {
    std::filesystem::copy_file(from, temporary, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::rename(temporary, to);
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    throw;
  }
}

// The places that the bundle's present assets.json names; none where there is no readable one.
std::set<std::string> old_places(const std::filesystem::path& directory) {
  std::set<std::string> places;
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

}  // namespace

void write_bundle(const std::filesystem::path& directory, const std::vector<hooks::EncodedAsset>& assets) {
  throw_on_error(base::create_directories(directory));
  std::set<std::string> obsolete = old_places(directory);
  hooks::Json::Object index;
  std::map<std::string, std::string> id_at;  // by place
  for (const hooks::EncodedAsset& asset : assets) {
    std::string id;
    std::filesystem::path file;
    const std::filesystem::path place = place_of(asset, id, file);
    if (id.empty()) continue;
    if (!stays_inside(place) || place == kIndexName) {
      throw std::invalid_argument("asset '" + id + "' cannot be bundled: its name '" + place.string() +
                                  "' leaves the bundle or is " + kIndexName);
    }
    const auto [other, is_new] = id_at.emplace(place.string(), id);
    if (!is_new && other->second != id) {
      throw std::invalid_argument("assets '" + other->second + "' and '" + id + "' would both be the file '" +
                                  place.string() + "' of the bundle");
    }
    copy_atomically(file, directory / place);
    index[id] = place.string();
    obsolete.erase(place.string());
  }
  throw_on_error(base::publish_file(directory / kIndexName, base::to_pretty_json(std::move(index)) + "\n"));
  for (const std::string& place : obsolete) {
    std::error_code ignored;  // a file that somebody else removed is no fault
    std::filesystem::remove(directory / place, ignored);
  }
}

}  // namespace grapnel
