// SPDX-License-Identifier: BSD-3-Clause
// readme, license and license-files: texts that mostly are files.
#include "hooks_api/base/shown.hpp"
#include "runner/dist/ascii.hpp"
#include "runner/dist/license_expression.hpp"
#include "runner/dist/license_files.hpp"
#include "runner/dist/metadata_fields.hpp"

#include <set>
#include <system_error>

namespace grapnel::dist {

using hooks::Json;
using hooks::base::Expected;
using hooks::base::shown;
using workspace::Table;

namespace {

constexpr std::size_t kMaxLicenseTextBytes = std::size_t{1} << 20U;

struct Text {
  std::string path{};  ///< empty where the text is in the table
  std::string text{};
};
/// Tables with either `file` or `text`.
std::optional<Text> file_or_text(FieldReader& reader, const Table& table, const Place& place, std::size_t max_bytes) {
  const Json* file = table.find("file");
  const Json* given = table.find("text");
  if ((file == nullptr) == (given == nullptr)) {
    reader.add_fault(place, file == nullptr ? "found neither 'file' nor 'text'; expected one of them"
                                            : "found both 'file' and 'text'; expected one of them");
    return std::nullopt;
  }
  if (file != nullptr) {
    const std::optional<std::string> path = reader.one_line(*file, place.at("file"));
    if (!path) return std::nullopt;
    std::optional<std::string> text = reader.file_text(*path, max_bytes, place.at("file"));
    if (!text) return std::nullopt;
    return Text{*path, std::move(*text)};
  }
  const std::string* text = given->as_string();
  if (text == nullptr) {
    reader.add_wrong_kind(place.at("text"), *given, "a string");
    return std::nullopt;
  }
  return Text{"", *text};
}

void read_readme_table(FieldReader& reader, Metadata& metadata, const Table& table, const Place& place) {
  Readme readme;
  bool good = true;
  const std::optional<std::string> type = reader.text_in(table, "content-type");
  if (type && *type != "text/markdown" && *type != "text/x-rst" && *type != "text/plain") {
    reader.add_fault(place.at("content-type"),
                     "found " + shown(*type) + "; expected 'text/markdown', 'text/x-rst' or 'text/plain'");
  }
  if (const Json* charset = table.find("charset")) {
    const std::optional<std::string> text = reader.one_line(*charset, place.at("charset"));
    good = text.has_value();
    const std::string lower = text ? to_lower(*text) : "";
    if (good && lower != "utf-8" && lower != "utf8" && lower != "ascii" && lower != "us-ascii") {
      reader.add_fault(place.at("charset"), "found " + shown(*text) + "; expected 'utf-8'");
      good = false;
    }
  }
  const std::optional<Text> content = file_or_text(reader, table, place, kMaxReadmeBytes);
  if (!type || !content || !good) return;
  metadata.readme = Readme{content->path, content->text, *type};
}

std::vector<std::string> file_patterns(FieldReader& reader, const Json& value, const Place& place) {
  std::vector<std::string> patterns;
  const Json::Array* entries = reader.list(value, place);
  for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
    const std::optional<std::string> pattern = reader.one_line((*entries)[i], place.at(i));
    if (!pattern) continue;
    const std::string fault = fault_of_file_pattern(*pattern);
    if (fault.empty()) {
      patterns.push_back(*pattern);
    } else {
      reader.add_fault(place.at(i), fault);
    }
  }
  return patterns;
}

void find_license_files(FieldReader& reader, Metadata& metadata, const std::vector<std::string>& patterns,
                        const Place& place) {
  Expected<std::vector<std::string>> files = find_files(reader.project().root, patterns);
  if (!files) {
    reader.add_fault(place, files.error().message);
    return;
  }
  metadata.license_files = std::move(*files);
  for (const std::string& file : metadata.license_files) reader.add_file(reader.project().root / file);
}

void read_license_paths(FieldReader& reader, Metadata& metadata, const Json& value, const Place& place) {
  std::set<std::string> files;
  const Json::Array* entries = reader.list(value, place);
  for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
    const std::optional<std::string> path = reader.one_line((*entries)[i], place.at(i));
    if (!path) continue;
    const std::filesystem::path relative = std::filesystem::path(*path).lexically_normal();
    std::error_code ignored;
    if (!is_below(*path)) {
      reader.add_fault(place.at(i), "found " + shown(*path) + "; expected a file below the project's directory");
    } else if (!std::filesystem::is_regular_file(reader.project().root / relative, ignored)) {
      reader.add_fault(place.at(i), "the file " + shown(*path) + " does not exist");
    } else {
      files.insert(relative.generic_string());
    }
  }
  metadata.license_files.assign(files.begin(), files.end());
  for (const std::string& file : metadata.license_files) reader.add_file(reader.project().root / file);
}

}  // namespace

void read_readme(FieldReader& reader, Metadata& metadata) {
  const Json* value = reader.find("readme");
  if (value == nullptr) return;
  const Place place = reader.at("readme");
  if (value->as_string() != nullptr) {
    const std::optional<std::string> path = reader.one_line(*value, place);
    if (!path) return;
    const std::string lower = to_lower(*path);
    std::string type = lower.ends_with(".md")    ? "text/markdown"
                       : lower.ends_with(".rst") ? "text/x-rst"
                       : lower.ends_with(".txt") ? "text/plain"
                                                 : "";
    if (type.empty()) {
      reader.add_fault(place, "found " + shown(*path) +
                                  "; expected a file that ends in .md, .rst or .txt, or a table with 'content-type'");
      return;
    }
    if (auto text = reader.file_text(*path, kMaxReadmeBytes, place)) {
      metadata.readme = Readme{*path, std::move(*text), std::move(type)};
    }
    return;
  }
  const Table* table = reader.table("readme");
  if (table == nullptr) {
    reader.add_wrong_kind(place, *value, "a string or a table");
    return;
  }
  read_readme_table(reader, metadata, *table, place);
}

void read_license(FieldReader& reader, Metadata& metadata) {
  const Json* value = reader.find("license");
  if (value == nullptr) return;
  const Place place = reader.at("license");
  if (const Table* table = reader.table("license")) {
    if (std::optional<Text> text = file_or_text(reader, *table, place, kMaxLicenseTextBytes)) {
      metadata.license = std::move(text->text);
    }
    return;
  }
  if (value->as_string() == nullptr) {
    reader.add_wrong_kind(place, *value, "a string or a table");
    return;
  }
  Expected<std::string> expression = normal_license_expression(*value->as_string());
  if (expression) {
    metadata.license_expression = std::move(*expression);
  } else {
    reader.add_fault(place, expression.error().message);
  }
}

void read_license_files(FieldReader& reader, Metadata& metadata) {
  const Json* value = reader.find("license-files");
  const Place place = reader.at("license-files");
  if (value == nullptr) {
    find_usual_license_files(reader, metadata, place);
    return;
  }
  if (value->as_array() != nullptr) {
    find_license_files(reader, metadata, file_patterns(reader, *value, place), place);
    return;
  }
  const Table* table = reader.table("license-files");
  if (table == nullptr) {
    reader.add_wrong_kind(place, *value, "a list");
    return;
  }
  // The form of PEP 639's draft.
  const Json* paths = table->find("paths");
  const Json* globs = table->find("globs");
  if ((paths == nullptr) == (globs == nullptr)) {
    reader.add_fault(place, paths == nullptr ? "found neither 'paths' nor 'globs'; expected a list of patterns"
                                             : "found both 'paths' and 'globs'; expected a list of patterns");
  } else if (globs != nullptr) {
    find_license_files(reader, metadata, file_patterns(reader, *globs, place.at("globs")), place.at("globs"));
  } else {
    read_license_paths(reader, metadata, *paths, place.at("paths"));
  }
}

void find_usual_license_files(FieldReader& reader, Metadata& metadata, const Place& place) {
  find_license_files(reader, metadata, {"LICEN[CS]E*", "COPYING*", "NOTICE*", "AUTHORS*"}, place);
}

}  // namespace grapnel::dist
