// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/events_file.hpp"

#include "runner/base/errors.hpp"
#include "runner/report/event_json.hpp"
#include "runner/report/fan.hpp"
#include "tests/support/sample_events.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace grapnel::report {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::TemporaryDirectory;

class Lines final : public EventSink {
 public:
  void on_event(const Event& event) override { lines.push_back(event_to_json(event).to_string()); }
  std::vector<std::string> lines;
};

class Files : public testing::Test {
 protected:
  std::string write(const std::vector<Event>& events) {
    const std::string path = directory_ / "events.jsonl";
    EventsFile file(path, [this](const std::string& text) { said_.push_back(text); });
    for (const Event& event : events) file.on_event(event);
    return path;
  }
  std::string fault_of(const std::string& text) {
    try {
      Lines lines;
      (void)read_events(directory_.write("bad.jsonl", text), lines);
    } catch (const ProjectError& error) {
      return error.what();
    }
    return "none";
  }
  TemporaryDirectory directory_;
  std::vector<std::string> said_;
};

TEST_F(Files, WhatIsReadIsWhatWasWritten) {
  std::vector<Event> events = tests::sample_events();
  Lines wanted;
  for (const Event& event : events) wanted.on_event(event);
  events.insert(events.begin() + 2, HookOutput{.hook = {"p"}, .text = "not kept"});
  Lines read;
  EXPECT_TRUE(read_events(write(events), read));
  EXPECT_EQ(read.lines, wanted.lines);
  EXPECT_THAT(said_, IsEmpty());
}

TEST_F(Files, AStreamThatWasCutOffIsKnownByItsEnd) {
  Lines read;
  EXPECT_FALSE(read_events(write(tests::cut_off_events()), read));
  EXPECT_EQ(read.lines.size(), tests::cut_off_events().size());

  const std::string text = tests::read_text(write(tests::canceled_events()));
  Lines torn;
  EXPECT_FALSE(read_events(directory_.write("torn.jsonl", text.substr(0, text.size() - 5)), torn));
  EXPECT_EQ(torn.lines.size(), tests::canceled_events().size() - 1);
}

TEST_F(Files, FaultsAreNamedWithTheirLine) {
  EXPECT_THAT(fault_of("{}\n"), AllOf(HasSubstr("line 1"), HasSubstr("event")));
  EXPECT_THAT(fault_of("{\"event\":\"message\",\"severity\":\"info\",\"text\":\"t\",\"time\":1}\n"),
              HasSubstr("the first event is not 'command_started'"));
  const std::string text = tests::read_text(write(tests::planless_events()));
  EXPECT_THAT(fault_of(text + text), HasSubstr("something follows the last event"));
  EXPECT_THAT(fault_of(text.substr(0, text.find('\n') + 1) + "nonsense\n"), HasSubstr("line 2"));
  EXPECT_THAT(fault_of(std::string(kLongestEventLine + 200'000, 'x')), HasSubstr("no event"));
}

TEST_F(Files, WhatIsNotThereIsAnErrorOfTheSystem) {
  Lines lines;
  EXPECT_THROW((void)read_events(directory_ / "missing", lines), SystemError);
}

TEST_F(Files, AFileThatCannotBeWrittenIsSaidOnce) {
  {
    EventsFile file(directory_ / "no" / "such", [this](const std::string& text) { said_.push_back(text); });
    for (const Event& event : tests::sample_events()) file.on_event(event);
  }
  EXPECT_THAT(said_, ElementsAre(HasSubstr("the events are not written")));
  said_.clear();
  {
    EventsFile file("/dev/full", [this](const std::string& text) { said_.push_back(text); });
    for (const Event& event : tests::sample_events()) file.on_event(event);
  }
  EXPECT_THAT(said_, ElementsAre(HasSubstr("the events are not written")));
}

TEST(Fan, OneThatThrowsIsCalledNoMoreAndTheOthersGoOn) {
  class Broken final : public EventSink {
   public:
    void on_event(const Event& /*event*/) override {
      ++calls;
      throw std::runtime_error("broken");
    }
    int calls = 0;
  };
  class Ticks final : public EventSink {
   public:
    void on_event(const Event& event) override { outputs += std::holds_alternative<HookOutput>(event) ? 1 : 0; }
    void on_tick(const Tick& /*tick*/) override { ++ticks; }
    [[nodiscard]] bool wants_output() const noexcept override { return true; }
    int outputs = 0;
    int ticks = 0;
  };
  Broken broken;
  Lines lines;
  Ticks ticks;
  Fan fan;
  fan.add(broken);
  fan.add(lines);
  EXPECT_FALSE(fan.wants_output());
  fan.add(ticks);
  EXPECT_TRUE(fan.wants_output());
  fan.on_event(Message{});
  fan.on_event(HookOutput{});  // Lines would throw
  fan.on_event(Message{});
  fan.on_tick({});
  EXPECT_EQ(broken.calls, 1);
  EXPECT_EQ(lines.lines.size(), 2U);
  EXPECT_EQ(ticks.outputs, 1);
  EXPECT_EQ(ticks.ticks, 1);
}

}  // namespace
}  // namespace grapnel::report
