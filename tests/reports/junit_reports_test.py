# SPDX-License-Identifier: BSD-3-Clause
"""The golden files of --report junit: valid by the schema that states the common form, and they say what the table says."""

import pathlib
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
XSD = ROOT / "tests/schema/junit.xsd"
FILES = sorted((ROOT / "tests/golden/junit").glob("*.xml"))

# Spec: ci-reporting, section 4, the column JUnit. Rows 1, 30 and 31 pass; 29 is skipped.
FAILURES = {2, 3, 4, 5, 9, 10, 25, 26}
ERRORS = {6: "infra_failure", 7: "uncategorized", 8: "uncategorized", 11: "infra_failure", 12: "infra_failure",
          13: "infra_failure", 14: "uncategorized", 15: "uncategorized", 16: "uncategorized", 17: "uncategorized",
          18: "infra_failure", 19: "uncategorized", 20: "uncategorized", 21: "timed_out", 22: "timed_out",
          23: "canceled", 24: "infra_failure", 27: "uncategorized", 32: "timed_out"}


def xmllint(text):
    return subprocess.run(["xmllint", "--noout", "--nonet", "--schema", str(XSD), "-"], input=text,
                          capture_output=True, check=False, timeout=300)


class JunitReports(unittest.TestCase):
    def test_are_valid(self):
        self.assertGreaterEqual(len(FILES), 4)
        for file in FILES:
            with self.subTest(file.name):
                ended = xmllint(file.read_bytes())
                self.assertEqual(ended.returncode, 0, ended.stderr.decode())

    def test_the_schema_refuses_what_breaks_one_of_the_two(self):
        good = (ROOT / "tests/golden/junit/sample.xml").read_text(encoding="utf-8")
        for old, new in (("<testsuites>", '<testsuites name="x">'), ('hostname="localhost"', ""),
                         ('timestamp="2026-11-22T10:00:00"', 'timestamp="2026-11-22T10:00:00Z"'),
                         ("<system-err></system-err>", ""), ('time="1.250"', 'time="1e-05"'),
                         ('time="1.250"', 'time="1.250" file="x"'),
                         ("</failure>\n    </testcase>", "</failure><system-out/>\n    </testcase>")):
            self.assertIn(old, good)
            self.assertNotEqual(xmllint(good.replace(old, new, 1).encode()).returncode, 0, f"{old} -> {new}")

    def test_counts_are_right(self):
        for file in FILES:
            for suite in ElementTree.parse(file).getroot():
                with self.subTest(f"{file.name} {suite.get('name')}"):
                    self.assertEqual(int(suite.get("tests")), len(suite.findall("testcase")))
                    self.assertEqual(int(suite.get("failures")), len(suite.findall("testcase/failure")))
                    self.assertEqual(int(suite.get("errors")), len(suite.findall("testcase/error")))
                    self.assertEqual(int(suite.get("skipped")), len(suite.findall("testcase/skipped")))

    def test_names_are_unique_in_a_file(self):
        # GitLab takes test cases of one name for one, across suites.
        for file in FILES:
            with self.subTest(file.name):
                names = [(case.get("classname"), case.get("name")) for case in ElementTree.parse(file).iter("testcase")]
                self.assertEqual(len(names), len(set(names)))

    def test_hooks_that_a_front_end_asked_for_are_one_suite(self):
        (suite,) = ElementTree.parse(ROOT / "tests/golden/junit/daemon.xml").getroot()
        self.assertEqual(suite.get("name"), "hook runs")
        verdicts = {case.get("name"): [child.tag for child in case] for case in suite.iter("testcase")}
        self.assertEqual(verdicts["build_wheel (2)"], [])
        self.assertEqual(verdicts["build_editable"], ["skipped"])
        self.assertEqual(verdicts["build_sdist (2)"], ["error"])

    def test_each_row_is_what_the_table_says(self):
        seen = set()
        for case in ElementTree.parse(ROOT / "tests/golden/junit/sample.xml").iter("testcase"):
            package = case.get("classname")
            if not package.startswith("row") or not package[3:5].isdigit():
                continue
            row = int(package[3:5])
            seen.add(row)
            verdicts = [(child.tag, child.get("type")) for child in case]
            if row in FAILURES:
                self.assertEqual(verdicts, [("failure", "build_failure")], package)
            elif row in ERRORS:
                self.assertEqual(verdicts, [("error", ERRORS[row])], package)
            elif row == 29:
                self.assertEqual(verdicts, [("skipped", None)], package)
            elif row != 0:
                self.assertEqual(verdicts, [], package)
        self.assertEqual(seen, set(range(33)) - {28})

    def test_text_arrives(self):
        names = {case.get("classname") for case in ElementTree.parse(ROOT / "tests/golden/junit/sample.xml").iter("testcase")}
        for name in ("]]>", "<script>alert(1)</script>", "line\nfeed", "\"quoted\" 'twice' `thrice`", "long" + "g" * 10000):
            self.assertIn(name, names)
        text = (ROOT / "tests/golden/junit/sample.xml").read_text(encoding="utf-8")
        self.assertEqual([hex(ord(c)) for c in set(text) if (ord(c) < 32 and c not in "\n") or c in "\ufffe\uffff"], [])
        root = ElementTree.fromstring(text.encode())
        self.assertIn("attempts: infra_failure after 0.800 s", root.find("testsuite/system-out").text)


if __name__ == "__main__":
    unittest.main()
