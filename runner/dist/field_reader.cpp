// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/field_reader.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/shown.hpp"
#include "hooks_api/base/utf8.hpp"
#include "hooks_api/protocol/reader.hpp"
#include "runner/base/errors.hpp"
#include "runner/dist/text_lines.hpp"

#include <cerrno>
#include <utility>

namespace grapnel::dist {

using hooks::Json;
using hooks::base::Expected;
using hooks::base::shown;
using hooks::protocol::Fault;
using hooks::protocol::Faults;
using workspace::Table;

Place Place::at(std::string_view key) const {
  return {file, path + "." + hooks::base::shown_place(hooks::base::key_in_path(key))};
}

Place Place::at(std::size_t index) const { return {file, path + "." + std::to_string(index)}; }

Place place_of(const Table& table, std::string_view key) { return {table.file_of(key), table.path_of(key)}; }

bool is_below(const std::filesystem::path& path) {
  const std::filesystem::path normal = path.lexically_normal();
  return !path.empty() && !normal.is_absolute() && normal.begin()->native() != "..";
}

bool FieldReader::enter_project() {
  if (!project_.pyproject || project_.pyproject->find("project") == nullptr) return false;
  table_ = project_.project_table();
  place_ = {project_.pyproject->file, "project"};
  if (table_ == nullptr) {
    add_wrong_kind(place_, *project_.pyproject->find("project"), "a table");
    refuse();
  }
  return true;
}

void FieldReader::add_fault(const Place& place, std::string message) {
  hooks::protocol::add(faults_[place.file], Fault{place.path, std::move(message)});
}

void FieldReader::add_wrong_kind(const Place& place, const Json& value, std::string_view expected) {
  // People know these as TOML has them.
  const bool table = value.kind() == Json::Kind::object;
  add_fault(place,
            table ? "found a table; expected " + std::string(expected) : hooks::protocol::wrong_kind(value, expected));
}

void FieldReader::refuse() const {
  constexpr std::size_t kMaxShown = 20;
  if (faults_.empty()) return;
  std::string text;
  for (const auto& [file, faults] : faults_) {
    const bool many = faults.size() > kMaxShown;
    text += (text.empty() ? "'" : "\n'") + file.string() + "' does not describe a project:\n";
    text += describe(many ? Faults(faults.begin(), faults.begin() + kMaxShown) : faults);
    if (many) text += "- and " + std::to_string(faults.size() - kMaxShown) + " more\n";
  }
  if (text.back() == '\n') text.pop_back();
  throw ProjectError(text);
}

std::optional<std::string> FieldReader::one_line(const Json& value, const Place& place) {
  const std::string* text = value.as_string();
  if (text == nullptr) {
    add_wrong_kind(place, value, "a string");
    return std::nullopt;
  }
  if (is_one_line(*text)) return *text;
  add_fault(place, "found " + shown(*text) + "; expected one line without control characters");
  return std::nullopt;
}

std::optional<std::string> FieldReader::some_text(const Json& value, const Place& place) {
  std::optional<std::string> text = one_line(value, place);
  if (text && text->empty()) {
    add_fault(place, "found an empty string; expected a text");
    return std::nullopt;
  }
  return text;
}

std::optional<std::string> FieldReader::text_in(const Table& table, std::string_view key) {
  const Json* value = table.find(key);
  if (value == nullptr) {
    add_fault(place_of(table, key), "missing; expected a string");
    return std::nullopt;
  }
  return one_line(*value, place_of(table, key));
}

const Json::Array* FieldReader::list(const Json& value, const Place& place) {
  const Json::Array* list = value.as_array();
  if (list == nullptr) add_wrong_kind(place, value, "a list");
  return list;
}

std::optional<std::string> FieldReader::file_text(const std::string& path, std::size_t max_bytes, const Place& place) {
  const std::filesystem::path relative = std::filesystem::path(path).lexically_normal();
  if (!is_below(path)) {
    add_fault(place, "found " + shown(path) + "; expected a file below the project's directory");
    return std::nullopt;
  }
  const std::filesystem::path file = project_.root / relative;
  const Expected<std::string> bytes = hooks::base::read_file(file, max_bytes);
  if (!bytes) {
    const int error = bytes.error().error_number;
    if (error == ENOENT || error == ENOTDIR) {
      add_fault(place, "the file " + shown(path) + " does not exist");
    } else if (error == 0) {
      add_fault(place, bytes.error().message);  // it is there, and no regular file or too large
    } else {
      throw SystemError(bytes.error());
    }
    return std::nullopt;
  }
  add_file(file);
  if (!hooks::base::is_utf8(*bytes)) {
    add_fault(place, "the file " + shown(path) + " is no UTF-8");
    return std::nullopt;
  }
  return with_newlines(*bytes);
}

}  // namespace grapnel::dist
