// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/shown.hpp"
#include "runner/base/regex.hpp"
#include "runner/dist/metadata_fields.hpp"

#include <cstdlib>

namespace grapnel::dist {

using hooks::Json;
using hooks::base::Expected;
using hooks::base::shown;
using workspace::Table;

namespace {

void read_version_file(FieldReader& reader, Metadata& metadata, const Table& source) {
  const Place place = place_of(source, "path");
  const std::optional<std::string> path = reader.text_in(source, "path");
  std::string pattern(kVersionPattern);
  Place pattern_place = place_of(source, "pattern");
  if (const Json* given = source.find("pattern")) {
    const bool* boolean = given->as_bool();
    if (boolean == nullptr || !*boolean) {
      const std::optional<std::string> text = reader.one_line(*given, pattern_place);
      if (!text) return;
      if (!text->empty()) pattern = *text;
    }
  }
  if (!path) return;
  const std::optional<std::string> text = reader.file_text(*path, kMaxRegexText, place);
  if (!text) return;
  const auto span = find_group(pattern, *text, "version");
  if (span) {
    set_version(reader, metadata, text->substr(span->begin, span->end - span->begin), place,
                ", found in " + shown(*path));
    return;
  }
  const RegexError& error = span.error();
  if (error.kind == RegexError::Kind::text) {
    reader.add_fault(place, shown(*path) + " " + error.message);
  } else if (error.kind == RegexError::Kind::pattern || error.kind == RegexError::Kind::group) {
    reader.add_fault(pattern_place, "the pattern " + error.message);
  } else {
    reader.add_fault(pattern_place, "the pattern " + shown(pattern) + " " + error.message + " in " + shown(*path));
  }
}

void read_version_variable(FieldReader& reader, Metadata& metadata, const Table& source) {
  const std::optional<std::string> name = reader.text_in(source, "variable");
  if (!name) return;
  const Place place = place_of(source, "variable");
  if (name->empty() || name->find('=') != std::string::npos) {
    reader.add_fault(place, "found " + shown(*name) + "; expected the name of an environment variable");
    return;
  }
  const char* value = std::getenv(name->c_str());
  if (value == nullptr) {
    reader.add_fault(place, "the environment variable " + shown(*name) + " is not set");
    return;
  }
  set_version(reader, metadata, value, place, ", found in the environment variable " + shown(*name));
}

}  // namespace

void set_version(FieldReader& reader, Metadata& metadata, const std::optional<std::string>& text, const Place& place,
                 const std::string& origin) {
  if (!text) return;
  const Expected<PythonVersion> version = parse_python_version(*text);
  if (version) {
    metadata.version = version->to_string();
  } else {
    reader.add_fault(place, version.error().message + origin);
  }
}

void read_dynamic_version(FieldReader& reader, Metadata& metadata) {
  const Place place = place_of(reader.project().hatch, "version");
  const Json* value = reader.project().hatch.find("version");
  if (value == nullptr) {
    reader.add_fault(place,
                     "missing; expected a table that says where the dynamic version is: 'path' of a file, or "
                     "'source'");
    return;
  }
  const Table* source = reader.project().hatch.table("version");
  if (source == nullptr) {
    reader.add_wrong_kind(place, *value, "a table");
    return;
  }
  std::string kind = "regex";
  if (const Json* given = source->find("source")) {
    const std::optional<std::string> text = reader.some_text(*given, place.at("source"));
    if (!text) return;
    kind = *text;
  }
  if (kind == "regex") {
    read_version_file(reader, metadata, *source);
  } else if (kind == "env") {
    read_version_variable(reader, metadata, *source);
  } else {
    reader.add_fault(place_of(*source, "source"),
                     "found " + shown(kind) +
                         "; expected 'regex' or 'env': other sources need Hatch's plugins. "
                         "Use one of these, or build with Hatch");
  }
}

}  // namespace grapnel::dist
