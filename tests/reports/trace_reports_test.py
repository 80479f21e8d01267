# SPDX-License-Identifier: BSD-3-Clause
"""The golden files of --report trace, held against what viewers of Chrome traces need."""

import collections
import json
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "tests/golden/trace").glob("*.json"))
FIXED = re.compile(r"[0-9]+\.[0-9]{3}\Z")


def microseconds(text):
    """In nanoseconds: floating point would make neighbours overlap."""
    if not FIXED.match(text):
        raise ValueError(f"not microseconds with three digits: {text}")
    return int(text.replace(".", ""))


def members(pairs):
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError(f"a key occurs twice: {pairs}")
    return read


def read(file):
    return json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=members, parse_float=microseconds)


def events(file, phase):
    return [event for event in read(file)["traceEvents"] if event["ph"] == phase]


class TraceReports(unittest.TestCase):
    def each(self):
        self.assertGreaterEqual(len(FILES), 4)
        for file in FILES:
            with self.subTest(file.name):
                yield file

    def test_events_have_what_their_phase_needs(self):
        needed = {"X": {"ts", "dur", "cat", "args"}, "M": {"args"}, "i": {"ts", "s"}, "s": {"ts", "id", "cat"},
                  "f": {"ts", "id", "cat", "bp"}, "C": {"ts", "args"}}
        for file in self.each():
            for event in read(file)["traceEvents"]:
                self.assertLessEqual(needed[event["ph"]] | {"name", "pid", "tid"}, set(event), event)

    def test_every_track_has_a_name(self):
        for file in self.each():
            names = {event["tid"]: event["args"]["name"] for event in events(file, "M") if event["name"] == "thread_name"}
            self.assertLessEqual({event["tid"] for event in read(file)["traceEvents"]}, set(names))
            self.assertEqual(len(names), len(set(names.values())))

    def test_slices_of_a_track_nest(self):
        for file in self.each():
            tracks = collections.defaultdict(list)
            for event in events(file, "X"):
                tracks[event["tid"]].append((event["ts"], -event["dur"], event["name"], event["cat"]))
            rank = {"run": 0, "hook": 0, "critical_path": 0, "attempt": 1, "step": 2}
            for track in tracks.values():
                stack = []
                for begin, negative, name, category in sorted(track, key=lambda s: (s[0], s[1], rank[s[3]])):
                    end = begin - negative
                    while stack and stack[-1][0] <= begin and rank[stack[-1][1]] >= rank[category]:
                        stack.pop()
                    if stack:
                        self.assertLessEqual(end, stack[-1][0], f"{name} sticks out of {stack[-1]}")
                        self.assertLess(rank[stack[-1][1]], rank[category], f"{name} overlaps")
                    stack.append((end, category))

    def test_arrows_go_from_a_slice_to_a_slice(self):
        for file in self.each():
            hooks = [event for event in events(file, "X") if event["cat"] == "hook"]
            starts = {event["id"]: event for event in events(file, "s")}
            ends = {event["id"]: event for event in events(file, "f")}
            self.assertEqual(set(starts), set(ends))
            for arrow in [*starts.values(), *ends.values()]:
                self.assertTrue(any(hook["tid"] == arrow["tid"] and hook["ts"] <= arrow["ts"] <= hook["ts"] + hook["dur"]
                                    for hook in hooks), arrow)
            for key, start in starts.items():
                self.assertLessEqual(start["ts"], ends[key]["ts"])

    def test_say_what_happened(self):
        sample = ROOT / "tests/golden/trace/sample.json"
        hooks = {event["name"]: event for event in events(sample, "X") if event["cat"] == "hook"}
        self.assertEqual(hooks["row09_exit_1 (link)"]["args"]["class"], "build_failure")
        self.assertEqual(hooks["row31_flaky (build)"]["args"]["attempts"], 3)
        flaky = hooks["row31_flaky (build)"]
        attempts = [event for event in events(sample, "X") if event["cat"] == "attempt" and event["tid"] == flaky["tid"]
                    and flaky["ts"] <= event["ts"] < flaky["ts"] + flaky["dur"]]
        self.assertEqual([event["args"]["class"] for event in attempts], ["infra_failure", "infra_failure", "success"])
        self.assertIn("row30_up_to_date (build)",
                      [event["name"] for event in events(sample, "i") if event["cat"] == "up_to_date"])
        steps = [event["name"] for event in events(sample, "X") if event["cat"] == "step"]
        self.assertIn("compile", steps)
        self.assertIn("run", steps)
        marked = {name for name, event in hooks.items() if event["args"]["critical_path"]}
        self.assertTrue(marked)
        self.assertEqual(marked, {event["name"] for event in events(sample, "X") if event["cat"] == "critical_path"})

    def test_concurrency_stays_within_the_jobs_and_ends_at_nothing(self):
        for file in self.each():
            counts = [event["args"]["hooks"] for event in events(file, "C")]
            tracks = [event for event in events(file, "M") if event["args"].get("name", "").startswith("job ")]
            if counts:
                self.assertLessEqual(max(counts), len(tracks))
                self.assertGreaterEqual(min(counts), 0)
                self.assertEqual(counts[-1], 0)


if __name__ == "__main__":
    unittest.main()
