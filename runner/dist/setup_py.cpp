// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/setup_py.hpp"

#include "hooks_api/pep517/python_repr.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace grapnel::dist {
namespace {

using hooks::pep517::python_repr;

void add_list(std::string& text, std::string_view indent, const std::string& name,
              const std::vector<std::string>& items) {
  if (items.empty()) return;
  text += std::string(indent) + name + "[\n";
  for (const std::string& item : items) text += std::string(indent) + "    " + python_repr(item) + ",\n";
  text += std::string(indent) + "],\n";
}

std::vector<std::string> as_lines(const NamedTexts& entries) {
  std::vector<std::string> lines;
  for (const auto& [name, object] : entries) lines.push_back(name + " = " + object);
  return lines;
}

std::string names_of(const std::vector<Person>& people) {
  std::string names;
  for (const Person& person : people) {
    if (person.name.empty()) continue;
    if (!names.empty()) names += ", ";
    names += person.name;
  }
  return names;
}

}  // namespace

std::string setup_py(const Metadata& metadata, const std::vector<ShippedFile>& files,
                     const std::vector<std::string>& more_dependencies) {
  std::string text = "from setuptools import setup\n\nsetup(\n";
  const auto add = [&](const std::string& key, const std::string& value) {
    if (!value.empty()) text += "    " + key + "=" + python_repr(value) + ",\n";
  };
  add("name", metadata.normal_name);
  add("version", metadata.version);
  add("description", metadata.description);
  if (metadata.readme) add("long_description", metadata.readme->text);
  add("author", names_of(metadata.authors));
  add("maintainer", names_of(metadata.maintainers));
  add_list(text, "    ", "classifiers=", metadata.classifiers);
  std::vector<std::string> dependencies = runtime_dependencies(metadata);
  dependencies.insert(dependencies.end(), more_dependencies.begin(), more_dependencies.end());
  add_list(text, "    ", "install_requires=", dependencies);
  if (!metadata.optional_dependencies.empty()) {
    text += "    extras_require={\n";
    for (const auto& [feature, requirements] : metadata.optional_dependencies) {
      std::vector<std::string> lines;
      for (const Requirement& requirement : requirements) lines.push_back(requirement.to_string());
      add_list(text, "        ", python_repr(feature) + ": ", lines);
    }
    text += "    },\n";
  }
  std::vector<std::pair<std::string, NamedTexts>> groups{{"console_scripts", metadata.scripts},
                                                         {"gui_scripts", metadata.gui_scripts}};
  groups.insert(groups.end(), metadata.entry_points.begin(), metadata.entry_points.end());
  if (std::any_of(groups.begin(), groups.end(), [](const auto& group) { return !group.second.empty(); })) {
    text += "    entry_points={\n";
    for (const auto& [group, entries] : groups) {
      add_list(text, "        ", python_repr(group) + ": ", as_lines(entries));
    }
    text += "    },\n";
  }
  std::set<std::string> packages;
  bool has_src = false;
  for (const ShippedFile& file : files) {
    constexpr std::string_view kInit = "/__init__.py";
    if (!file.relative_path.ends_with(kInit)) continue;
    std::string package = file.relative_path.substr(0, file.relative_path.size() - kInit.size());
    if (package.starts_with("src/")) {
      has_src = true;
      package.erase(0, 4);
    }
    std::replace(package.begin(), package.end(), '/', '.');
    packages.insert(std::move(package));
  }
  add_list(text, "    ", "packages=", {packages.begin(), packages.end()});
  if (has_src) text += "    package_dir={'': 'src'},\n";
  return text + ")\n";
}

}  // namespace grapnel::dist
