# SPDX-License-Identifier: BSD-3-Clause
"""The golden files of --report github, read as GitHub does: the annotations by the rules of its runner (spec: ci-reporting,
section 2), the summary by a Markdown reader of GitHub's own dialect."""

import collections
import html.parser
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests/golden/github"
Command = collections.namedtuple("Command", "name properties message")


def read_command(line):
    """The workflow command in a line, or None."""
    line = line.lstrip(" \t")
    if not line.startswith("::"):
        return None
    end = line.find("::", 2)
    if end < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    properties = {}
    for pair in rest.strip().split(","):
        key, separator, value = pair.partition("=")
        if separator and value:
            for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
                value = value.replace(code, character)
            properties[key.strip().lower()] = value
    message = line[end + 2:]
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        message = message.replace(code, character)
    return Command(name.lower(), properties, message)


class Reader(html.parser.HTMLParser):
    """What a summary is made of once it is HTML."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.rows, self.cells, self.headings, self.blocks = collections.Counter(), [], None, [], []
        self.open = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        elif tag in ("h3", "h4"):
            self.headings.append("")
        elif tag == "pre":
            self.blocks.append("")

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data):
        for tag, into in (("td", self.rows[-1:] and self.rows[-1]), ("h4", self.headings), ("pre", self.blocks)):
            if tag in self.open and into:
                into[-1] += data


def rendered(file):
    ended = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough", str(file)],
                           capture_output=True, check=True, timeout=300)
    return Reader(ended.stdout.decode())


class Annotations(unittest.TestCase):
    def test_each_line_is_one_command_with_the_limits_kept(self):
        for file in sorted(GOLDEN.glob("*.txt")):
            with self.subTest(file.name):
                commands = [read_command(line) for line in file.read_text(encoding="utf-8").splitlines()]
                self.assertNotIn(None, commands)
                self.assertLessEqual(set(command.name for command in commands), {"error", "warning", "notice"})
                for count in collections.Counter(command.name for command in commands).values():
                    self.assertLessEqual(count, 10)
                for command in commands:
                    self.assertLessEqual(len(command.message), 4096)
                    self.assertTrue(command.properties["title"])
                    self.assertFalse(command.properties.get("file", "x").startswith(("/", "..")))
        self.assertGreaterEqual(len(list(GOLDEN.glob("*.txt"))), 4)

    def test_text_arrives_as_it_was(self):
        commands = [read_command(line)
                    for line in (GOLDEN / "sample.txt").read_text(encoding="utf-8").splitlines()]
        warning = next(command for command in commands if command.properties["title"] == "grapnel: a|b")
        self.assertEqual(warning.message, "dependency <x> is not declared\n::error::nor is | this")
        flaky = next(command for command in commands if command.properties["title"] == "Flaky: row31_flaky (build)")
        self.assertIn("infra_failure after 0.800 s", flaky.message)


class Summary(unittest.TestCase):
    def test_hostile_text_stays_text(self):
        read = rendered(GOLDEN / "sample.md")
        self.assertLessEqual(set(read.tags), {"h3", "h4", "p", "table", "thead", "tbody", "tr", "th", "td", "pre", "code",
                                              "ul", "li"})
        self.assertEqual(read.tags["table"], 1)
        self.assertTrue(all(len(row) == 6 for row in read.rows), [row for row in read.rows if len(row) != 6])
        self.assertEqual(len(read.rows), 1 + 58)
        names = {row[0] for row in read.rows}
        for name in ("a|b", "|", "line\\nfeed", "<script>alert(1)</script>", "]]>", "--> </svg> &amp; &",
                     "\"quoted\" 'twice' `thrice`", "$(reboot); %0A::error::"):
            self.assertIn(name, names)

    def test_each_failure_has_its_block(self):
        read = rendered(GOLDEN / "sample.md")
        text = (GOLDEN / "sample.md").read_text(encoding="utf-8")
        self.assertLessEqual(len(text.encode()), 1 << 20)
        self.assertEqual(len(read.blocks), 40)
        self.assertEqual(len(read.headings), 42)  # and the whole, and the warnings
        fences = next(block for heading, block in zip(read.headings[1:], read.blocks)
                      if heading == "hostile_fences (link)")
        self.assertIn("# heading | cell |", fences)
        self.assertIn("````````", fences)
        self.assertFalse(re.search("[\x00-\x08\x0b-\x1f]", text))


if __name__ == "__main__":
    unittest.main()
