// SPDX-License-Identifier: BSD-3-Clause
// output.json (spec: dart-hooks, section 3). A failure is written in two shapes: the seed's and the one that Dart
// ships.
#include "hooks_api/base/shown.hpp"
#include "hooks_api/base/utf8.hpp"
#include "hooks_api/protocol/asset.hpp"
#include "hooks_api/protocol/declarations.hpp"
#include "hooks_api/protocol/output.hpp"
#include "hooks_api/protocol/reader.hpp"

#include <array>

namespace hooks::protocol {

namespace {

// Dart's readers know three types; what a later protocol adds is no error.
void warn_about_type(ObjectReader& details) {
  const Json* found = details.json().find("type");
  const std::string* text = found != nullptr ? found->as_string() : nullptr;
  if (text == nullptr || *text == "build" || *text == "infra" || *text == "uncategorized") return;
  details.warn("type", "found " + base::shown(*text) + "; expected 'build', 'infra' or 'uncategorized'");
}

OutputStatus read_status(ObjectReader& reader) {
  OutputStatus status;
  if (auto text = reader.optional_string("status")) status.status_text = std::move(*text);
  if (status.status_text.empty()) {
    // An empty or mistyped status is no success: only a missing one is.
    const Json* found = reader.json().find("status");
    status.status =
        found == nullptr || found->is_null() ? OutputStatus::Status::success : OutputStatus::Status::unknown;
  } else if (status.status_text == "failure") {
    status.status = OutputStatus::Status::failure;
  } else if (status.status_text != "success") {
    status.status = OutputStatus::Status::unknown;
  }
  if (status.status == OutputStatus::Status::unknown && reader.json().find("status")->as_string() != nullptr) {
    reader.warn("status", "found " + base::shown(status.status_text) + "; expected 'success' or 'failure'");
  }
  status.type = reader.own_string("type");
  const bool needs_details = reader.exact() && status.status == OutputStatus::Status::failure;
  if (auto details =
          needs_details ? reader.required_object("failure_details") : reader.optional_object("failure_details")) {
    status.details_type = reader.exact() ? details->required_string("type") : details->optional_string("type");
    warn_about_type(*details);
    status.message = details->own_string("message").value_or("");
  }
  return status;
}

// What no reader looks at, though its writer may think so.
void warn_about_ignored(ObjectReader& reader, HookKind kind) {
  if (reader.json().contains("metadata")) {
    reader.warn("metadata", "is not read; send metadata as assets of type '" + std::string(kMetadataType) + "'");
  }
  if (kind == HookKind::link && reader.json().contains("assets_for_build")) {
    reader.warn("assets_for_build", "is not read; a link hook has nothing to say to build hooks");
  }
}

Json::Array paths_to_json(const std::vector<std::filesystem::path>& paths) {
  Json::Array list;
  list.reserve(paths.size());
  for (const std::filesystem::path& path : paths) list.emplace_back(path.string());
  return list;
}

}  // namespace

int exit_code(FailureType type) noexcept {
  switch (type) {
    case FailureType::build:
      return 1;
    case FailureType::infra:
      return 2;
    case FailureType::uncategorized:
      return 255;
  }
  return 255;
}

ReadOutput read_output(ObjectReader& reader, HookKind kind) {
  ReadOutput read;
  if (reader.exact()) (void)reader.optional_string("$schema");  // nobody's business but a validator's
  read.status = read_status(reader);

  HookOutput& output = read.output;
  output.timestamp = reader.required_string("timestamp");
  if (read.status.status == OutputStatus::Status::failure) {
    output.failure =
        HookOutput::Failure{read.status.details_type.value_or(read.status.type.value_or("")), read.status.message};
  }
  output.dependencies = reader.optional_absolute_paths("dependencies");
  output.assets = read_assets(reader, "assets");
  if (kind == HookKind::build) output.assets_for_build = read_assets(reader, "assets_for_build");
  output.assets_for_linking = read_assets_by_package(reader, "assets_for_linking");
  output.declarations = read_declarations(reader);
  warn_about_ignored(reader, kind);
  return read;
}

ReadOutput read_output(const Json& document, HookKind kind) {
  const Json::Object* object = document.as_object();
  if (object == nullptr) {
    ReadOutput read;
    read.faults.push_back({"", wrong_kind(document, "an object")});
    return read;
  }
  Faults faults;
  ObjectReader reader(*object, "", faults);
  ReadOutput read = read_output(reader, kind);
  read.faults = std::move(faults);
  return read;
}

Json output_to_json(const HookOutput& output, HookKind kind) {
  Json::Object for_linking;
  for (const auto& [package, assets] : output.assets_for_linking) for_linking[package] = assets_to_json(assets);

  Json::Object document{{"assets", assets_to_json(output.assets)},
                        {"assets_for_linking", std::move(for_linking)},
                        {"dependencies", paths_to_json(output.dependencies)},
                        {"status", output.failure ? "failure" : "success"},
                        {"timestamp", output.timestamp}};
  if (Json declarations = declarations_to_json(output.declarations); !declarations.is_null()) {
    document["grapnel"] = std::move(declarations);
  }
  if (kind == HookKind::build) document["assets_for_build"] = assets_to_json(output.assets_for_build);
  if (output.failure) {
    document["type"] = output.failure->type;
    document["failure_details"] =
        Json::Object{{"message", base::to_utf8(output.failure->message)}, {"type", output.failure->type}};
  }
  return document;
}

std::string timestamp_text(std::time_t time) {
  std::tm local{};
  localtime_r(&time, &local);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S.000", &local);
  return {text.data(), size};
}

}  // namespace hooks::protocol
