// SPDX-License-Identifier: BSD-3-Clause
#include "runner/outcome/classify.hpp"
#include "tests/support/event_script.hpp"
#include "tests/support/sample_events.hpp"

#include <array>
#include <random>
#include <string>
#include <utility>

namespace tests {

using namespace grapnel;

namespace {

constexpr std::array kNames{"zlib",    "brotli", "openssl", "sqlite3", "curl",      "libpng",  "freetype", "harfbuzz",
                            "skia",    "icu",    "opus",    "libwebp", "protobuf",  "re2",     "abseil",   "ffmpeg",
                            "libjpeg", "boost",  "lmdb",    "leveldb", "libsodium", "jemalloc"};

ScriptedHook hook_of(std::size_t place, std::mt19937& random) {
  // Not uniform_int_distribution: it may differ between libraries.
  const auto below = [&](std::uint32_t limit) { return static_cast<std::uint32_t>(random() % limit); };
  ScriptedHook hook{.package = kNames[place % kNames.size()]};
  if (place >= kNames.size()) hook.package += "_" + std::to_string(place / kNames.size() + 1);
  hook.duration = std::chrono::milliseconds(200 + below(1500) + (below(6) == 0 ? 4000U : 0U));
  if (below(2) == 0) hook.compiling = hook.duration / 3;
  for (std::uint32_t edge = below(4); place > 0 && edge > 0; --edge) {
    hook.waits_for.push_back(place > 12 ? place - 1 - below(12) : below(static_cast<std::uint32_t>(place)));
  }
  hook.reasons = {{.kind = Reason::Kind::file, .subject = "src/" + hook.package + ".c"}};
  hook.end = Exited{0};
  hook.outcome = outcome::classify(
      {.end = *hook.end,
       .output = {.state = outcome::OutputEvidence::State::read, .detail = "", .status = {}, .faults = {}}});
  hook.output = "output.json says success";
  hook.stdout_tail = "cc -O2 -c src/" + hook.package + ".c\nar rcs lib" + hook.package + ".a\n";
  return hook;
}

}  // namespace

std::vector<Event> events_of(std::size_t count, unsigned jobs) {
  std::mt19937 random(5);  // NOLINT: the same events each time
  std::vector<ScriptedHook> hooks;
  for (std::size_t place = 0; place < count; ++place) {
    ScriptedHook hook = hook_of(place, random);
    if (place % 9 == 4) {
      hook.outcome = outcome::cached();
    } else if (place % 50 == 7) {
      hook.attempts = {{.outcome = outcome::classify({.end = Exited{2}}), .duration = std::chrono::milliseconds(650)}};
      hook.outcome = outcome::passed_on_retry(hook.outcome);
    } else if (place + 1 == count && place >= 9) {
      hook.outcome = outcome::classify({.end = Exited{1}});
      hook.end = Exited{1};
      hook.output = "there is no output.json";
      hook.stderr_tail = "src/" + hook.package + ".c:12:3: error: expected ';' before '}' token\n";
    }
    hooks.push_back(std::move(hook));
  }
  EventScript script("build", {HookKind::build}, jobs);
  script.run(HookKind::build, hooks);
  script.finish();
  return std::move(script).events();
}

}  // namespace tests
