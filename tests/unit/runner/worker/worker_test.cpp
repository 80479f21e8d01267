// SPDX-License-Identifier: BSD-3-Clause
// Calls to workers that answer, lie, and die; each is a few lines of Python that speak the channel.
#include "runner/worker/worker.hpp"

#include "runner/process/leftovers.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace grapnel::worker {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using hooks::pep517::Answer;
using hooks::pep517::Call;
using testing::AllOf;
using testing::HasSubstr;
using tests::TemporaryDirectory;
using Cause = Death::Cause;

// As the tests' own limit: a stalled machine is no failure.
constexpr auto kPatience = 120s;

// What each worker begins with (hooks_api/pep517/channel.hpp).
constexpr const char* kSpeech = R"(
import os, resource, signal, sys, time
calls, answers = sys.argv[-2:]
def write(data):
    with open(answers, "wb", 0) as pipe:
        while data:
            data = data[pipe.write(data):]
def say(*fields):
    fields = [field.encode() for field in fields]
    write(" ".join(str(len(field)) for field in fields).encode() + b"\n" + b"".join(fields))
def ready():
    say("", "READY", "1.2.3", "", "")
def receive(size=None):
    with open(calls, "rb", 0) as pipe:
        if size is not None:
            return pipe.read(size)
        line = b""
        while not line.endswith(b"\n"):
            some = pipe.read(1)
            if not some:
                sys.exit(0)
            line += some
        sizes = [int(size) for size in line.split()]
        body = b""
        while len(body) < sum(sizes):
            body += pipe.read(sum(sizes) - len(body))
    fields = []
    for size in sizes:
        fields.append(body[:size].decode())
        body = body[size:]
    return fields
def touch(name):
    open(name, "w").close()
)";

class WorkerTest : public testing::Test {
 protected:
  ~WorkerTest() override {
    worker_.reset();
    run_until([] {
      siginfo_t info{};
      return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0;
    });
  }

  Command python(const std::string& program) {
    return {.name = "the worker",
            .executable = "/usr/bin/python3",
            .arguments = {"/usr/bin/python3", "-c", kSpeech + program}};
  }
  void start(Command command) {
    const Surroundings surroundings{.environment = tests::environment_with({"GRAPNEL_TEST_WORD=word"}),
                                    .working_directory = directory_.path(),
                                    .run_id = run_id_,
                                    .grace_period = grace_period_};
    worker_ = std::make_unique<Worker>(context_.get_executor(), std::move(command), surroundings);
  }
  void start(const std::string& program) { start(python(program)); }

  void start_call(Call call, std::chrono::milliseconds limit = 0ms) {
    result_.reset();
    asio::co_spawn(context_, worker_->call(std::move(call), limit),
                   [this](const std::exception_ptr& failure, CallResult result) {
                     EXPECT_FALSE(failure);
                     result_ = std::move(result);
                   });
  }
  CallResult result() {
    run_until([this] { return result_.has_value(); });
    return result_.value_or(Death{});
  }
  Answer answer(Call call, std::chrono::milliseconds limit = 0ms) {
    start_call(std::move(call), limit);
    const CallResult its = result();
    if (const auto* given = std::get_if<Answer>(&its)) return *given;
    ADD_FAILURE() << "the worker died: " << describe(std::get<Death>(its).end) << std::get<Death>(its).last_words;
    return {};
  }
  Death death() {
    const CallResult its = result();
    if (const auto* given = std::get_if<Death>(&its)) return *given;
    ADD_FAILURE() << "it answered: " << std::get<Answer>(its).text;
    return {};
  }
  Death death(Call call, std::chrono::milliseconds limit = 0ms) {
    start_call(std::move(call), limit);
    return death();
  }
  void end() {
    bool is_over = false;
    asio::co_spawn(context_, worker_->end(), [&](const std::exception_ptr& failure) {
      EXPECT_FALSE(failure);
      is_over = true;
    });
    run_until([&] { return is_over; });
    EXPECT_TRUE(worker_->has_ended());
  }
  void run_until(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!done() && std::chrono::steady_clock::now() < end) {
      context_.restart();
      context_.run_for(1ms);
    }
    EXPECT_TRUE(done()) << "nothing happens";
  }
  void run_until_there_is(const std::string& file) {
    run_until([&] { return std::filesystem::exists(directory_ / file); });
  }

  TemporaryDirectory directory_;
  asio::io_context context_{1};
  std::string run_id_ = process::new_run_id();
  std::chrono::milliseconds grace_period_ = kPatience;  // who ends in peace has time
  std::unique_ptr<Worker> worker_;
  std::optional<CallResult> result_;
};

Call some_call(std::string hook = "build_wheel") { return {.hook = std::move(hook)}; }

TEST_F(WorkerTest, AnswersOneCallAfterAnother) {
  start(R"(
ready()
while True:
    nonce, fresh, tree, out, err, backend, path, hook, *arguments = receive()
    say(nonce, "HookRuntimeError", "|".join([fresh, tree, out, err, backend, path, hook, *arguments]), "trace", "infra")
)");
  EXPECT_EQ(worker_->name(), "the worker");
  EXPECT_EQ(worker_->version(), "");
  const Call call{.fresh_imports = true,
                  .tree = "/trée",
                  .stdout_file = "/o",
                  .stderr_file = "/e",
                  .backend = "b",
                  .backend_path = {"/one"},
                  .hook = "build_sdist",
                  .arguments = {{hooks::pep517::CallArgument::Kind::text, "dist"}, {}}};
  for (int i = 0; i < 3; ++i) {
    const Answer given = answer(call);
    EXPECT_EQ(given.kind, "HookRuntimeError");
    EXPECT_EQ(given.text, "fresh|/trée|/o|/e|b|/one|build_sdist|sdist|-");
    EXPECT_EQ(given.traceback, "trace");
    EXPECT_TRUE(given.infra);
    EXPECT_FALSE(given.nonce.empty());
  }
  EXPECT_EQ(worker_->version(), "1.2.3");
  EXPECT_FALSE(worker_->is_spoiled());
  EXPECT_FALSE(worker_->has_ended());
}

TEST_F(WorkerTest, StandsWhereItIsToldToAndReadsThePreambleFirst) {
  Command command = python(R"(
preamble = receive(9).decode()
ready()
nonce = receive()[0]
say(nonce, "OK", "|".join([preamble, sys.argv[1], os.getcwd(), os.environ["GRAPNEL_TEST_WORD"],
                           str(os.read(0, 10))]), "", "")
)");
  command.arguments.emplace_back("its argument");
  command.preamble = "preamble\n";
  start(std::move(command));
  EXPECT_EQ(answer(some_call()).text, "preamble\n|its argument|" + directory_.path().native() + "|word|b''");
}

// More than a pipe holds, both ways, and no part of it is read before the rest is written.
TEST_F(WorkerTest, LargeCallsAndAnswers) {
  start(R"(
ready()
while True:
    call = receive()
    say(call[0], "OK", call[8][1:], "", "")
)");
  std::string text;
  while (text.size() < (std::size_t{3} << 20U)) text += std::to_string(text.size()) + " ";
  Call call = some_call();
  call.arguments = {{hooks::pep517::CallArgument::Kind::json, text}};
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(answer(call).text == text);
}

TEST_F(WorkerTest, OnlyTheAnswerWithTheNonceCounts) {
  start(R"(
ready()
while True:
    nonce = receive()[0]
    say("", "OK", "forged", "", "")
    say("0" * len(nonce), "OK", "forged", "", "")
    say(nonce + "0", "OK", "forged", "", "")
    say("", "READY", "9.9.9", "", "")
    say(nonce, "OK", "right", "", "")
    say(nonce, "OK", "too late", "", "")
)");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(answer(some_call()).text, "right") << i;
  EXPECT_EQ(worker_->version(), "1.2.3");
}

// A program that waits for something else.
TEST_F(WorkerTest, OneThatIsNeverReadyIsStopped) {
  start("touch('started'); time.sleep(1000)");
  start_call(some_call());
  run_until_there_is("started");
  EXPECT_FALSE(result_);
  worker_->stop();
  const Death its = death();
  EXPECT_EQ(its.cause, Cause::stop);
  EXPECT_EQ(its.end, ProcessEnd(Signaled{SIGTERM}));
  EXPECT_FALSE(its.was_taken);
  EXPECT_TRUE(worker_->has_ended());
}

TEST_F(WorkerTest, OneThatIsNeverReadyEndsWithTheTimeLimit) {
  start("print('what do you want', file=sys.stderr, flush=True); time.sleep(1000)");
  const Death its = death(some_call(), 2s);
  EXPECT_EQ(its.cause, Cause::start);
  EXPECT_EQ(its.end, ProcessEnd(Signaled{SIGTERM}));
}

TEST_F(WorkerTest, StopEndsAHook) {
  start("ready(); receive(); touch('taken'); time.sleep(1000)");
  start_call(some_call());
  run_until_there_is("taken");
  worker_->stop();
  worker_->stop();
  const Death its = death();
  EXPECT_EQ(its.cause, Cause::stop);
  EXPECT_EQ(its.end, ProcessEnd(Signaled{SIGTERM}));
  EXPECT_TRUE(its.was_taken);
  EXPECT_EQ(its.hang_report, "");
}

TEST_F(WorkerTest, StopEndsAHookThatDoesNotWantTo) {
  grace_period_ = 50ms;
  start("signal.signal(signal.SIGTERM, signal.SIG_IGN); ready(); receive(); touch('taken'); time.sleep(1000)");
  start_call(some_call());
  run_until_there_is("taken");
  worker_->stop();
  EXPECT_EQ(death().end, ProcessEnd(Signaled{SIGKILL}));
}

TEST_F(WorkerTest, TheTimeLimitEndsAHook) {
  start(R"(
ready()
say(receive()[0], "OK", "first", "", "")
receive()
time.sleep(1000)
)");
  EXPECT_EQ(answer(some_call()).text, "first");
  const Death its = death(some_call(), 300ms);
  EXPECT_EQ(its.cause, Cause::time_limit);
  EXPECT_EQ(its.end, ProcessEnd(Signaled{SIGTERM}));
  EXPECT_THAT(its.hang_report, AllOf(HasSubstr("time limit"), HasSubstr("python3")));
}

// The limit is the hook's, not that of what was before it.
TEST_F(WorkerTest, ATimeLimitThatIsNotReachedIsNoneForTheNextCall) {
  start(R"(
ready()
say(receive()[0], "OK", "", "", "")
nonce = receive()[0]
touch("waits")
while not os.path.exists("go"):
    time.sleep(0.01)
say(nonce, "OK", "second", "", "")
)");
  (void)answer(some_call(), std::chrono::milliseconds(kPatience));
  start_call(some_call());
  run_until_there_is("waits");
  directory_.write("go", "");
  EXPECT_EQ(std::get<Answer>(result()).text, "second");
}

TEST_F(WorkerTest, OneThatDiedBeforeTheCallHasNotTakenIt) {
  start("ready(); os._exit(3)");
  run_until([this] { return worker_->has_ended(); });
  const Death its = death(some_call());
  EXPECT_EQ(its.end, ProcessEnd(Exited{3}));
  EXPECT_FALSE(its.was_taken);
}

// It is not known to be dead when the call is written.
TEST_F(WorkerTest, OneThatDiesWithoutReadingTheCallHasNotTakenIt) {
  start(R"(
ready()
say(receive()[0], "OK", "", "", "")
while not os.path.exists("go"):
    time.sleep(0.01)
os._exit(4)
)");
  (void)answer(some_call());
  start_call(some_call());
  for (int turn = 0; turn < 5; ++turn) {
    context_.restart();
    context_.run_for(1ms);
  }
  directory_.write("go", "");
  const Death its = death();
  EXPECT_EQ(its.cause, Cause::itself);
  EXPECT_EQ(its.end, ProcessEnd(Exited{4}));
  EXPECT_FALSE(its.was_taken);
}

TEST_F(WorkerTest, OneThatDiesInItsCallHasTakenIt) {
  for (const auto& [deed, end] : {std::pair<const char*, ProcessEnd>{"os._exit(0)", Exited{0}},
                                  {"sys.exit(7)", Exited{7}},
                                  {"os.kill(os.getpid(), signal.SIGKILL)", Signaled{SIGKILL}},
                                  {"os.kill(os.getpid(), signal.SIGSEGV)", Signaled{SIGSEGV}}}) {
    SCOPED_TRACE(deed);
    start(std::string("resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); ready(); receive(); ") + deed);
    const Death its = death(some_call());
    EXPECT_EQ(its.cause, Cause::itself);
    EXPECT_EQ(its.end, end);
    EXPECT_TRUE(its.was_taken);
    EXPECT_FALSE(its.out_of_memory);
  }
}

// Whoever comes first: the answer is in the pipe.
TEST_F(WorkerTest, AnAnswerCountsThoughTheWorkerDiesAtOnce) {
  for (int i = 0; i < 10; ++i) {
    start("ready(); say(receive()[0], 'OK', 'x' * 60000, '', ''); os._exit(9)");
    EXPECT_EQ(answer(some_call()).text.size(), 60000U);
  }
}

TEST_F(WorkerTest, RubbishOnTheChannelEndsIt) {
  for (const auto& [rubbish, why] : {std::pair{"write(b'READY\\nOK forged\\n')", "a frame has a length that is none"},
                                     std::pair{"write(b'x' * 70000)", "a frame begins with a line of lengths"},
                                     std::pair{"write(b'99999999999 1\\n')", "a frame has a length that is none"},
                                     std::pair{"write(b'60000000 60000000\\n')", "a frame is too large"},
                                     std::pair{"say('one', 'two', 'three')", "an answer has five fields"}}) {
    SCOPED_TRACE(rubbish);
    start(std::string("ready(); receive(); ") + rubbish + "; time.sleep(1000)");
    const Death its = death(some_call());
    EXPECT_EQ(its.cause, Cause::rubbish);
    EXPECT_THAT(its.last_words, HasSubstr(why));
    EXPECT_EQ(its.end, ProcessEnd(Signaled{SIGTERM}));
    EXPECT_TRUE(its.was_taken);
  }
}

TEST_F(WorkerTest, ProgramsThatAreNone) {
  start(Command{.name = "true", .executable = "/bin/true", .arguments = {"true"}});
  Death its = death(some_call());
  EXPECT_EQ(its.cause, Cause::start);
  EXPECT_EQ(its.end, ProcessEnd(Exited{0}));
  start(Command{
      .name = "sh", .executable = "/bin/sh", .arguments = {"sh", "-c", "echo 'needs another machine' >&2; exit 4"}});
  its = death(some_call());
  EXPECT_EQ(its.cause, Cause::start);
  EXPECT_EQ(its.end, ProcessEnd(Exited{4}));
  EXPECT_THAT(its.last_words, HasSubstr("needs another machine"));
}

TEST_F(WorkerTest, ProgramsThatDoNotStart) {
  start(Command{.name = "none", .executable = directory_ / "none", .arguments = {"none"}});
  Death its = death(some_call());
  EXPECT_EQ(its.cause, Cause::start);
  ASSERT_TRUE(std::holds_alternative<NotStarted>(its.end));
  EXPECT_EQ(std::get<NotStarted>(its.end).error_number, ENOENT);
  EXPECT_TRUE(worker_->has_ended());
  end();
  start(Command{.name = "text", .executable = directory_.write("text", "no program"), .arguments = {"text"}});
  its = death(some_call());
  EXPECT_EQ(its.cause, Cause::start);
  ASSERT_TRUE(std::holds_alternative<NotStarted>(its.end));
  EXPECT_EQ(std::get<NotStarted>(its.end).error_number, EACCES);
}

TEST_F(WorkerTest, OneWhoseLimitsAHookChangedIsSpoiled) {
  start(R"(
ready()
while True:
    call = receive()
    if call[7] == "build_wheel":
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    say(call[0], "OK", "", "", "")
)");
  (void)answer(some_call("build_sdist"));
  EXPECT_FALSE(worker_->is_spoiled());
  (void)answer(some_call("build_wheel"));
  EXPECT_TRUE(worker_->is_spoiled());
  end();
}

TEST_F(WorkerTest, EndLetsItDoWhatIsLeft) {
  start(
      "import atexit; atexit.register(touch, 'at exit'); ready()\nwhile True:\n"
      "    say(receive()[0], 'OK', '', '', '')");
  (void)answer(some_call());
  end();
  EXPECT_TRUE(std::filesystem::exists(directory_ / "at exit"));
  EXPECT_EQ(death(some_call()).end, ProcessEnd(Exited{0}));
}

TEST_F(WorkerTest, EndKillsOneThatIgnoresIt) {
  grace_period_ = 50ms;
  start(R"(
signal.signal(signal.SIGTERM, signal.SIG_IGN)
ready()
say(receive()[0], "OK", "", "", "")
if os.fork() == 0:
    time.sleep(1000)
time.sleep(1000)
)");
  (void)answer(some_call());
  end();
  EXPECT_EQ(death(some_call()).end, ProcessEnd(Signaled{SIGKILL}));
  end();
}

TEST_F(WorkerTest, EndOfOneThatWasNeverCalled) {
  grace_period_ = 50ms;
  start("time.sleep(1000)");
  end();
}

// The fixture waits for the process, too.
TEST_F(WorkerTest, IsKilledWhereEndWasNotCalled) {
  start("touch('started'); time.sleep(1000)");
  run_until_there_is("started");
  worker_.reset();
}

TEST_F(WorkerTest, LeavesNoDescriptor) {
  const auto descriptors = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
  };
  const auto live = [this] {
    start("ready(); say(receive()[0], 'OK', '', '', ''); receive()");
    (void)answer(some_call());
    end();
    worker_.reset();
    run_until([] { return true; });
  };
  live();  // the loop opens what it keeps
  const auto before = descriptors();
  for (int i = 0; i < 5; ++i) live();
  EXPECT_EQ(descriptors(), before);
}

}  // namespace
}  // namespace grapnel::worker
