// SPDX-License-Identifier: BSD-3-Clause
// Which variables make a hook run again (spec: dart-hooks, D14).
#include "runner/cache/environment_key.hpp"

#include "hooks_api/base/sha256.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace grapnel::cache {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Names = std::vector<std::string_view>;

constexpr auto kAll = EnvironmentRule::all;
constexpr auto kAllButPath = EnvironmentRule::all_but_path;
constexpr auto kDeclared = EnvironmentRule::declared;

Digest digest_of_all(const Environment& environment, const EnvironmentPolicy& policy = {}) {
  return EnvironmentKey(environment, policy).digest(kAll, {});
}

std::vector<std::string> names_of(const EnvironmentTable& table) {
  std::vector<std::string> names;
  for (const auto& variable : table.variables) names.push_back(variable.name);
  return names;
}

TEST(EnvironmentKey, TheListOfWhatSaysNothing) {
  for (const char* name :
       {"HOME",         "TMPDIR",         "TEMP",        "TMP",        "USERPROFILE",    "APPDATA",
        "LOCALAPPDATA", "HTTP_PROXY",     "HTTPS_PROXY", "FTP_PROXY",  "ALL_PROXY",      "NO_PROXY",
        "http_proxy",   "https_proxy",    "no_proxy",    "CCACHE_DIR", "CCACHE_MAXSIZE", "GRAPNEL_HOOK_RUN",
        "MAKEFLAGS",    "CARGO_MAKEFLAGS"}) {
    EXPECT_TRUE(says_nothing(name)) << name;
    const std::string variable = std::string(name) + "=";
    EXPECT_EQ(digest_of_all({"A=1", variable + "x"}), digest_of_all({"A=1"})) << name;
    EXPECT_EQ(digest_of_all({"A=1", variable + "x"}), digest_of_all({"A=1", variable + "y"})) << name;
  }
}

TEST(EnvironmentKey, AllElseCounts) {
  for (const char* name : {"PATH", "CARGO_HOME", "ANDROID_HOME", "HOMEPATH", "SystemRoot", "MY_HOME", "TMP_", "CCACHE",
                           "RUSTUP_TOOLCHAIN", "NIX_CC", "LANG"}) {
    EXPECT_FALSE(says_nothing(name)) << name;
    const std::string variable = std::string(name) + "=";
    EXPECT_NE(digest_of_all({"A=1", variable + "x"}), digest_of_all({"A=1"})) << name;
    EXPECT_NE(digest_of_all({"A=1", variable + "x"}), digest_of_all({"A=1", variable + "y"})) << name;
    EXPECT_NE(digest_of_all({"A=1", variable}), digest_of_all({"A=1"})) << name;
  }
}

TEST(EnvironmentKey, VariablesAreFramedAndTheirOrderDoesNotCount) {
  EXPECT_NE(digest_of_all({"A=B", "C="}), digest_of_all({"A=", "B=C"}));
  EXPECT_NE(digest_of_all({"A=BC"}), digest_of_all({"AB=C"}));
  EXPECT_EQ(digest_of_all({"A=1", "B=2"}), digest_of_all({"B=2", "A=1"}));
  EXPECT_EQ(EnvironmentKey({"A=1=2"}, {}).table(kAll, {}).variables.front().shown, "1=2");
}

TEST(EnvironmentKey, WhatOnlyPassesCountsWhereAHookDeclaresIt) {
  const EnvironmentPolicy policy{.pass_only = {"LOGIN", "CLOUD_*"}};
  EXPECT_EQ(digest_of_all({"LOGIN=1", "CLOUD_A=1"}, policy), digest_of_all({"LOGIN=2"}, policy));
  EXPECT_NE(digest_of_all({"LOGINS=1"}, policy), digest_of_all({"LOGINS=2"}, policy));
  const EnvironmentKey one({"LOGIN=1", "A=1"}, policy);
  const EnvironmentKey other({"LOGIN=2", "A=2"}, policy);
  EXPECT_NE(one.digest(kDeclared, {"LOGIN"}), other.digest(kDeclared, {"LOGIN"}));
}

TEST(EnvironmentKey, ExactlyTheDeclaredOnesCount) {
  const EnvironmentKey key({"A=1", "B=2", "HOME=/h", "PATH=/bin"}, {});
  EXPECT_THAT(names_of(key.table(kDeclared, {"A", "HOME", "MISSING"})), ElementsAre("A", "HOME"));
  EXPECT_THAT(names_of(key.table(kDeclared, {})), IsEmpty());
  const EnvironmentKey others({"A=1", "B=3", "C=4", "HOME=/h", "PATH=/usr/bin"}, {});
  EXPECT_EQ(key.digest(kDeclared, {"A", "HOME"}), others.digest(kDeclared, {"A", "HOME"}));
  EXPECT_NE(key.digest(kDeclared, {"A", "B"}), others.digest(kDeclared, {"A", "B"}));
  EXPECT_NE(key.digest(kDeclared, {"C"}), others.digest(kDeclared, {"C"}));  // unset, then set
  EXPECT_EQ(key.digest(kDeclared, {"MISSING"}), others.digest(kDeclared, {"MISSING"}));
}

TEST(EnvironmentKey, PathCountsUntilAToolIsDeclared) {
  const EnvironmentKey one({"A=1", "PATH=/bin"}, {});
  const EnvironmentKey other({"A=1", "PATH=/usr/bin"}, {});
  EXPECT_NE(one.digest(kAll, {}), other.digest(kAll, {}));
  EXPECT_EQ(one.digest(kAllButPath, {}), other.digest(kAllButPath, {}));
  EXPECT_THAT(names_of(one.table(kAllButPath, {})), ElementsAre("A"));
  EXPECT_NE(one.digest(kAllButPath, {}), EnvironmentKey({"A=2", "PATH=/bin"}, {}).digest(kAllButPath, {}));
}

TEST(EnvironmentKey, TheTableIsSortedAndHasTheDigest) {
  const EnvironmentKey key({"B=2", "A=1"}, {});
  const EnvironmentTable table = key.table(kAll, {});
  EXPECT_THAT(names_of(table), ElementsAre("A", "B"));
  EXPECT_EQ(table.variables[0].shown, "1");
  EXPECT_EQ(key.digest(kDeclared, {"A", "B"}), key.digest(kAll, {}));
}

// What is written to disk tells that a secret changed, and nothing of it.
TEST(EnvironmentKey, ASecretIsNeitherShownNorEnteredAsItIs) {
  const std::string secret = "hunter2-and-more";
  const std::string url = "https://me:" + secret + "@host/";
  const EnvironmentKey key({"MY_TOKEN=" + secret, "INDEX=" + url}, {});
  const EnvironmentTable table = key.table(kAll, {});
  ASSERT_EQ(table.variables.size(), 2U);
  for (const auto& variable : table.variables) EXPECT_EQ(variable.shown, "***") << variable.name;
  EXPECT_THAT(encode(table), Not(HasSubstr(secret)));
  // A fast digest of a secret could be tried out against a list of words; that of its SHA-256 is the least we do.
  EXPECT_NE(table.variables[1].value, digest_of(secret));
  EXPECT_EQ(table.variables[1].value, digest_of(hooks::base::sha256_hex(secret)));
  EXPECT_NE(digest_of_all({"MY_TOKEN=a"}), digest_of_all({"MY_TOKEN=b"}));
}

}  // namespace
}  // namespace grapnel::cache
