// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grapnel {
namespace {

using testing::ElementsAre;

// All its names: tests/conformance/dart_hooks_1_4_environment_test.cpp.
TEST(AllowList, CaseDoesNotCount) {
  for (const char* name : {"Path", "PATH", "http_proxy", "cargo_home"}) EXPECT_TRUE(is_allowed_variable(name)) << name;
}

TEST(AllowList, HasNoOther) {
  for (const char* name : {"SDKROOT",
                           "DEVELOPER_DIR",
                           "LANG",
                           "LC_ALL",
                           "LD_LIBRARY_PATH",
                           "LD_PRELOAD",
                           "JAVA_HOME",
                           "RUSTC_WRAPPER",
                           "RUSTFLAGS",
                           "CC",
                           "CXX",
                           "CFLAGS",
                           "ALL_PROXY",
                           "SSL_CERT_FILE",
                           "ProgramFiles(x86)",
                           "VCPKG_ROOT",
                           "SCCACHE_DIR",
                           "PKG_CONFIG_PATH",
                           "XDG_CACHE_HOME",
                           "USER",
                           "GITHUB_TOKEN",
                           "CI",
                           "",
                           "PATHS",
                           "XPATH",
                           "CARGO",
                           "NIX",
                           "MY_CARGO_HOME",
                           "HOME ",
                           "ANDROID_"}) {
    EXPECT_FALSE(is_allowed_variable(name)) << name;
  }
}

TEST(FilteredEnvironment, SortsByNameAndKeepsBytes) {
  const char* const given[] = {"PATH=/b:/a", "USER=me",      "HOME_X=no",    "HOME=/h\xff=x", "broken",
                               "=odd",       "http_proxy=p", "PATH=/second", "CARGO_A=",      nullptr};
  EXPECT_THAT(filtered_environment(given), ElementsAre("CARGO_A=", "HOME=/h\xff=x", "PATH=/b:/a", "http_proxy=p"));
}

TEST(FilteredEnvironment, SortsByNameAndNotByText) {
  // '-' sorts before '=', so whole texts would sort the other way round.
  const char* const given[] = {"NIX_A-B=1", "NIX_A=2", nullptr};
  EXPECT_THAT(filtered_environment(given), ElementsAre("NIX_A=2", "NIX_A-B=1"));
}

TEST(FilteredEnvironment, IsEmptyForNone) { EXPECT_TRUE(filtered_environment(nullptr).empty()); }

TEST(ValueOf, FindsTheWholeName) {
  const Environment environment{"AB=1", "A=2=3", "E="};
  EXPECT_EQ(value_of(environment, "A"), "2=3");
  EXPECT_EQ(value_of(environment, "AB"), "1");
  EXPECT_EQ(value_of(environment, "E"), "");
  EXPECT_EQ(value_of(environment, "B"), "");
}

TEST(IsSecret, GoesByTheName) {
  for (const char* name :
       {"CARGO_REGISTRY_TOKEN", "my_token", "NUGET_API_KEY", "A_SECRET_B", "Password", "CREDENTIALS"}) {
    EXPECT_TRUE(is_secret(name, "x")) << name;
  }
  for (const char* name : {"X_PASSPHRASE", "DB_PASSWD", "NPM_AUTH", "MYSQL_PWD", "gh_pat", "AUTH_X", "PASS"}) {
    EXPECT_TRUE(is_secret(name, "x")) << name;
  }
  for (const char* name : {"PATH", "HOME", "CARGO_HOME", "TOKE", "SECRE", "PWD", "OLDPWD", "AUTHOR_NAME", "COMPASS"})
    EXPECT_FALSE(is_secret(name, "x")) << name;
}

TEST(IsSecret, GoesByAPasswordInAUrl) {
  EXPECT_TRUE(is_secret("HTTP_PROXY", "http://me:pw@proxy:3128"));
  EXPECT_TRUE(is_secret("HTTP_PROXY", "http://me:p@ss@proxy:3128/"));
  EXPECT_TRUE(is_secret("https_proxy", "me:pw@proxy:3128")) << "curl takes it without a scheme";
  EXPECT_TRUE(is_secret("CARGO_X", "a http://h/ sparse+https://me:pw@registry/index"));
  EXPECT_FALSE(is_secret("HTTP_PROXY", "http://proxy:3128"));
  EXPECT_FALSE(is_secret("HTTP_PROXY", "http://me@proxy:3128"));
  EXPECT_FALSE(is_secret("HTTP_PROXY", "http://me:@proxy:3128"));
  EXPECT_FALSE(is_secret("HTTP_PROXY", "http://proxy:3128/a:b@c")) << "behind the authority it is a path";
  EXPECT_FALSE(is_secret("NIX_PATH", "nixpkgs:user@host")) << "no URL, no proxy";
}

TEST(Redactor, ReplacesEverySecret) {
  const Redactor redactor({"A_TOKEN=hunter2", "HTTP_PROXY=http://me:swordfish@proxy:1", "HOME=/home/me"});
  EXPECT_EQ(redactor.redact("hunter2 in hunter2x, /home/me"), "*** in ***x, /home/me");
  EXPECT_EQ(redactor.redact("http_proxy is http://me:swordfish@proxy:1"), "http_proxy is ***");
  EXPECT_EQ(redactor.redact("401 for me:swordfish"), "401 for me:***");
}

TEST(Redactor, PrefersTheLongest) {
  const Redactor redactor({"A_TOKEN=abcd", "B_TOKEN=abcdef"});
  EXPECT_EQ(redactor.redact("abcdef abcd"), "*** ***");
}

TEST(Redactor, KnowsTheQuotedForm) {
  const Redactor redactor({"A_SECRET=it's me"});
  EXPECT_EQ(redactor.redact("env A='it'\\''s me' hook"), "env A=*** hook");
}

TEST(Redactor, HidesWhatOnlyPasses) {
  const EnvironmentPolicy policy{.pass_only = {"LOGIN", "CLOUD_*"}};
  const Environment environment{"A_TOKEN=abcd", "CLOUD_A=true", "CLOUD_B=1234567", "CLOUD_C=12345678",
                                "LOGIN=me & you"};
  const Redactor redactor(environment, policy);
  EXPECT_EQ(redactor.redact("12345678 and me & you; abcd"), "*** and ***; ***");
  EXPECT_EQ(redactor.redact("it is true that 1234567"), "it is true that 1234567");
  EXPECT_EQ(Redactor(environment).redact("12345678; abcd"), "12345678; ***");
  EXPECT_TRUE(policy.hides("CLOUD_A", "true"));
  EXPECT_TRUE(policy.hides("A_TOKEN", "abcd"));
  EXPECT_FALSE(policy.hides("OTHER", "true"));
}

TEST(Redactor, LeavesShortValuesAlone) {
  const Redactor redactor({"A_TOKEN=abc", "B_TOKEN="});
  EXPECT_EQ(redactor.redact("abc"), "abc");
  EXPECT_EQ(Redactor().redact("abc"), "abc");
}

}  // namespace
}  // namespace grapnel
