// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/sdist.hpp"

#include "runner/dist/archive.hpp"
#include "runner/dist/members.hpp"
#include "runner/dist/read_ahead.hpp"
#include "runner/dist/setup_py.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace grapnel::dist {
namespace {

namespace fs = std::filesystem;

bool supports_legacy(const SdistRequest& request) {
  const auto option = request.options.find_own("support-legacy");
  return option && workspace::boolean_of(*option);
}

}  // namespace

std::vector<Inclusion> sdist_forced_files(const workspace::BuildProject& project, const Metadata& metadata,
                                          const std::vector<fs::path>& more) {
  std::vector<Inclusion> forced;
  const auto add = [&](const fs::path& source, const std::string& target) {
    std::error_code ignored;
    const fs::path normal = normal_source(source.native(), project.root);
    if (fs::exists(normal, ignored)) {
      forced.push_back({.source = normal, .target = target, .origin = "the files that every sdist has"});
    }
  };
  for (const char* const name : {"pyproject.toml", "hatch.toml", "hatch_build.py", "grapnel.toml"}) add(name, name);
  const VcsIgnores ignores = find_vcs_ignores(project.root);
  for (const auto& file : {ignores.git, ignores.hg}) {
    if (file) add(*file, file->filename());
  }
  if (metadata.readme && !metadata.readme->path.empty()) {
    add(metadata.readme->path, normal_relative_path(metadata.readme->path));
  }
  for (const std::string& license : metadata.license_files) add(license, normal_relative_path(license));
  for (const fs::path& file : more) {
    const std::string inside =
        normal_source(file.native(), project.root).lexically_relative(normal_source(".", project.root));
    if (!inside.empty() && inside != "." && inside.substr(0, 2) != "..") add(file, inside);
  }
  return forced;
}

hooks::Json::Object sdist_build_data(const workspace::BuildProject& project, const Metadata& metadata,
                                     const std::vector<fs::path>& more) {
  hooks::Json::Object forced;
  for (const Inclusion& each : sdist_forced_files(project, metadata, more)) {
    forced[each.source.native()] = each.target;
  }
  hooks::Json::Object data;
  data["artifacts"] = hooks::Json::Array();
  data["dependencies"] = hooks::Json::Array();
  data["force_include"] = std::move(forced);
  return data;
}

Built build_sdist(const SdistRequest& request) {
  const std::string name = artifact_name(request);
  const std::vector<std::string> dependencies = read_strings(request.build_data, "dependencies", request.origin);
  const std::vector<Inclusion> always = sdist_forced_files(request.project, request.metadata, request.more_forced);
  const Selection selection({.project = request.project,
                             .options = request.options,
                             .build_data = request.build_data,
                             .more_exclude = request.exclude,
                             .before = always,
                             .origin = request.origin,
                             .like_hatch = request.like_hatch,
                             .stop = request.stop});
  std::vector<ShippedFile> files = selection.selected();
  // What an unpacked sdist has of these is written anew.
  const bool has_setup = supports_legacy(request);
  files.erase(std::remove_if(files.begin(), files.end(),
                             [&](const ShippedFile& file) {
                               return file.distribution_path == "PKG-INFO" ||
                                      (has_setup && file.distribution_path == "setup.py");
                             }),
              files.end());
  std::vector<ShippedFile> forced = selection.forced();
  std::move(forced.begin(), forced.end(), std::back_inserter(files));

  Built built{.artifact = request.directory / (name + ".tar.gz")};
  Members members(request.like_hatch.duplicates);
  ArchiveWriter archive(built.artifact, ArchiveWriter::Format::tar_gz, member_time(request), request.stop);
  ReadAhead ahead(paths_of(files));
  for (ShippedFile& file : files) {
    file.distribution_path.insert(0, name + "/");
    members.add(file);
    if (const std::optional<WholeFile> whole = ahead.next()) {
      archive.add_whole(file.distribution_path, *whole);
    } else {
      archive.add_file(file.distribution_path, file.path);
    }
  }
  const auto add_text = [&](const std::string& file, const std::string& text) {
    members.add(name + "/" + file, "the sdist's own files");
    archive.add_text(name + "/" + file, text);
  };
  if (has_setup) add_text("setup.py", setup_py(request.metadata, files, dependencies));
  add_text("PKG-INFO", core_metadata(request.metadata, metadata_version(request), dependencies));
  archive.finish();
  built.files = std::move(files);
  return built;
}

void clean_sdists(const fs::path& directory) { remove_artifacts(directory, ".tar.gz"); }

}  // namespace grapnel::dist
