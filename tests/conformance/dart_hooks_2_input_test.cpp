// SPDX-License-Identifier: BSD-3-Clause
// spec: dart-hooks, section 2: input.json, every row of its tables.
#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/input.hpp"
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
using hooks::protocol::read_build_input;
using hooks::protocol::read_link_input;
using hooks::protocol::validate_input_document;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::FaultAt;
using tests::full_build_input;
using tests::full_link_input;
using tests::Member;
using tests::with;
using tests::without;
using Type = tests::Member::Type;

Json full_input(HookKind kind) { return kind == HookKind::build ? full_build_input() : full_link_input(); }
Faults errors(const Json& document, HookKind kind) { return validate_input_document(document, kind).errors; }
Faults warnings(const Json& document, HookKind kind) { return validate_input_document(document, kind).warnings; }

constexpr std::initializer_list<HookKind> kBothKinds{HookKind::build, HookKind::link};
const std::string kCode = "config.extensions.code_assets";

std::vector<Member> asset_members(const std::string& list) {
  const std::string bundled = list + ".0.encoding";
  const std::string system = list + ".3.encoding";
  const std::string statically = list + ".4.encoding";
  const std::string data = list + ".5.encoding";
  return {
      {list + ".0.type", Type::string, true},
      {list + ".7.type", Type::string, true},
      {list + ".7.encoding", Type::object, false},
      {bundled, Type::object, true},
      {bundled + ".id", Type::string, true},
      {bundled + ".link_mode", Type::object, true},
      {bundled + ".link_mode.type", Type::string, true},
      {bundled + ".file", Type::path, true},
      {list + ".1.encoding.file", Type::path, false},
      {list + ".2.encoding.file", Type::path, false},
      {system + ".link_mode.uri", Type::string, true},
      {system + ".file", Type::path, false},
      {statically + ".file", Type::path, true},
      {data, Type::object, true},
      {data + ".package", Type::string, true},
      {data + ".name", Type::string, true},
      {data + ".file", Type::path, true},
      {list + ".6.encoding", Type::object, true},
      {list + ".6.encoding.key", Type::string, true},
  };
}

// The rows of 2.1 to 2.7.
std::vector<Member> members(HookKind kind) {
  const std::string compiler = kCode + ".c_compiler";
  const std::string prompt = compiler + ".windows.developer_command_prompt";
  std::vector<Member> members{
      {"$schema", Type::string, false},
      {"config", Type::object, true},
      {"out_dir_shared", Type::path, true},
      {"out_file", Type::path, true},
      {"package_name", Type::string, true},
      {"package_root", Type::path, true},
      {"user_defines", Type::object, false},
      {"user_defines.workspace_pubspec", Type::object, false},
      {"user_defines.workspace_pubspec.base_path", Type::path, true},
      {"user_defines.workspace_pubspec.defines", Type::object, true},
      {"config.build_asset_types", Type::list, true},
      {"config.build_asset_types.0", Type::string, false},
      {kCode, Type::object, true},
      {kCode + ".target_os", Type::string, true},
      {kCode + ".target_architecture", Type::string, true},
      {kCode + ".link_mode_preference", Type::string, true},
      {kCode + ".sanitizer", Type::string, false},
      {kCode + ".android", Type::object, false},
      {kCode + ".android.target_ndk_api", Type::integer, true},
      {kCode + ".ios", Type::object, false},
      {kCode + ".ios.target_sdk", Type::string, true},
      {kCode + ".ios.target_version", Type::integer, true},
      {kCode + ".macos", Type::object, false},
      {kCode + ".macos.target_version", Type::integer, true},
      {compiler, Type::object, false},
      {compiler + ".ar", Type::path, true},
      {compiler + ".cc", Type::path, true},
      {compiler + ".ld", Type::path, true},
      {compiler + ".windows", Type::object, true},
      {prompt, Type::object, false},
      {prompt + ".arguments", Type::list, true},
      {prompt + ".arguments.0", Type::string, false},
      {prompt + ".script", Type::path, true},
  };
  const auto append = [&](std::vector<Member> more) { members.insert(members.end(), more.begin(), more.end()); };
  if (kind == HookKind::build) {
    append({{"config.linking_enabled", Type::boolean, true}, {"assets", Type::object, false}});
    append({{"assets.r", Type::list, false}, {"assets.q.7", Type::object, false}});
    append(asset_members("assets.q"));
  } else {
    const std::string record_use = "config.extensions.hooks_runner.record_use";
    append({{record_use, Type::object, false},
            {record_use + ".compiler", Type::string, true},
            {record_use + ".entry_points", Type::list, true},
            {record_use + ".entry_points.0", Type::string, false},
            {"assets", Type::list, false},
            {"assets_from_linking", Type::list, false},
            {"resource_identifiers", Type::path, false}});
    append(asset_members("assets"));
    append(asset_members("assets_from_linking"));
  }
  return members;
}

bool is_element(const Member& member) { return std::isdigit(static_cast<unsigned char>(member.path.back())) != 0; }

// The full document without a member that it has.
Json remove_if_there(Json document, const std::string& path) {
  try {
    return without(document, path);
  } catch (const std::logic_error&) {
    return document;
  }
}

TEST(DartHooks2, FullDocumentsAreValid) {
  for (const HookKind kind : kBothKinds) {
    EXPECT_THAT(errors(full_input(kind), kind), IsEmpty());
    EXPECT_THAT(warnings(full_input(kind), kind), IsEmpty());
  }
  EXPECT_TRUE(read_build_input(full_build_input()));
  EXPECT_TRUE(read_link_input(full_link_input()));
}

TEST(DartHooks2, EveryMemberHasItsType) {
  for (const HookKind kind : kBothKinds) {
    for (const Member& member : members(kind)) {
      for (const Json& value : tests::values_of_other_types(member.type)) {
        const Json document = with(full_input(kind), member.path, value);
        EXPECT_THAT(errors(document, kind),
                    testing::Contains(FaultAt(member.path, "; expected " + expected(member.type))))
            << name_of(kind) << ' ' << member.path << ' ' << value.to_string();
      }
    }
  }
}

TEST(DartHooks2, RequiredMembersAreThereOptionalOnesMayBe) {
  for (const HookKind kind : kBothKinds) {
    for (const Member& member : members(kind)) {
      if (is_element(member)) continue;
      const Json document = remove_if_there(full_input(kind), member.path);
      if (member.required) {
        EXPECT_THAT(errors(document, kind),
                    testing::Contains(FaultAt(member.path, "missing; expected " + expected(member.type))))
            << name_of(kind) << ' ' << member.path;
      } else {
        EXPECT_THAT(errors(document, kind), IsEmpty()) << name_of(kind) << ' ' << member.path;
      }
    }
  }
}

TEST(DartHooks2, PathsAreAbsoluteOnSomeHost) {
  for (const HookKind kind : kBothKinds) {
    for (const Member& member : members(kind)) {
      if (member.type != Type::path) continue;
      for (const char* text : {"relative", "", "./x", "\\\\server\\share", "file:///x", "1:/x"}) {
        EXPECT_THAT(errors(with(full_input(kind), member.path, text), kind),
                    ElementsAre(FaultAt(member.path, "expected an absolute path")))
            << name_of(kind) << ' ' << member.path << ' ' << text;
      }
      for (const char* text : {"/", "/x y/ü/", "C:", "z:\\x\\", "C:/x/"}) {
        EXPECT_THAT(errors(with(full_input(kind), member.path, text), kind), IsEmpty())
            << name_of(kind) << ' ' << member.path << ' ' << text;
      }
    }
  }
}

TEST(DartHooks2, WindowsPathsAreReadOnThisHost) {
  Json document = with(full_build_input(), "package_root", "C:\\ws\\p\\");
  document =
      with(std::move(document), "user_defines.workspace_pubspec", Json::parse(R"({"base_path": "C:\\ws\\pubspec.yaml",
                                  "defines": {"a": "data\\x.txt", "b": "../y.txt", "c": "D:\\z", "d": "/posix"}})"));
  const auto input = read_build_input(document);
  ASSERT_TRUE(input) << tests::shown(input.error());
  EXPECT_EQ((*input)->package_root(), "C:\\ws\\p");
  EXPECT_EQ((*input)->user_defines().path("a"), "C:\\ws\\data\\x.txt");
  EXPECT_EQ((*input)->user_defines().path("b"), "C:\\y.txt");
  EXPECT_EQ((*input)->user_defines().path("c"), "D:\\z");
  EXPECT_EQ((*input)->user_defines().path("d"), "/posix");
  EXPECT_EQ((*input)->config().code().c_compiler->linker, "C:\\tools\\ld.exe");
}

TEST(DartHooks2, DirectoriesEndWithASeparator) {
  for (const HookKind kind : kBothKinds) {
    for (const char* key : {"out_dir_shared", "package_root"}) {
      for (const char* text : {"/x/", "C:\\x\\", "C:/x/"})
        EXPECT_THAT(warnings(with(full_input(kind), key, text), kind), IsEmpty());
      for (const char* text : {"/x", "C:\\x", "/x\\"}) {
        const Json document = with(full_input(kind), key, text);
        EXPECT_THAT(errors(document, kind), IsEmpty());
        EXPECT_THAT(warnings(document, kind), ElementsAre(FaultAt(key, "separator at the end")));
      }
    }
  }
}

TEST(DartHooks2, ClosedSets) {
  for (const HookKind kind : kBothKinds) {
    for (const char* text : {"dynamic", "static", "prefer_dynamic", "prefer_static"}) {
      EXPECT_THAT(errors(with(full_input(kind), kCode + ".link_mode_preference", text), kind), IsEmpty());
    }
    EXPECT_THAT(
        errors(with(full_input(kind), kCode + ".link_mode_preference", "both\n"), kind),
        ElementsAre(Fault{kCode + ".link_mode_preference",
                          "found 'both\\n'; expected 'dynamic', 'static', 'prefer_dynamic' or 'prefer_static'"}));
    const std::string mode = kind == HookKind::build ? "assets.q.0.encoding.link_mode.type"
                                                     : "assets_from_linking.0.encoding.link_mode.type";
    EXPECT_THAT(errors(with(full_input(kind), mode, "dynamic"), kind),
                ElementsAre(FaultAt(mode,
                                    "found 'dynamic'; expected 'dynamic_loading_bundle', 'dynamic_loading_executable', "
                                    "'dynamic_loading_process', 'dynamic_loading_system' or 'static'")));
  }
}

TEST(DartHooks2, OpenEnumsAreKeptAsTheyCame) {
  for (const HookKind kind : kBothKinds) {
    Json document = full_input(kind);
    for (const char* key : {".target_os", ".target_architecture", ".sanitizer", ".ios.target_sdk"}) {
      document = with(std::move(document), kCode + key, "new one");
    }
    document = with(std::move(document), "config.build_asset_types.1", "new/type");
    EXPECT_THAT(errors(document, kind), IsEmpty());
    EXPECT_THAT(warnings(document, kind), IsEmpty());
    const auto read = [&]() -> hooks::HookConfig {
      return kind == HookKind::build ? read_build_input(document).value()->config()
                                     : read_link_input(document).value()->config();
    }();
    EXPECT_EQ(read.code().target_os.name(), "new one");
    EXPECT_EQ(read.code().target_architecture.name(), "new one");
    EXPECT_EQ(read.code().sanitizer->name(), "new one");
    EXPECT_EQ(read.build_asset_types().back(), "new/type");
    EXPECT_EQ(Json(read.json()), tests::at(document, "config"));
  }
}

TEST(DartHooks2, UnknownMembersAreNoErrorAnywhere) {
  for (const HookKind kind : kBothKinds) {
    const Json document = tests::with_unknown_members(full_input(kind));
    ASSERT_NE(document, full_input(kind));
    EXPECT_THAT(errors(document, kind), IsEmpty());
    EXPECT_THAT(warnings(document, kind), IsEmpty());
  }
  EXPECT_TRUE(read_build_input(tests::with_unknown_members(full_build_input())));
  EXPECT_TRUE(read_link_input(tests::with_unknown_members(full_link_input())));
}

TEST(DartHooks2, MembersOfTheOtherKindAreUnknownOnes) {
  Json build = without(full_build_input(), "assets");
  for (const char* key : {"assets_from_linking", "resource_identifiers"}) build = with(std::move(build), key, 5);
  EXPECT_THAT(errors(with(std::move(build), "config.extensions.hooks_runner", 5), HookKind::build), IsEmpty());
  EXPECT_THAT(errors(with(full_link_input(), "config.linking_enabled", 5), HookKind::link), IsEmpty());
}

TEST(DartHooks22, ACodeConfigIsRequiredWhereCodeAssetsAre) {
  for (const HookKind kind : kBothKinds) {
    EXPECT_THAT(errors(without(full_input(kind), "config.extensions"), kind),
                ElementsAre(FaultAt(kCode, "missing; expected an object, as build_asset_types has code_assets/code")));
    const Json data_only = with(full_input(kind), "config.build_asset_types", Json::Array{"data_assets/data"});
    EXPECT_THAT(errors(without(data_only, "config.extensions"), kind), IsEmpty());
    EXPECT_THAT(errors(without(data_only, kCode), kind), IsEmpty());
    // Where it is there, it is judged.
    EXPECT_THAT(errors(with(data_only, kCode + ".target_os", 5), kind),
                ElementsAre(FaultAt(kCode + ".target_os", "an integer")));
    EXPECT_THAT(errors(with(full_input(kind), "config.build_asset_types", Json::Array{}), kind), IsEmpty());
  }
}

TEST(DartHooks23, TheObjectOfTheTargetIsRequired) {
  for (const HookKind kind : kBothKinds) {
    for (const char* os : {"android", "ios", "macos"}) {
      const Json document = with(full_input(kind), kCode + ".target_os", os);
      EXPECT_THAT(errors(document, kind), IsEmpty());
      EXPECT_THAT(errors(without(document, kCode + "." + os), kind),
                  ElementsAre(FaultAt(kCode + "." + os, "missing; expected an object")));
      // The Windows object of the compiler belongs to another target.
      EXPECT_THAT(errors(without(document, kCode + ".c_compiler.windows"), kind), IsEmpty());
    }
    const Json linux_target = with(full_input(kind), kCode + ".target_os", "linux");
    for (const char* key : {".android", ".ios", ".macos", ".c_compiler.windows", ".c_compiler"}) {
      EXPECT_THAT(errors(without(linux_target, kCode + key), kind), IsEmpty()) << key;
    }
    EXPECT_THAT(errors(without(full_input(kind), kCode + ".c_compiler"), kind), IsEmpty());
    EXPECT_THAT(errors(with(full_input(kind), kCode + ".c_compiler.windows", Json::Object{}), kind), IsEmpty());
  }
}

TEST(DartHooks23, ReadersLeaveAloneWhatBelongsToAnotherTarget) {
  Json document = with(full_build_input(), kCode + ".target_os", "linux");
  document = with(std::move(document), kCode + ".android", "odd");
  document = with(std::move(document), kCode + ".c_compiler.windows", 5);
  EXPECT_EQ(errors(document, HookKind::build).size(), 2U);
  const auto input = read_build_input(document);
  ASSERT_TRUE(input) << tests::shown(input.error());
  EXPECT_FALSE((*input)->config().code().android);
  EXPECT_FALSE((*input)->config().code().c_compiler->developer_command_prompt);
}

TEST(DartHooks23, AnIntegerMayHaveAPointButNoFraction) {
  const std::string version = kCode + ".macos.target_version";
  const auto read = [&](const char* text) { return with(full_build_input(), version, Json::parse(text)); };
  for (const char* text : {"13", "13.0", "-0", "1.3e1", "9223372036854775807"}) {
    EXPECT_THAT(errors(read(text), HookKind::build), IsEmpty()) << text;
  }
  for (const char* text : {"13.5", "1e300", "9223372036854775808.0"}) {
    EXPECT_THAT(errors(read(text), HookKind::build),
                ElementsAre(FaultAt(version, "found a number; expected an integer")))
        << text;
  }
  Json document = with(read("13.0"), kCode + ".target_os", "macos");
  EXPECT_EQ(read_build_input(document).value()->config().code().macos->target_version, 13);
}

TEST(DartHooks24, UserDefinesMayBeEmpty) {
  for (const HookKind kind : kBothKinds)
    EXPECT_THAT(errors(with(full_input(kind), "user_defines", Json::Object{}), kind), IsEmpty());
}

TEST(DartHooks24, ARelativePathCountsFromThePubspec) {
  Json document = with(full_build_input(), "user_defines.workspace_pubspec.defines",
                       Json::parse(R"({"a": "data/x.txt", "b": "../y.txt", "c": "/z", "d": 5, "e": "C:\\w"})"));
  const auto input = read_build_input(document).value();
  EXPECT_EQ(input->user_defines().path("a"), "/ws/data/x.txt");
  EXPECT_EQ(input->user_defines().path("b"), "/y.txt");
  EXPECT_EQ(input->user_defines().path("c"), "/z");
  EXPECT_EQ(input->user_defines().path("d"), std::nullopt);
  EXPECT_EQ(input->user_defines().path("e"), "C:\\w");
}

TEST(DartHooks27, AnIdThatIsNoPackageUriIsAWarning) {
  for (const char* id : {"a.dart", "package:p", "package:/a", "dart:p/a", ""}) {
    const Json document = with(full_build_input(), "assets.q.0.encoding.id", id);
    EXPECT_THAT(errors(document, HookKind::build), IsEmpty());
    EXPECT_THAT(warnings(document, HookKind::build),
                ElementsAre(FaultAt("assets.q.0.encoding.id", "'package:<package>/<name>'")));
  }
}

TEST(DartHooks27, AUriIsAStringWhateverTheLinkMode) {
  const std::string uri = "assets.q.4.encoding.link_mode.uri";
  EXPECT_THAT(errors(with(full_build_input(), uri, 5), HookKind::build),
              ElementsAre(FaultAt(uri, "found an integer; expected a string")));
  EXPECT_THAT(errors(with(full_build_input(), uri, "x"), HookKind::build), IsEmpty());
}

TEST(DartHooks27, AnEncodingIsJudgedByItsTypeAlone) {
  for (const char* type : {"code_assets/code", "data_assets/data", "hooks/metadata"}) {
    EXPECT_THAT(errors(with(full_build_input(), "assets.q.7.type", type), HookKind::build),
                ElementsAre(FaultAt("assets.q.7.encoding", "missing; expected an object")));
  }
  EXPECT_THAT(errors(with(full_build_input(), "assets.q.0.type", "other/type"), HookKind::build), IsEmpty());
  // Readers leave the encodings of code and data assets to the rules of 6.4 and 6.5.
  EXPECT_TRUE(read_build_input(with(full_build_input(), "assets.q.7.type", "code_assets/code")));
  EXPECT_FALSE(read_build_input(with(full_build_input(), "assets.q.7.type", "hooks/metadata")));
}

TEST(DartHooks2, ReadersTakeNullForAnAbsentOptionalMember) {
  for (const char* key : {"user_defines", "assets", "config.extensions.code_assets.sanitizer",
                          "config.extensions.code_assets.c_compiler"}) {
    const Json document = with(full_build_input(), key, nullptr);
    EXPECT_TRUE(read_build_input(document)) << key;
    EXPECT_THAT(errors(document, HookKind::build), ElementsAre(FaultAt(key, "found null; expected "))) << key;
  }
  EXPECT_FALSE(read_build_input(with(full_build_input(), "package_name", nullptr)));
}

TEST(DartHooks2, ADocumentIsAnObject) {
  for (const char* text : {"null", "[]", "5", "\"x\""}) {
    for (const HookKind kind : kBothKinds) {
      EXPECT_THAT(errors(Json::parse(text), kind), ElementsAre(FaultAt("", "; expected an object")));
    }
  }
}

}  // namespace
