// SPDX-License-Identifier: BSD-3-Clause
#include "runner/validate/document_kind.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace grapnel::validate {
namespace {

using hooks::Json;

TEST(DocumentKind, NamesAreDistinctAndKnown) {
  std::set<std::string_view> names;
  for (const DocumentKind kind : kDocumentKinds) {
    EXPECT_TRUE(names.insert(name_of(kind)).second) << name_of(kind);
    EXPECT_EQ(document_kind(name_of(kind)), kind);
  }
  EXPECT_EQ(document_kind("input"), std::nullopt);
  EXPECT_EQ(document_kind(""), std::nullopt);
}

TEST(DocumentKind, IsRecognisedByTheNameOfTheFile) {
  EXPECT_EQ(recognise_name("/a/.dart_tool/package_config.json"), DocumentKind::package_config);
  EXPECT_EQ(recognise_name("package_graph.json"), DocumentKind::package_graph);
  EXPECT_EQ(recognise_name("grapnel.toml"), DocumentKind::grapnel_toml);
  EXPECT_EQ(recognise_name("/a/other.toml"), DocumentKind::grapnel_toml);
  for (const char* name : {"", "/", "/a/input.json", "output.json", "package_config.json.orig", "pubspec.yaml"}) {
    EXPECT_EQ(recognise_name(name), std::nullopt) << name;
  }
}

struct Case {
  const char* text;
  std::optional<DocumentKind> kind;
};

TEST(DocumentKind, IsRecognisedByMembersThatOneKindHas) {
  using enum DocumentKind;
  for (const auto& [text, kind] : {
           Case{R"({"config": {"linking_enabled": false}, "assets": []})", build_input},
           {R"({"config": {"linking_enabled": null}})", build_input},
           {R"({"config": {}, "assets": {}})", build_input},
           {R"({"config": {}, "assets": []})", link_input},
           {R"({"package_root": "/", "assets_from_linking": 1})", link_input},
           {R"({"out_file": 1, "resource_identifiers": "/r"})", link_input},
           {R"({"timestamp": "", "assets_for_build": []})", build_output},
           {R"({"timestamp": "", "assets": []})", build_output},
           {R"({"status": "failure"})", build_output},
           {R"({"failure_details": {}})", build_output},
           {R"({"assets_for_linking": {}})", build_output},
           {R"({"encodedAssets": []})", result},
           {R"({"encodedAssetsForLinking": {}})", result},
           {R"({"packages": [{"name": "a", "rootUri": "../"}]})", package_config},
           {R"({"packages": [1, {"name": "a", "dependencies": []}]})", package_graph},
           {R"({"packages": [{"devDependencies": []}]})", package_graph},
           {R"({"packages": [], "roots": []})", package_graph},
           // Nothing that only one kind has.
           {R"({"config": {}})", std::nullopt},
           {R"({"config": {}, "assets": 1})", std::nullopt},
           {R"({"config": 1, "package_name": "p"})", std::nullopt},
           {R"({"assets": [], "dependencies": []})", std::nullopt},
           {R"({"packages": []})", std::nullopt},
           {R"({"packages": {}})", std::nullopt},
           {R"({"packages": [1, []]})", std::nullopt},
           {"{}", std::nullopt},
           {"[]", std::nullopt},
           {"null", std::nullopt},
           {"\"config\"", std::nullopt},
       }) {
    EXPECT_EQ(recognise(Json::parse(text)), kind) << text;
  }
}

}  // namespace
}  // namespace grapnel::validate
