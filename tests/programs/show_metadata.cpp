// SPDX-License-Identifier: BSD-3-Clause
// show_metadata ROOT VERSION|entry_points|json|tag: what a project's distributions have of it.
// show_metadata version|requirement|specifiers|allows|license: the normal form of each line of the standard input, or
//   "error". Of "allows", lines of a version, a blank and specifiers: "yes" or "no".
// 1 and a message where the project is wrong.
#include "runner/base/errors.hpp"
#include "runner/dist/license_expression.hpp"
#include "runner/dist/metadata.hpp"

#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <string_view>

namespace {

using namespace grapnel::dist;
using Normal = std::function<std::string(const std::string&)>;

template <typename Value>
std::string text_of(const Value& value) {
  return value ? value->to_string() : "error";
}

std::string allows(const std::string& line) {
  const std::size_t blank = line.find(' ');
  const auto version = parse_python_version(line.substr(0, blank));
  const auto specifiers = parse_specifiers(line.substr(blank + 1));
  if (!version || !specifiers) return "error";
  return specifiers->allows(*version) ? "yes" : "no";
}

std::string license(const std::string& line) {
  const auto expression = normal_license_expression(line);
  return expression ? *expression : "error";
}

int show_lines(const std::string& kind) {
  const std::map<std::string, Normal> kinds{
      {"version", [](const std::string& line) { return text_of(parse_python_version(line)); }},
      {"requirement", [](const std::string& line) { return text_of(parse_requirement(line)); }},
      {"specifiers", [](const std::string& line) { return text_of(parse_specifiers(line)); }},
      {"allows", allows},
      {"license", license},
  };
  const auto found = kinds.find(kind);
  if (found == kinds.end()) return 64;
  for (std::string line; std::getline(std::cin, line);) std::cout << found->second(line) << '\n';
  return 0;
}

void show_project(const std::string& root, const std::string& what) {
  const Metadata metadata = read_metadata(grapnel::workspace::load_build_project(root));
  if (what == "entry_points") {
    std::cout << entry_points_text(metadata);
  } else if (what == "json") {
    std::cout << hooks::Json(metadata_to_json(metadata)).to_string();
  } else if (what == "tag") {
    std::cout << python_tag(metadata);
  } else {
    std::cout << core_metadata(metadata, what, {});
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2) return show_lines(argv[1]);
  if (argc != 3) return 64;
  try {
    show_project(argv[1], argv[2]);
  } catch (const grapnel::ProjectError& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
