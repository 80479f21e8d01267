// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/wheel.hpp"

#include "grapnel/version.hpp"
#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"
#include "runner/dist/archive.hpp"
#include "runner/dist/editable.hpp"
#include "runner/dist/members.hpp"
#include "runner/dist/project_file.hpp"
#include "runner/dist/read_ahead.hpp"
#include "runner/dist/record.hpp"
#include "runner/dist/shebang.hpp"
#include "runner/dist/tags.hpp"

#include <fstream>
#include <utility>

namespace grapnel::dist {
namespace {

using hooks::Json;
using hooks::base::shown;

constexpr std::size_t kMaxScriptBytes = std::size_t{64} << 20U;
constexpr std::size_t kMaxLicenseBytes = std::size_t{64} << 20U;

bool is_editable(const WheelRequest& request) { return request.version == "editable"; }

std::string tag_of(const WheelRequest& request) {
  const Json::Object& data = request.build_data;
  std::string tag = python_tag(request.metadata) + "-none-any";
  if (is_editable(request)) return tag;
  if (const Json* const given = data.find("tag"); given != nullptr && !given->is_null()) {
    const std::string* const text = given->as_string();
    const std::string fault = text == nullptr ? "expected a string" : fault_of_tag(*text);
    if (!fault.empty()) {
      throw ProjectError(origin_text(request.origin, "tag", text == nullptr ? given->to_string() : *text) +
                         ": this is no tag: " + fault);
    }
    return *text;
  }
  if (!read_boolean(data, "infer_tag", false, request.origin)) return tag;
  return interpreter_tag(request.python, environment_of(request));
}

// The first bytes of a file, or fewer; whoever ships it says what is wrong with it.
std::string first_bytes(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return {};
  std::string bytes(kMaxShebangBytes + 1, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  return bytes;
}

class Wheel {
 public:
  Wheel(const WheelRequest& request, std::string name, std::string tag)
      : request_(request),
        name_(std::move(name)),
        dist_info_(name_ + ".dist-info"),
        data_(name_ + ".data"),
        tag_(std::move(tag)),
        selection_({.project = request.project,
                    .options = request.options,
                    .build_data = request.build_data,
                    .more_exclude = request.exclude,
                    .origin = request.origin,
                    .like_hatch = request.like_hatch,
                    .reserved_directory = dist_info_,
                    .needs_package = !is_editable(request) || dev_mode_dirs(request).empty(),
                    .stop = request.stop}) {}

  // All files are found before the archive is begun: its own temporary file is none of them.
  Built build() {
    std::string path_file;
    std::vector<ShippedFile> files;
    if (is_editable(request_)) {
      path_file = path_file_text(request_, selection_);
      const std::vector<Inclusion> instead = read_inclusions(
          request_.build_data, "force_include_editable", request_.project.root, request_.origin, request_.like_hatch);
      files = instead.empty() ? selection_.forced() : selection_.forced_only(instead);
    } else {
      files = selection_.selected();
      std::vector<ShippedFile> forced = selection_.forced();
      std::move(forced.begin(), forced.end(), std::back_inserter(files));
    }
    const std::vector<ShippedFile> data = selection_.shared("shared-data", "shared_data");
    const std::vector<ShippedFile> scripts = selection_.shared("shared-scripts", "shared_scripts");
    const std::vector<ShippedFile> extra = selection_.shared("extra-metadata", "extra_metadata");
    const std::vector<ShippedFile> sboms = sbom_files();

    const std::filesystem::path artifact = request_.directory / (name_ + "-" + tag_ + ".whl");
    ArchiveWriter archive(artifact, ArchiveWriter::Format::zip, member_time(request_), request_.stop);
    archive_ = &archive;
    if (is_editable(request_)) add_text(path_file_name(request_.metadata), path_file);
    ReadAhead ahead(paths_of(files));
    for (const ShippedFile& file : files) add_file(file, ahead.next());
    for (const ShippedFile& file : data) add_file(below(data_ + "/data/", file));
    for (const ShippedFile& file : scripts) add_script(below(data_ + "/scripts/", file));
    add_metadata();
    for (const ShippedFile& file : sboms) add_file(file);
    for (const ShippedFile& file : extra) add_file(below(dist_info_ + "/extra_metadata/", file));
    const std::string record = dist_info_ + "/RECORD";
    members_.add(record, "the wheel's own metadata");
    record_.add_itself(record);
    archive.add_text(record, record_.text());
    archive.finish();
    return {.artifact = artifact, .tag = tag_, .files = std::move(shipped_)};
  }

 private:
  static ShippedFile below(const std::string& directory, ShippedFile file) {
    file.distribution_path.insert(0, directory);
    return file;
  }

  // `whole`: the file, where it was read already.
  void add_file(const ShippedFile& file, const std::optional<WholeFile>& whole = {}) {
    const std::string& name = file.distribution_path;
    members_.add(file);
    record_.add(name, whole ? archive_->add_whole(name, *whole) : archive_->add_file(name, file.path));
    shipped_.push_back(file);
  }

  void add_text(const std::string& name, std::string_view text) {
    members_.add(name, "the wheel's own files");
    record_.add(name, archive_->add_text(name, text));
  }

  void add_script(const ShippedFile& file) {
    const std::optional<std::size_t> replaced = python_shebang(first_bytes(file.path));
    if (!replaced) {
      add_file(file);
      return;
    }
    const std::string script = read_project_file(file.path, kMaxScriptBytes);
    members_.add(file);
    record_.add(file.distribution_path,
                archive_->add_text_of(file.distribution_path, std::string(kWheelShebang) + script.substr(*replaced),
                                      file.path));
    shipped_.push_back(file);
  }

  void add_metadata() {
    add_text(dist_info_ + "/METADATA",
             core_metadata(request_.metadata, metadata_version(request_),
                           read_strings(request_.build_data, "dependencies", request_.origin)));
    const bool is_pure = read_boolean(request_.build_data, "pure_python", true, request_.origin);
    std::string wheel = "Wheel-Version: 1.0\nGenerator: grapnel " + std::string(grapnel::version()) +
                        "\nRoot-Is-Purelib: " + (is_pure ? "true" : "false") + "\n";
    for (const std::string& tag : expanded_tag(tag_)) wheel += "Tag: " + tag + "\n";
    add_text(dist_info_ + "/WHEEL", wheel);
    const std::string entry_points = entry_points_text(request_.metadata);
    if (!entry_points.empty()) add_text(dist_info_ + "/entry_points.txt", entry_points);
    for (const std::string& license : request_.metadata.license_files) {
      add_text(dist_info_ + "/licenses/" + license,
               read_project_file(request_.project.root / license, kMaxLicenseBytes));
    }
  }

  [[nodiscard]] std::vector<ShippedFile> sbom_files() const {
    std::vector<std::pair<std::string, std::string>> named;  // with their origin
    if (const auto option = request_.options.find_own("sbom-files")) {
      for (const std::string& file : workspace::strings_of(*option)) {
        named.emplace_back(file, shown(option->file().native()) + ", " + option->path + " " + shown(file));
      }
    }
    for (const std::string& file : read_strings(request_.build_data, "sbom_files", request_.origin)) {
      named.emplace_back(file, origin_text(request_.origin, "sbom_files", file));
    }
    std::vector<ShippedFile> files;
    for (auto& [file, origin] : named) {
      const std::filesystem::path source = normal_source(file, request_.project.root);
      std::error_code ignored;
      if (!std::filesystem::is_regular_file(source, ignored)) {
        throw ProjectError(origin + ": " + shown(source.native()) +
                           " is not there, or no file. Make it before the wheel is built, or remove the entry.");
      }
      files.push_back({.path = source,
                       .distribution_path = dist_info_ + "/sboms/" + source.filename().native(),
                       .origin = std::move(origin)});
    }
    return files;
  }

  const WheelRequest& request_;
  std::string name_, dist_info_, data_, tag_;
  Selection selection_;
  Members members_;
  Record record_;
  ArchiveWriter* archive_ = nullptr;
  std::vector<ShippedFile> shipped_;
};

}  // namespace

Json::Object wheel_build_data() {
  Json::Object data;
  for (const char* const list : {"artifacts", "dependencies", "sbom_files"}) data[list] = Json::Array();
  for (const char* const map :
       {"force_include", "force_include_editable", "shared_data", "shared_scripts", "extra_metadata"}) {
    data[map] = Json::Object();
  }
  data["infer_tag"] = false;
  data["pure_python"] = true;
  return data;
}

Built build_wheel(const WheelRequest& request) {
  if (is_editable(request)) refuse_exact_mode(request);
  return Wheel(request, artifact_name(request), tag_of(request)).build();
}

void clean_wheels(const std::filesystem::path& directory) { remove_artifacts(directory, ".whl"); }

}  // namespace grapnel::dist
