// SPDX-License-Identifier: BSD-3-Clause
// What gc chooses, over random places.
#include "runner/engine/garbage.hpp"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

namespace {

using namespace grapnel;
using engine::StatePlace;

constexpr cache::Moment kSecond = 1'000'000'000;
constexpr cache::Moment kNow = 1'000'000 * kSecond;

std::vector<StatePlace> any_places() {
  std::vector<StatePlace> places(*rc::gen::inRange<std::size_t>(0, 12));
  for (std::size_t i = 0; i < places.size(); ++i) {
    StatePlace& place = places[i];
    place.kind = *rc::gen::element(StatePlace::Kind::config, StatePlace::Kind::config, StatePlace::Kind::shared,
                                   StatePlace::Kind::program);
    place.path = "/" + std::to_string(i);
    place.is_of_workspace = *rc::gen::arbitrary<bool>();
    place.bytes = *rc::gen::inRange<std::uint64_t>(0, 100);
    place.last_used = kNow - *rc::gen::inRange<cache::Moment>(-5, 50) * kSecond;
  }
  return places;
}

RC_GTEST_PROP(Garbage, IsWhatTheLimitsSayAndNoMore, ()) {
  const std::vector<StatePlace> places = any_places();
  engine::GarbageLimits limits;
  if (*rc::gen::arbitrary<bool>()) limits.max_age = std::chrono::seconds(*rc::gen::inRange(0, 50));
  if (*rc::gen::arbitrary<bool>()) limits.max_size = *rc::gen::inRange<std::uint64_t>(0, 600);
  std::set<std::string> gone;
  for (const StatePlace& place : engine::garbage(places, limits, kNow)) RC_ASSERT(gone.insert(place.path).second);

  std::uint64_t left = 0;
  bool has_config = false;
  cache::Moment newest_for_size = 0;  // of those that went for their size alone
  cache::Moment oldest_left = kNow * 2;
  for (const StatePlace& place : places) {
    const bool is_gone = gone.contains(place.path);
    if (!is_gone) left += place.bytes;
    if (place.kind != StatePlace::Kind::config) {
      RC_ASSERT(is_gone == !place.is_of_workspace);
      continue;
    }
    const bool is_old = limits.max_age && kNow - place.last_used > limits.max_age->count() * kSecond;
    if (is_old) RC_ASSERT(is_gone);
    if (!limits.max_size) RC_ASSERT(is_gone == is_old);
    if (!is_gone) {
      has_config = true;
      oldest_left = std::min(oldest_left, place.last_used);
    } else if (!is_old) {
      newest_for_size = std::max(newest_for_size, place.last_used);
    }
  }
  RC_ASSERT(newest_for_size <= oldest_left);
  if (limits.max_size && has_config) RC_ASSERT(left <= *limits.max_size);
}

TEST(Garbage, StopsAsSoonAsTheRestIsSmallEnough) {
  std::vector<StatePlace> places(3);
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i] = {.path = "/" + std::to_string(i), .bytes = 100, .last_used = static_cast<cache::Moment>(i) * kSecond};
  }
  EXPECT_EQ(engine::garbage(places, {.max_size = 300}, kNow).size(), 0U);
  const auto one = engine::garbage(places, {.max_size = 299}, kNow);
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one.front().path, "/0");
  EXPECT_EQ(engine::garbage(places, {.max_size = 0}, kNow).size(), 3U);
}

}  // namespace
