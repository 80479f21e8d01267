// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The parts of `[project]` that have a source of their own; see read_metadata. Each reads its keys, adds the faults to
/// the reader and sets its members of the metadata.
#pragma once

#include "runner/dist/field_reader.hpp"
#include "runner/dist/metadata.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::dist {

/// version, as it stands at `place`: nothing where it was missing. `origin` ends a fault: ", found in 'about.py'".
void set_version(FieldReader& reader, Metadata& metadata, const std::optional<std::string>& text, const Place& place,
                 const std::string& origin = {});
/// version from where `[tool.hatch.version]` says.
void read_dynamic_version(FieldReader& reader, Metadata& metadata);

void read_readme(FieldReader& reader, Metadata& metadata);
void read_license(FieldReader& reader, Metadata& metadata);
void read_license_files(FieldReader& reader, Metadata& metadata);
/// license-files where nothing says which; a fault is at `place`.
void find_usual_license_files(FieldReader& reader, Metadata& metadata, const Place& place);

/// authors, maintainers
[[nodiscard]] std::vector<Person> read_people(FieldReader& reader, std::string_view key);
/// keywords and classifiers
void read_words(FieldReader& reader, Metadata& metadata);

/// dependencies and optional-dependencies
void read_dependencies(FieldReader& reader, Metadata& metadata, bool allow_direct_references);

}  // namespace grapnel::dist
