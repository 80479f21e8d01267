// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/shown.hpp"
#include "hooks_api/base/utf8.hpp"
#include "hooks_api/protocol/fault.hpp"
#include "hooks_api/protocol/reader.hpp"
#include "runner/base/errors.hpp"
#include "runner/base/regex.hpp"
#include "runner/dist/ascii.hpp"
#include "runner/dist/context_fields.hpp"
#include "runner/dist/license_expression.hpp"
#include "runner/dist/license_files.hpp"
#include "runner/dist/mailbox.hpp"
#include "runner/dist/metadata.hpp"
#include "runner/dist/project_name.hpp"
#include "runner/dist/text_lines.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string_view>
#include <system_error>

namespace grapnel::dist {
namespace {

using hooks::Json;
using hooks::base::Expected;
using hooks::base::key_in_path;
using hooks::base::shown;
using hooks::base::shown_place;
using hooks::protocol::Fault;
using hooks::protocol::Faults;
using workspace::BuildProject;
using workspace::Table;

constexpr std::size_t kMaxLicenseBytes = std::size_t{1} << 20U;
constexpr std::size_t kMaxFaultsShown = 20;

// People know these as TOML has them.
std::string wrong_kind(const Json& value, std::string_view expected) {
  if (value.kind() == Json::Kind::object) return "found a table; expected " + std::string(expected);
  return hooks::protocol::wrong_kind(value, expected);
}

/// Where a value stands.
struct Place {
  std::filesystem::path file{};
  std::string path{};

  [[nodiscard]] Place at(std::string_view key) const { return {file, path + "." + shown_place(key_in_path(key))}; }
  [[nodiscard]] Place at(std::size_t index) const { return {file, path + "." + std::to_string(index)}; }
};

/// Faults of several documents.
class FaultList {
 public:
  void add(const Place& place, std::string message) {
    hooks::protocol::add(of_files_[place.file], Fault{place.path, std::move(message)});
  }
  /// Throws all of them as one.
  void refuse() const {
    if (of_files_.empty()) return;
    std::string text;
    for (const auto& [file, faults] : of_files_) {
      const bool many = faults.size() > kMaxFaultsShown;
      text += (text.empty() ? "'" : "\n'") + file.string() + "' does not describe a project:\n";
      text += describe(many ? Faults(faults.begin(), faults.begin() + kMaxFaultsShown) : faults);
      if (many) text += "- and " + std::to_string(faults.size() - kMaxFaultsShown) + " more\n";
    }
    if (text.back() == '\n') text.pop_back();
    throw ProjectError(text);
  }

 private:
  std::map<std::filesystem::path, Faults> of_files_{};
};

/// The order of PyPI's classifiers: numbers within them count as numbers.
bool classifier_less(std::string_view left, std::string_view right) {
  const auto take_word = [](std::string_view& text) {
    const auto* end = std::find_if(text.begin(), text.end(), is_digit);
    const std::string_view word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(word.size());
    return word;
  };
  const auto take_number = [](std::string_view& text) {
    const auto* end = std::find_if_not(text.begin(), text.end(), is_digit);
    std::string_view number = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(number.size());
    while (number.size() > 1 && number.front() == '0') number.remove_prefix(1);
    return number;
  };
  while (!left.empty() || !right.empty()) {
    const std::string_view left_word = take_word(left);
    const std::string_view right_word = take_word(right);
    if (left_word != right_word) return left_word < right_word;
    const std::string_view left_number = take_number(left);
    const std::string_view right_number = take_number(right);
    if (left_number.size() != right_number.size()) return left_number.size() < right_number.size();
    if (left_number != right_number) return left_number < right_number;
  }
  return false;
}

bool is_private(std::string_view classifier) { return to_lower(classifier).starts_with("private ::"); }

class MetadataReader {
 public:
  explicit MetadataReader(const BuildProject& project) : project_(project) {}

  Metadata run() {
    if (!find_project()) return from_own_build();
    read_hatch_settings();
    read_dynamic();
    read_name();
    read_version();
    read_texts();
    read_readme();
    read_license();
    read_license_files();
    metadata_.authors = people("authors");
    metadata_.maintainers = people("maintainers");
    read_keywords_and_classifiers();
    metadata_.urls = named_texts("urls");
    metadata_.scripts = sorted(named_texts("scripts"));
    metadata_.gui_scripts = sorted(named_texts("gui-scripts"));
    read_entry_points();
    read_dependencies();
    read_optional_dependencies();
    faults_.refuse();
    return std::move(metadata_);
  }

 private:
  // --- the tables ---

  /// False where there is no [project].
  bool find_project() {
    if (!project_.pyproject || project_.pyproject->find("project") == nullptr) return false;
    table_ = project_.project_table();
    place_ = {project_.pyproject->file, "project"};
    if (table_ == nullptr) {
      faults_.add(place_, wrong_kind(*project_.pyproject->find("project"), "a table"));
      faults_.refuse();
    }
    if (project_.own_build) {
      for (const char* key : {"name", "version"}) {
        if (project_.own_build->find(key) == nullptr) continue;
        faults_.add(place_of(*project_.own_build, key),
                    "is for projects without pyproject.toml's [project]; remove it");
      }
    }
    return true;
  }

  static Place place_of(const Table& table, std::string_view key) { return {table.file_of(key), table.path_of(key)}; }

  /// grapnel.toml's name and version.
  Metadata from_own_build() {
    const Table* own = project_.own_build ? &*project_.own_build : nullptr;
    if (own == nullptr || (own->find("name") == nullptr && own->find("version") == nullptr)) {
      throw ProjectError("'" + project_.root.string() +
                         "' has no name and version. Give them in [project] of its pyproject.toml, or as name and "
                         "version in [build] of its grapnel.toml.");
    }
    set_name(text_in(*own, "name"), place_of(*own, "name"));
    set_version(text_in(*own, "version"), place_of(*own, "version"));
    find_license_files({"LICEN[CS]E*", "COPYING*", "NOTICE*", "AUTHORS*"}, place_of(*own, "name"));
    faults_.refuse();
    return std::move(metadata_);
  }

  /// A string of a table, or nothing and a fault.
  std::optional<std::string> text_in(const Table& table, std::string_view key) {
    const Json* value = table.find(key);
    if (value == nullptr) {
      faults_.add(place_of(table, key), "missing; expected a string");
      return std::nullopt;
    }
    return one_line(*value, place_of(table, key));
  }

  /// A string that is one line of text, or nothing and a fault.
  std::optional<std::string> one_line(const Json& value, const Place& place) {
    const std::string* text = value.as_string();
    if (text == nullptr) {
      faults_.add(place, wrong_kind(value, "a string"));
      return std::nullopt;
    }
    if (is_one_line(*text)) return *text;
    faults_.add(place, "found " + shown(*text) + "; expected one line without control characters");
    return std::nullopt;
  }
  /// The same, and not empty.
  std::optional<std::string> some_text(const Json& value, const Place& place) {
    std::optional<std::string> text = one_line(value, place);
    if (text && text->empty()) {
      faults_.add(place, "found an empty string; expected a text");
      return std::nullopt;
    }
    return text;
  }

  const Json::Array* list(const Json& value, const Place& place) {
    const Json::Array* list = value.as_array();
    if (list == nullptr) faults_.add(place, wrong_kind(value, "a list"));
    return list;
  }

  /// The value of a key of [project], or nullptr.
  const Json* find(std::string_view key) const { return table_->find(key); }

  // --- tool.hatch ---

  void read_hatch_settings() {
    const Json* value = project_.hatch.find("metadata");
    if (value == nullptr) return;
    const Table* settings = project_.hatch.table("metadata");
    if (settings == nullptr) {
      faults_.add(place_of(project_.hatch, "metadata"), wrong_kind(*value, "a table"));
      return;
    }
    if (const Json* allow = settings->find("allow-direct-references")) {
      const bool* boolean = allow->as_bool();
      if (boolean == nullptr) {
        faults_.add(place_of(*settings, "allow-direct-references"), wrong_kind(*allow, "a boolean"));
      }
      // One fault is enough where it is none.
      allow_direct_references_ = boolean == nullptr || *boolean;
    }
    if (const Json* hooks = settings->find("hooks")) {
      if (hooks->as_object() == nullptr) {
        faults_.add(place_of(*settings, "hooks"), wrong_kind(*hooks, "a table"));
      } else if (!hooks->as_object()->empty()) {
        faults_.add(place_of(*settings, "hooks"),
                    "found metadata hooks, which need Hatch's plugins; give the metadata in [project], or build with "
                    "Hatch");
      }
    }
  }

  void read_dynamic() {
    const Json* value = find("dynamic");
    const Place place = place_.at("dynamic");
    const Json::Array* fields = value == nullptr ? nullptr : list(*value, place);
    for (std::size_t i = 0; fields != nullptr && i < fields->size(); ++i) {
      const std::optional<std::string> field = some_text((*fields)[i], place.at(i));
      if (!field) continue;
      metadata_.dynamic.push_back(*field);
      if (*field != "version") {
        faults_.add(place.at(i), "found " + shown(*field) +
                                     "; expected 'version' alone: other fields are found by metadata hooks, which "
                                     "need Hatch's plugins. Give it in [project], or build with Hatch");
      } else if (find("version") != nullptr) {
        faults_.add(place.at(i), "found 'version', which project.version gives too; remove one");
      } else {
        dynamic_version_ = true;
      }
    }
  }

  // --- name and version ---

  void set_name(const std::optional<std::string>& name, const Place& place) {
    if (!name) return;
    if (!is_project_name(*name)) {
      faults_.add(place, "found " + shown(*name) + "; " + std::string(kProjectNameRule));
      return;
    }
    metadata_.name = *name;
    metadata_.normal_name = normal_project_name(*name);
    metadata_.file_name = file_project_name(*name);
  }

  void set_version(const std::optional<std::string>& text, const Place& place, const std::string& origin = {}) {
    if (!text) return;
    const Expected<PythonVersion> version = parse_python_version(*text);
    if (version) {
      metadata_.version = version->to_string();
    } else {
      faults_.add(place, version.error().message + origin);
    }
  }

  void read_name() { set_name(text_in(*table_, "name"), place_.at("name")); }

  void read_version() {
    if (dynamic_version_) {
      read_dynamic_version();
    } else if (find("version") != nullptr) {
      set_version(text_in(*table_, "version"), place_.at("version"));
    } else if (std::find(metadata_.dynamic.begin(), metadata_.dynamic.end(), "version") == metadata_.dynamic.end()) {
      faults_.add(place_.at("version"), "missing; expected a version here, or 'version' in project.dynamic");
    }
  }

  void read_dynamic_version() {
    const Place place = place_of(project_.hatch, "version");
    const Json* value = project_.hatch.find("version");
    if (value == nullptr) {
      faults_.add(place,
                  "missing; expected a table that says where the dynamic version is: 'path' of a file, or "
                  "'source'");
      return;
    }
    const Table* source = project_.hatch.table("version");
    if (source == nullptr) {
      faults_.add(place, wrong_kind(*value, "a table"));
      return;
    }
    std::string kind = "regex";
    if (const Json* given = source->find("source")) {
      const std::optional<std::string> text = some_text(*given, place.at("source"));
      if (!text) return;
      kind = *text;
    }
    if (kind == "regex") {
      read_version_file(*source);
    } else if (kind == "env") {
      read_version_variable(*source);
    } else {
      faults_.add(place_of(*source, "source"), "found " + shown(kind) +
                                                   "; expected 'regex' or 'env': other sources need Hatch's plugins. "
                                                   "Use one of these, or build with Hatch");
    }
  }

  void read_version_file(const Table& source) {
    const Place place = place_of(source, "path");
    const std::optional<std::string> path = text_in(source, "path");
    std::string pattern(kVersionPattern);
    Place pattern_place = place_of(source, "pattern");
    if (const Json* given = source.find("pattern")) {
      const bool* boolean = given->as_bool();
      if (boolean == nullptr || !*boolean) {
        const std::optional<std::string> text = one_line(*given, pattern_place);
        if (!text) return;
        if (!text->empty()) pattern = *text;
      }
    }
    if (!path) return;
    const std::optional<std::string> text = file_text(*path, kMaxRegexText, place);
    if (!text) return;
    const auto span = find_group(pattern, *text, "version");
    if (span) {
      set_version(text->substr(span->begin, span->end - span->begin), place, ", found in " + shown(*path));
      return;
    }
    const RegexError& error = span.error();
    if (error.kind == RegexError::Kind::text) {
      faults_.add(place, shown(*path) + " " + error.message);
    } else if (error.kind == RegexError::Kind::pattern || error.kind == RegexError::Kind::group) {
      faults_.add(pattern_place, "the pattern " + error.message);
    } else {
      faults_.add(pattern_place, "the pattern " + shown(pattern) + " " + error.message + " in " + shown(*path));
    }
  }

  void read_version_variable(const Table& source) {
    const std::optional<std::string> name = text_in(source, "variable");
    if (!name) return;
    const Place place = place_of(source, "variable");
    if (name->empty() || name->find('=') != std::string::npos) {
      faults_.add(place, "found " + shown(*name) + "; expected the name of an environment variable");
      return;
    }
    const char* value = std::getenv(name->c_str());
    if (value == nullptr) {
      faults_.add(place, "the environment variable " + shown(*name) + " is not set");
      return;
    }
    set_version(value, place, ", found in the environment variable " + shown(*name));
  }

  // --- files ---

  /// The text of a file of the project, with Python's newlines, or nothing and a fault.
  std::optional<std::string> file_text(const std::string& path, std::size_t max_bytes, const Place& place) {
    const std::filesystem::path relative = std::filesystem::path(path).lexically_normal();
    if (path.empty() || relative.is_absolute() || relative.begin()->native() == "..") {
      faults_.add(place, "found " + shown(path) + "; expected a file below the project's directory");
      return std::nullopt;
    }
    const std::filesystem::path file = project_.root / relative;
    const Expected<std::string> bytes = hooks::base::read_file(file, max_bytes);
    if (!bytes) {
      const int error = bytes.error().error_number;
      if (error == ENOENT || error == ENOTDIR) {
        faults_.add(place, "the file " + shown(path) + " does not exist");
      } else if (error == 0) {
        faults_.add(place, bytes.error().message);  // it is there, and no regular file or too large
      } else {
        throw SystemError(bytes.error());
      }
      return std::nullopt;
    }
    metadata_.files.push_back(file);
    if (!hooks::base::is_utf8(*bytes)) {
      faults_.add(place, "the file " + shown(path) + " is no UTF-8");
      return std::nullopt;
    }
    return with_newlines(*bytes);
  }

  // --- texts ---

  void read_texts() {
    if (const Json* value = find("description")) {
      if (const std::string* text = value->as_string()) {
        std::string line;
        for (const std::string_view part : python_lines(*text)) line += (line.empty() ? "" : " ") + std::string(part);
        if (const auto description = one_line(line, place_.at("description"))) metadata_.description = *description;
      } else {
        faults_.add(place_.at("description"), wrong_kind(*value, "a string"));
      }
    }
    if (const Json* value = find("requires-python")) {
      const std::optional<std::string> text = one_line(*value, place_.at("requires-python"));
      if (!text) return;
      Expected<SpecifierSet> specifiers = parse_specifiers(*text);
      if (specifiers) {
        metadata_.requires_python = std::move(*specifiers);
      } else {
        faults_.add(place_.at("requires-python"), specifiers.error().message);
      }
    }
  }

  void read_readme() {
    const Json* value = find("readme");
    if (value == nullptr) return;
    const Place place = place_.at("readme");
    if (value->as_string() != nullptr) {
      const std::optional<std::string> path = one_line(*value, place);
      if (!path) return;
      const std::string lower = to_lower(*path);
      std::string type = lower.ends_with(".md")    ? "text/markdown"
                         : lower.ends_with(".rst") ? "text/x-rst"
                         : lower.ends_with(".txt") ? "text/plain"
                                                   : "";
      if (type.empty()) {
        faults_.add(place, "found " + shown(*path) +
                               "; expected a file that ends in .md, .rst or .txt, or a table with 'content-type'");
        return;
      }
      if (auto text = file_text(*path, kMaxReadmeBytes, place)) {
        metadata_.readme = Readme{*path, std::move(*text), std::move(type)};
      }
      return;
    }
    const Table* table = table_->table("readme");
    if (table == nullptr) {
      faults_.add(place, wrong_kind(*value, "a string or a table"));
      return;
    }
    read_readme_table(*table, place);
  }

  void read_readme_table(const Table& table, const Place& place) {
    Readme readme;
    bool good = true;
    const std::optional<std::string> type = text_in(table, "content-type");
    if (type && *type != "text/markdown" && *type != "text/x-rst" && *type != "text/plain") {
      faults_.add(place.at("content-type"),
                  "found " + shown(*type) + "; expected 'text/markdown', 'text/x-rst' or 'text/plain'");
    }
    if (const Json* charset = table.find("charset")) {
      const std::optional<std::string> text = one_line(*charset, place.at("charset"));
      good = text.has_value();
      const std::string lower = text ? to_lower(*text) : "";
      if (good && lower != "utf-8" && lower != "utf8" && lower != "ascii" && lower != "us-ascii") {
        faults_.add(place.at("charset"), "found " + shown(*text) + "; expected 'utf-8'");
        good = false;
      }
    }
    const std::optional<Text> content = file_or_text(table, place, kMaxReadmeBytes);
    if (!type || !content || !good) return;
    metadata_.readme = Readme{content->path, content->text, *type};
  }

  struct Text {
    std::string path{};  ///< empty where the text is in the table
    std::string text{};
  };
  /// Tables with either `file` or `text`.
  std::optional<Text> file_or_text(const Table& table, const Place& place, std::size_t max_bytes) {
    const Json* file = table.find("file");
    const Json* given = table.find("text");
    if ((file == nullptr) == (given == nullptr)) {
      faults_.add(place, file == nullptr ? "found neither 'file' nor 'text'; expected one of them"
                                         : "found both 'file' and 'text'; expected one of them");
      return std::nullopt;
    }
    if (file != nullptr) {
      const std::optional<std::string> path = one_line(*file, place.at("file"));
      if (!path) return std::nullopt;
      std::optional<std::string> text = file_text(*path, max_bytes, place.at("file"));
      if (!text) return std::nullopt;
      return Text{*path, std::move(*text)};
    }
    const std::string* text = given->as_string();
    if (text == nullptr) {
      faults_.add(place.at("text"), wrong_kind(*given, "a string"));
      return std::nullopt;
    }
    return Text{"", *text};
  }

  void read_license() {
    const Json* value = find("license");
    if (value == nullptr) return;
    const Place place = place_.at("license");
    if (const Table* table = table_->table("license")) {
      if (std::optional<Text> text = file_or_text(*table, place, kMaxLicenseBytes)) {
        metadata_.license = std::move(text->text);
      }
      return;
    }
    if (value->as_string() == nullptr) {
      faults_.add(place, wrong_kind(*value, "a string or a table"));
      return;
    }
    Expected<std::string> expression = normal_license_expression(*value->as_string());
    if (expression) {
      metadata_.license_expression = std::move(*expression);
    } else {
      faults_.add(place, expression.error().message);
    }
  }

  // --- license-files ---

  void read_license_files() {
    const Json* value = find("license-files");
    const Place place = place_.at("license-files");
    if (value == nullptr) {
      find_license_files({"LICEN[CS]E*", "COPYING*", "NOTICE*", "AUTHORS*"}, place);
      return;
    }
    if (value->as_array() != nullptr) {
      find_license_files(file_patterns(*value, place), place);
      return;
    }
    const Table* table = table_->table("license-files");
    if (table == nullptr) {
      faults_.add(place, wrong_kind(*value, "a list"));
      return;
    }
    // The form of PEP 639's draft.
    const Json* paths = table->find("paths");
    const Json* globs = table->find("globs");
    if ((paths == nullptr) == (globs == nullptr)) {
      faults_.add(place, paths == nullptr ? "found neither 'paths' nor 'globs'; expected a list of patterns"
                                          : "found both 'paths' and 'globs'; expected a list of patterns");
    } else if (globs != nullptr) {
      find_license_files(file_patterns(*globs, place.at("globs")), place.at("globs"));
    } else {
      read_license_paths(*paths, place.at("paths"));
    }
  }

  std::vector<std::string> file_patterns(const Json& value, const Place& place) {
    std::vector<std::string> patterns;
    const Json::Array* entries = list(value, place);
    for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
      const std::optional<std::string> pattern = one_line((*entries)[i], place.at(i));
      if (!pattern) continue;
      const std::string fault = fault_of_file_pattern(*pattern);
      if (fault.empty()) {
        patterns.push_back(*pattern);
      } else {
        faults_.add(place.at(i), fault);
      }
    }
    return patterns;
  }

  void find_license_files(const std::vector<std::string>& patterns, const Place& place) {
    Expected<std::vector<std::string>> files = find_files(project_.root, patterns);
    if (!files) {
      faults_.add(place, files.error().message);
      return;
    }
    metadata_.license_files = std::move(*files);
    for (const std::string& file : metadata_.license_files) metadata_.files.push_back(project_.root / file);
  }

  void read_license_paths(const Json& value, const Place& place) {
    std::set<std::string> files;
    const Json::Array* entries = list(value, place);
    for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
      const std::optional<std::string> path = one_line((*entries)[i], place.at(i));
      if (!path) continue;
      const std::filesystem::path relative = std::filesystem::path(*path).lexically_normal();
      std::error_code ignored;
      if (path->empty() || relative.is_absolute() || relative.begin()->native() == "..") {
        faults_.add(place.at(i), "found " + shown(*path) + "; expected a file below the project's directory");
      } else if (!std::filesystem::is_regular_file(project_.root / relative, ignored)) {
        faults_.add(place.at(i), "the file " + shown(*path) + " does not exist");
      } else {
        files.insert(relative.generic_string());
      }
    }
    metadata_.license_files.assign(files.begin(), files.end());
    for (const std::string& file : metadata_.license_files) metadata_.files.push_back(project_.root / file);
  }

  // --- people and words ---

  std::vector<Person> people(std::string_view key) {
    std::vector<Person> people;
    const Json* value = find(key);
    if (value == nullptr) return people;
    const Place place = place_.at(key);
    const Json::Array* entries = list(*value, place);
    for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
      const Json::Object* entry = (*entries)[i].as_object();
      if (entry == nullptr) {
        faults_.add(place.at(i), wrong_kind((*entries)[i], "a table"));
        continue;
      }
      Person person;
      const bool good =
          read_part(*entry, "name", person.name, place.at(i)) && read_part(*entry, "email", person.email, place.at(i));
      if (!good) continue;
      if (person.name.empty() && person.email.empty()) {
        faults_.add(place.at(i), "found neither 'name' nor 'email'; expected one of them at least");
        continue;
      }
      if (!person.email.empty()) {
        if (const Expected<std::string> address = mailbox(person.name, person.email); !address) {
          faults_.add(place.at(i).at("email"), address.error().message);
          continue;
        }
      }
      people.push_back(std::move(person));
    }
    return people;
  }
  bool read_part(const Json::Object& entry, std::string_view key, std::string& text, const Place& place) {
    const Json* value = entry.find(key);
    if (value == nullptr) return true;
    const std::optional<std::string> line = one_line(*value, place.at(key));
    if (line) text = *line;
    return line.has_value();
  }

  std::set<std::string> words(std::string_view key) {
    std::set<std::string> words;
    const Json* value = find(key);
    if (value == nullptr) return words;
    const Place place = place_.at(key);
    const Json::Array* entries = list(*value, place);
    for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
      if (const auto word = some_text((*entries)[i], place.at(i))) words.insert(*word);
    }
    return words;
  }

  void read_keywords_and_classifiers() {
    const std::set<std::string> keywords = words("keywords");
    metadata_.keywords.assign(keywords.begin(), keywords.end());
    const std::set<std::string> classifiers = words("classifiers");
    metadata_.classifiers.assign(classifiers.begin(), classifiers.end());
    std::stable_sort(metadata_.classifiers.begin(), metadata_.classifiers.end(),
                     [](const std::string& left, const std::string& right) {
                       const bool left_private = is_private(left);
                       if (left_private != is_private(right)) return left_private;
                       return !left_private && classifier_less(left, right);
                     });
  }

  // --- tables of texts ---

  NamedTexts named_texts(std::string_view key) {
    const Json* value = find(key);
    if (value == nullptr) return {};
    const Table* table = table_->table(key);
    if (table != nullptr) return texts_of(*table, place_.at(key));
    faults_.add(place_.at(key), wrong_kind(*value, "a table"));
    return {};
  }

  NamedTexts texts_of(const Table& table, const Place& place) {
    NamedTexts texts;
    for (const std::string& name : table.keys) {
      const std::optional<std::string> text = some_text(*table.find(name), place.at(name));
      if (name.empty() || !is_one_line(name)) {
        faults_.add(place.at(name), "expected a name of one line without control characters");
      } else if (text) {
        texts.emplace_back(name, *text);
      }
    }
    return texts;
  }

  static NamedTexts sorted(NamedTexts texts) {
    std::sort(texts.begin(), texts.end());
    return texts;
  }

  void read_entry_points() {
    const Json* value = find("entry-points");
    if (value == nullptr) return;
    const Place place = place_.at("entry-points");
    const Table* groups = table_->table("entry-points");
    if (groups == nullptr) {
      faults_.add(place, wrong_kind(*value, "a table"));
      return;
    }
    for (const std::string& group : groups->keys) {
      const Table* entries = groups->table(group);
      if (entries == nullptr) {
        faults_.add(place.at(group), wrong_kind(*groups->find(group), "a table"));
      } else if (group == "scripts" || group == "console_scripts") {
        faults_.add(place.at(group), "belongs in project.scripts; move it there");
      } else if (group == "gui-scripts" || group == "gui_scripts") {
        faults_.add(place.at(group), "belongs in project.gui-scripts; move it there");
      } else if (group.empty() || !is_one_line(group) || group.find(']') != std::string::npos) {
        faults_.add(place.at(group), "expected the name of a group, of one line without ']'");
      } else if (NamedTexts texts = sorted(texts_of(*entries, place.at(group))); !texts.empty()) {
        metadata_.entry_points.emplace_back(group, std::move(texts));
      }
    }
    std::sort(metadata_.entry_points.begin(), metadata_.entry_points.end());
  }

  // --- dependencies ---

  std::vector<Requirement> requirements(const Json& value, const Place& place) {
    std::vector<Requirement> requirements;
    const Json::Array* entries = list(value, place);
    for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
      const std::optional<std::string> text = one_line((*entries)[i], place.at(i));
      if (!text) continue;
      const Expected<std::string> full = with_context_fields(*text, project_.root);
      if (!full) {
        faults_.add(place.at(i), full.error().message);
        continue;
      }
      Expected<Requirement> requirement = parse_requirement(*full);
      if (!requirement) {
        faults_.add(place.at(i), "found " + shown(*full) + ": " + requirement.error().message);
      } else if (!requirement->url.empty() && !allow_direct_references_) {
        faults_.add(place.at(i), "found " + shown(*text) +
                                     ", a direct reference, which no index accepts; allow it by "
                                     "tool.hatch.metadata.allow-direct-references = true");
      } else {
        requirements.push_back(std::move(*requirement));
      }
    }
    return requirements;
  }

  /// Sorted by text, each once.
  static std::vector<Requirement> in_order(std::vector<Requirement> requirements) {
    std::map<std::string, Requirement> by_text;
    for (Requirement& requirement : requirements) {
      std::string text = requirement.to_string();
      by_text.insert_or_assign(std::move(text), std::move(requirement));
    }
    std::vector<Requirement> ordered;
    ordered.reserve(by_text.size());
    for (auto& [text, requirement] : by_text) ordered.push_back(std::move(requirement));
    return ordered;
  }

  void read_dependencies() {
    if (const Json* value = find("dependencies")) {
      metadata_.dependencies = in_order(requirements(*value, place_.at("dependencies")));
    }
  }

  /// A feature as it is written.
  struct Feature {
    std::string written{};
    std::vector<Requirement> requirements{};
    std::set<std::string> inherited{};  ///< features of the same project
    bool resolved = false;
    bool visited = false;
  };

  void read_optional_dependencies() {
    const Json* value = find("optional-dependencies");
    if (value == nullptr) return;
    const Place place = place_.at("optional-dependencies");
    const Table* table = table_->table("optional-dependencies");
    if (table == nullptr) {
      faults_.add(place, wrong_kind(*value, "a table"));
      return;
    }
    std::map<std::string, Feature> features;
    for (const std::string& written : table->keys) {
      if (!is_project_name(written)) {
        faults_.add(place.at(written), "found the feature " + shown(written) + "; " + std::string(kProjectNameRule));
        continue;
      }
      const std::string name = normal_project_name(written);
      if (const auto other = features.find(name); other != features.end()) {
        faults_.add(place.at(written), "is the same feature as " + shown(other->second.written) + ", " + shown(name) +
                                           "; expected each feature once");
        continue;
      }
      Feature& feature = features[name];
      feature.written = written;
      for (Requirement& requirement : requirements(*table->find(written), place.at(written))) {
        if (requirement.name == metadata_.normal_name && !metadata_.normal_name.empty()) {
          feature.inherited.insert(requirement.extras.begin(), requirement.extras.end());
        } else {
          feature.requirements.push_back(std::move(requirement));
        }
      }
    }
    for (auto& [name, feature] : features) {
      resolve(features, name, place, 0);
      metadata_.optional_dependencies.emplace_back(name, feature.requirements);
    }
  }

  /// Gives a feature what it takes from others. REQUIRES: it is there.
  void resolve(std::map<std::string, Feature>& features, const std::string& name, const Place& place,
               std::size_t depth) {
    constexpr std::size_t kMaxFeatureDepth = 256;
    Feature& feature = features.at(name);
    if (feature.resolved) return;
    if (feature.visited || depth > kMaxFeatureDepth) {
      faults_.add(place.at(feature.written), "takes in itself; expected features without a cycle");
      feature.resolved = true;
      return;
    }
    feature.visited = true;
    for (const std::string& other : feature.inherited) {
      if (!features.contains(other)) {
        faults_.add(place.at(feature.written), "takes in the feature " + shown(other) + ", which is not defined");
        continue;
      }
      resolve(features, other, place, depth + 1);
      const std::vector<Requirement>& taken = features.at(other).requirements;
      if (&features.at(other) != &feature) {
        feature.requirements.insert(feature.requirements.end(), taken.begin(), taken.end());
      }
    }
    feature.requirements = in_order(std::move(feature.requirements));
    feature.resolved = true;
  }

  const BuildProject& project_;
  const Table* table_ = nullptr;
  Place place_{};
  FaultList faults_{};
  bool allow_direct_references_ = false;
  bool dynamic_version_ = false;
  Metadata metadata_{};
};

}  // namespace

Metadata read_metadata(const BuildProject& project) { return MetadataReader(project).run(); }

}  // namespace grapnel::dist
