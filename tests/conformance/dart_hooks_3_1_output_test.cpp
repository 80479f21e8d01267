// SPDX-License-Identifier: BSD-3-Clause
// spec: dart-hooks, section 3.1: output.json, every row of its table.
#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/output.hpp"
#include "hooks_api/protocol/validate_document.hpp"
#include "tests/conformance/dart_hooks_documents.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using hooks::Json;
using hooks::protocol::Fault;
using hooks::protocol::Faults;
using hooks::protocol::HookKind;
using hooks::protocol::name_of;
using hooks::protocol::OutputStatus;
using hooks::protocol::read_output;
using hooks::protocol::validate_output_document;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::FaultAt;
using tests::full_build_output;
using tests::full_link_output;
using tests::Member;
using tests::with;
using tests::without;
using Type = tests::Member::Type;

constexpr std::initializer_list<HookKind> kBothKinds{HookKind::build, HookKind::link};
const Json kMinimal = Json::Object{{"timestamp", "2026-11-22 10:00:00.000"}};

Json full_output(HookKind kind) { return kind == HookKind::build ? full_build_output() : full_link_output(); }
Faults errors(const Json& document, HookKind kind) { return validate_output_document(document, kind).errors; }
Faults warnings(const Json& document, HookKind kind) { return validate_output_document(document, kind).warnings; }

std::vector<std::string> asset_lists(HookKind kind) {
  if (kind == HookKind::build) return {"assets", "assets_for_linking.q", "assets_for_build"};
  return {"assets", "assets_for_linking.q"};
}

std::vector<Member> members(HookKind kind) {
  std::vector<Member> members{
      {"$schema", Type::string, false},
      {"timestamp", Type::string, true},
      {"status", Type::string, false},
      {"failure_details", Type::object, true},  // the status is failure
      {"failure_details.type", Type::string, true},
      {"dependencies", Type::list, false},
      {"assets", Type::list, false},
      {"assets_for_linking", Type::object, false},
      {"assets_for_linking.q", Type::list, false},
  };
  if (kind == HookKind::build) members.push_back({"assets_for_build", Type::list, false});
  for (const std::string& list : asset_lists(kind)) {
    members.insert(members.end(), {{list + ".0.type", Type::string, true},
                                   {list + ".0.encoding", Type::object, true},
                                   {list + ".0.encoding.id", Type::string, true},
                                   {list + ".0.encoding.link_mode", Type::object, true},
                                   {list + ".0.encoding.link_mode.type", Type::string, true},
                                   {list + ".0.encoding.file", Type::path, true},
                                   {list + ".3.encoding.link_mode.uri", Type::string, true},
                                   {list + ".4.encoding.file", Type::path, true},
                                   {list + ".5.encoding.package", Type::string, true},
                                   {list + ".5.encoding.name", Type::string, true},
                                   {list + ".5.encoding.file", Type::path, true},
                                   {list + ".6.encoding", Type::object, true},
                                   {list + ".6.encoding.key", Type::string, true}});
  }
  return members;
}

TEST(DartHooks31, FullAndMinimalDocumentsAreValid) {
  for (const HookKind kind : kBothKinds) {
    EXPECT_THAT(errors(full_output(kind), kind), IsEmpty());
    EXPECT_THAT(warnings(full_output(kind), kind), IsEmpty());
    EXPECT_THAT(errors(kMinimal, kind), IsEmpty());
    EXPECT_THAT(warnings(kMinimal, kind), IsEmpty());
    EXPECT_THAT(read_output(full_output(kind), kind).faults, IsEmpty());
  }
}

TEST(DartHooks31, EveryMemberHasItsType) {
  for (const HookKind kind : kBothKinds) {
    std::vector<Member> all = members(kind);
    all.push_back({"dependencies.1", Type::path, false});
    all.push_back({"assets.2", Type::object, false});
    all.push_back({"assets.7.encoding", Type::object, false});
    for (const Member& member : all) {
      for (const Json& value : tests::values_of_other_types(member.type)) {
        const Json document = with(full_output(kind), member.path, value);
        EXPECT_THAT(errors(document, kind), Contains(FaultAt(member.path, "; expected " + expected(member.type))))
            << name_of(kind) << ' ' << member.path << ' ' << value.to_string();
      }
    }
  }
}

TEST(DartHooks31, RequiredMembersAreThereOptionalOnesMayBe) {
  for (const HookKind kind : kBothKinds) {
    for (const Member& member : members(kind)) {
      const Json document = without(full_output(kind), member.path);
      if (member.required) {
        EXPECT_THAT(errors(document, kind),
                    Contains(FaultAt(member.path, "missing; expected " + expected(member.type))))
            << name_of(kind) << ' ' << member.path;
      } else {
        EXPECT_THAT(errors(document, kind), IsEmpty()) << name_of(kind) << ' ' << member.path;
      }
    }
  }
}

TEST(DartHooks31, DependenciesAreAbsolutePathsOfSomeHost) {
  for (const HookKind kind : kBothKinds) {
    EXPECT_THAT(
        errors(with(kMinimal, "dependencies", Json::parse(R"(["/a", "a", 5, "C:\\a\\", "./b", "c:x", ""])")), kind),
        ElementsAre(FaultAt("dependencies.1", "found 'a'; expected an absolute path"),
                    FaultAt("dependencies.2", "found an integer; expected a string"),
                    FaultAt("dependencies.4", "found './b'"), FaultAt("dependencies.6", "found ''")));
  }
}

TEST(DartHooks31, AMissingStatusIsSuccess) {
  for (const HookKind kind : kBothKinds) {
    EXPECT_EQ(read_output(kMinimal, kind).status.status, OutputStatus::Status::success);
    // Dart's schema asks for failure_details then; its readers do not, and so do we.
    EXPECT_THAT(errors(kMinimal, kind), IsEmpty());
  }
}

TEST(DartHooks31, AFailureHasDetails) {
  for (const HookKind kind : kBothKinds) {
    EXPECT_THAT(errors(with(kMinimal, "status", "failure"), kind),
                ElementsAre(Fault{"failure_details", "missing; expected an object"}));
    EXPECT_THAT(errors(with(kMinimal, "status", "success"), kind), IsEmpty());
    // Details of a success are judged, and used for nothing.
    const Json odd = with(with(kMinimal, "status", "success"), "failure_details", Json::Object{});
    EXPECT_THAT(errors(odd, kind), ElementsAre(FaultAt("failure_details.type", "missing")));
    EXPECT_FALSE(read_output(odd, kind).output.failure);
  }
}

TEST(DartHooks31, OpenEnumsTakeAnyString) {
  for (const HookKind kind : kBothKinds) {
    const Json status = with(kMinimal, "status", "canceled");
    EXPECT_THAT(errors(status, kind), IsEmpty());
    EXPECT_THAT(warnings(status, kind),
                ElementsAre(FaultAt("status", "found 'canceled'; expected 'success' or 'failure'")));
    EXPECT_EQ(read_output(status, kind).status.status, OutputStatus::Status::unknown);

    const Json type = with(full_output(kind), "failure_details.type", "cosmic");
    EXPECT_THAT(errors(type, kind), IsEmpty());
    EXPECT_THAT(warnings(type, kind), ElementsAre(FaultAt("failure_details.type", "found 'cosmic'")));
    EXPECT_EQ(read_output(type, kind).output.failure->type, "cosmic");

    EXPECT_THAT(errors(with(full_output(kind), "assets.7.type", "new/type"), kind), IsEmpty());
  }
}

TEST(DartHooks31, WhatIsOursAloneIsNeverAnError) {
  for (const HookKind kind : kBothKinds) {
    for (const char* key : {"type", "failure_details.message"}) {
      for (const Json& value : tests::values_of_other_types(Type::string)) {
        const Json document = with(full_output(kind), key, value);
        EXPECT_THAT(errors(document, kind), IsEmpty()) << key;
        EXPECT_THAT(warnings(document, kind), ElementsAre(FaultAt(key, "expected a string"))) << key;
        EXPECT_THAT(read_output(document, kind).faults, IsEmpty()) << key;
      }
      EXPECT_THAT(warnings(without(full_output(kind), key), kind), IsEmpty());
    }
  }
}

TEST(DartHooks31, UnknownMembersAreNoErrorAnywhere) {
  for (const HookKind kind : kBothKinds) {
    const Json document = tests::with_unknown_members(full_output(kind));
    EXPECT_THAT(errors(document, kind), IsEmpty());
    EXPECT_THAT(warnings(document, kind), IsEmpty());
    EXPECT_THAT(read_output(document, kind).faults, IsEmpty());
    EXPECT_EQ(read_output(document, kind).output.assets.size(), 8U);
  }
}

TEST(DartHooks31, WhatIsNotReadIsAWarning) {
  EXPECT_THAT(errors(with(kMinimal, "assets_for_build", 5), HookKind::link), IsEmpty());
  EXPECT_THAT(warnings(with(kMinimal, "assets_for_build", Json::Array{}), HookKind::link),
              ElementsAre(FaultAt("assets_for_build", "not read")));
  EXPECT_THAT(read_output(full_build_output(), HookKind::link).output.assets_for_build, IsEmpty());
  for (const HookKind kind : kBothKinds) {
    EXPECT_THAT(warnings(with(kMinimal, "metadata", Json::Object{}), kind),
                ElementsAre(FaultAt("metadata", "'hooks/metadata'")));
    EXPECT_THAT(errors(with(kMinimal, "metadata", 5), kind), IsEmpty());
  }
}

TEST(DartHooks31, TwoSpacesAndSortedKeys) {
  hooks::HookOutput output{.timestamp = "2026-11-22 10:00:00.000"};
  output.dependencies = {"/ws/p/data/"};
  output.assets_for_linking["q"] = {{"x/y", Json::Object{{"z", 1}, {"a", nullptr}}}};
  EXPECT_EQ(hooks::base::to_pretty_json(hooks::protocol::output_to_json(output, HookKind::build)), R"({
  "assets": [],
  "assets_for_build": [],
  "assets_for_linking": {
    "q": [
      {
        "encoding": {
          "a": null,
          "z": 1
        },
        "type": "x/y"
      }
    ]
  },
  "dependencies": [
    "/ws/p/data/"
  ],
  "status": "success",
  "timestamp": "2026-11-22 10:00:00.000"
})");
}

}  // namespace
