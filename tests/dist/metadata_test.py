# SPDX-License-Identifier: BSD-3-Clause
"""METADATA, entry_points.txt and the normal forms of versions, requirements and licenses: ours are those of hatchling.

Debian has hatchling 1.12.2; what 1.32 does otherwise is in expected().

Arguments: the program show_metadata.
"""

import email
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import unittest

from hatchling.builders.wheel import WheelBuilder
from hatchling.licenses.parse import normalize_license_expression
from hatchling.metadata.core import ProjectMetadata
from hatchling.metadata.spec import get_core_metadata_constructors
from hatchling.metadata.utils import get_normalized_dependency
from hatchling.plugin.manager import PluginManager
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

SHOW = os.path.abspath(sys.argv.pop(1))

BASE = '[project]\nname = "My.Demo__Pkg"\nversion = "1.0-alpha1"\n'

# Each project: its files, and pyproject.toml.
PROJECTS = {
    "smallest": BASE,
    "texts": BASE
    + """
description = "It does things: all of them, ünï"
requires-python = " >=3.8 , <4,!=3.9.*"
keywords = ["b", "a", "b", "C"]
classifiers = [
  "Programming Language :: Python :: 3.10",
  "Programming Language :: Python :: 3.9",
  "Private :: Do Not Upload",
  "License :: OSI Approved :: MIT License",
  "Programming Language :: Python :: 3",
  "Programming Language :: Python :: 3.9",
  "Environment :: GPU :: NVIDIA CUDA :: 10.0",
  "Environment :: GPU :: NVIDIA CUDA :: 9.0",
]
""",
    "readme": {"README.md": "# Title\r\n\r\nText with ü\rend\n", "pyproject.toml": BASE + 'readme = "README.md"\n'},
    "readme_rst": {"docs/READ.RST": "Title\n=====\n", "pyproject.toml": BASE + 'readme = "docs/READ.RST"\n'},
    "readme_empty": {"README.txt": "", "pyproject.toml": BASE + 'readme = "README.txt"\n'},
    "readme_table": BASE + 'readme = {text = "Some\\r\\ntext", content-type = "text/plain"}\n',
    "readme_file_table": {
        "README": "plain",
        "pyproject.toml": BASE + 'readme = {file = "./README", content-type = "text/x-rst", charset = "utf-8"}\n',
    },
    "people": BASE
    + """
authors = [
  {name = "A. Name", email = "a@example.com"},
  {name = "Only, Name"},
  {email = "b+c@example.com"},
  {name = "Jürgen", email = "j@example.com"},
  {name = 'Q "uoted" \\ name', email = '"a b"@example.com'},
  {name = "Another"},
]
maintainers = [{name = "M", email = '"plain"@[1.2.3.4]'}, {name = "", email = " d@ü.example "}]
""",
    "license_text": BASE + 'license = {text = "First\\n\\n  third\\fsecond\\r\\nlast\\n"}\n',
    "license_empty_lines": BASE + 'license = {text = "\\nsecond"}\n',
    "license_file": {
        "LICENSE": "The text\nof it\n",
        "pyproject.toml": BASE + 'license = {file = "LICENSE"}\n',
    },
    "license_expression": {
        "LICENSE.txt": "",
        "LICENCE-2": "",
        "NOTICE": "",
        "AUTHORS.md": "",
        "COPYING/a": "",
        "sub/LICENSE": "",
        "pyproject.toml": BASE + 'license = "mit OR (apache-2.0 with llvm-exception)"\n',
    },
    "license_paths": {
        "legal/b": "",
        "a": "",
        "pyproject.toml": BASE + 'license-files = {paths = ["legal/b", "./a"]}\n',
    },
    "license_globs": {
        "legal/b.txt": "",
        "legal/.c.txt": "",
        "legal/d[1].txt": "",
        "legal/sub/e.txt": "",
        "a": "",
        "pyproject.toml": BASE + 'license-files = {globs = ["legal/[b-c].*", "nothing*", "leg?l/[!a-c]*", "a"]}\n',
    },
    "urls": BASE + '[project.urls]\n"Home page" = "https://example.com"\nA = "https://example.com/a"\n',
    "dependencies": BASE
    + """
dependencies = [
  "Foo_Bar[B,a_C] >=1.0 , <2 ; python_version < \\"3.8\\"",
  "zlib.ng",
  "Alpha (==1.0RC1)",
  "zlib-ng",
  "beta; (os_name == 'a' or os_name=='b') and (python_implementation!='c')",
]
""",
    "features": BASE
    + """
dependencies = ["a"]
[project.optional-dependencies]
Test_Ing = ["pytest", "A>=1; os_name == 'nt'", "b; os_name=='x' or os_name=='y'"]
docs = []
"all.of-it" = ["c[d]~=2.0; extra == 'x'"]
""",
    "urls_in_dependencies": BASE
    + """
dependencies = ["a @ https://example.com/a.whl", "b @ {root:uri}/b.whl ; os_name=='nt'", "c @ {env:NO_SUCH:file:///c}"]
[project.optional-dependencies]
x = ["d @ https://example.com/d.whl", "e @ https://example.com/e.whl ; os_name=='nt'"]
[tool.hatch.metadata]
allow-direct-references = true
""",
    "scripts": BASE
    + """
[project.scripts]
zz = "a.b:c"
"a b" = "a:main [extra]"
[project.gui-scripts]
g = "h:i"
[project.entry-points."some.group"]
y = "a"
x = "b:c"
[project.entry-points.another]
"q.r" = "s"
[project.entry-points.empty]
""",
    "only_entry_points": BASE + '[project.entry-points.a]\nb = "c"\n',
    "python_2": BASE + 'requires-python = ">=2.7,!=3.0.*,!=3.1.*"\n',
    "python_2_only": BASE + 'requires-python = "~=2.7"\n',
    "dynamic_version": {
        "src/about.py": 'import x\n__version__ = "v2.0.post1"\n',
        "pyproject.toml": '[project]\nname = "demo"\ndynamic = ["version"]\n'
        '[tool.hatch.version]\npath = "src/about.py"\n',
    },
    "dynamic_pattern": {
        "about.txt": "a\nnumber: 3.1 \n",
        "pyproject.toml": '[project]\nname = "demo"\ndynamic = ["version"]\n'
        "[tool.hatch.version]\nsource = 'regex'\npath = \"about.txt\"\npattern = '^number: (?P<version>\\S+)'\n",
    },
    "dynamic_environment": '[project]\nname = "demo"\ndynamic = ["version"]\n'
    '[tool.hatch.version]\nsource = "env"\nvariable = "METADATA_TEST_VERSION"\n',
    "hatch_toml": {
        "v.py": "VERSION = '4'\n",
        "hatch.toml": '[version]\npath = "v.py"\n',
        "pyproject.toml": '[project]\nname = "demo"\ndynamic = ["version"]\n[tool.hatch.version]\npath = "no"\n',
    },
}


def show(*arguments, lines=None):
    return subprocess.run(
        [SHOW, *arguments],
        input=None if lines is None else "".join(line + "\n" for line in lines).encode(),
        capture_output=True,
        check=True,
    ).stdout.decode()


def write(directory, project):
    files = project if isinstance(project, dict) else {"pyproject.toml": project}
    for name, text in files.items():
        path = os.path.join(directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)


def in_parentheses(headers):
    """1.32 has the marker of a feature's dependency in parentheses, which 1.12.2 forgets even where they matter."""
    return re.sub(r"(?m)^(Requires-Dist: .*?;) (.+) and (extra == '[^']+')$", r"\1 (\2) and \3", headers)


def expected(constructors, metadata, version):
    """What hatchling 1.32 writes, from what 1.12.2 does."""
    # Of 2.3 that of 1.12.2 has no License, and it does not know 2.4, whose fields it writes too early.
    known = "2.1" if version in ("2.3", "2.4") else version
    text = constructors[known](metadata)
    headers, blank, body = text.partition("\n\n")
    headers = headers.replace(f"Metadata-Version: {known}", f"Metadata-Version: {version}", 1)
    if version != "2.4":
        headers = re.sub(r"(?m)^License-Expression: ", "License: ", headers)
        headers = re.sub(r"(?m)^License-File: .*\n?", "", headers)
    headers = in_parentheses(headers)
    if not blank and not headers.endswith("\n"):
        headers += "\n"
    if version == "1.2" and metadata.core.license_expression:
        place = re.search(r"(?m)^(Keywords|Classifier|Requires-Python|Requires-Dist): ", headers)
        at = place.start() if place else len(headers)
        headers = headers[:at] + f"License: {metadata.core.license_expression}\n" + headers[at:]
    return headers + blank + body


class MetadataTest(unittest.TestCase):
    def test_core_metadata_is_hatchlings(self):
        constructors = get_core_metadata_constructors()
        os.environ["METADATA_TEST_VERSION"] = "1.2.c3"
        compared = 0
        for name, project in PROJECTS.items():
            with self.subTest(name), tempfile.TemporaryDirectory() as root:
                write(root, project)
                metadata = ProjectMetadata(root, PluginManager())
                metadata.validate_fields()
                for version in ("1.2", "2.1", "2.2", "2.3", "2.4"):
                    self.assertEqual(
                        show(root, version).splitlines(True),
                        expected(constructors, metadata, version).splitlines(True),
                        version,
                    )
                    compared += 1
                builder = WheelBuilder(root)
                self.assertEqual(show(root, "entry_points"), builder.construct_entry_points_file())
                self.assertEqual(show(root, "tag") + "-none-any", builder.get_default_tag())
                values = json.loads(show(root, "json"))
                self.assertEqual(values["normal_name"], metadata.core.name)
                self.assertEqual(values["version"], metadata.version)
                self.assertEqual(values["dependencies"], metadata.core.dependencies)
                self.assertEqual(values["optional_dependencies"], metadata.core.optional_dependencies)
        self.assertGreaterEqual(compared, 60)

    def test_others_read_it(self):
        with tempfile.TemporaryDirectory() as root:
            write(root, PROJECTS["readme"])
            message = email.message_from_string(show(root, "2.4"))
        self.assertEqual(message["Name"], "My.Demo__Pkg")
        self.assertEqual(message.get_payload(), "# Title\n\nText with ü\nend\n")


class NormalFormsTest(unittest.TestCase):
    """Pseudo-random texts of the alphabets that the grammars are made of."""

    def compare(self, kind, texts, theirs):
        texts = [text for text in dict.fromkeys(texts) if "\n" not in text]
        good = 0
        for text, ours in zip(texts, show(kind, lines=texts).splitlines()):
            try:
                other = theirs(text)
            except ValueError:
                other = "error"
            good += other != "error"
            self.assertEqual(ours, other, repr(text))
        self.assertGreater(good, len(texts) / 20, "hardly a text was a good one")

    def pieces(self, alphabet, longest, count=20_000):
        rng = random.Random(7)
        return ["".join(rng.choices(alphabet, k=rng.randint(1, longest))) for _ in range(count)]

    TAGS = ["a", "b", "c", "rc", "alpha", "Beta", "pre", "preview", "post", "REV", "r", "dev", "+", "!", "v"]

    def test_versions(self):
        texts = self.pieces(["0", "1", "12", "03", ".", ".", "-", "_", " "] + self.TAGS, 7)
        rng = random.Random(8)
        separators = ["", "", ".", "-", "_"]
        for _ in range(20_000):
            text = rng.choice(["", "v", "1!", "0!"]) + rng.choice(["1", "1.0", "2.03.4"])
            for words in (["a", "b", "c", "rc", "alpha", "beta", "pre", "preview"], ["post", "rev", "r", ""], ["dev"]):
                if rng.random() < 0.5:
                    text += rng.choice(separators) + rng.choice(words) + rng.choice(separators)
                    text += rng.choice(["", "0", "7", "08"])
            text += rng.choice(["", "", "+l", "+1.a-b_02"])
            texts.append(text)
        self.compare("version", texts, lambda text: str(Version(text)))

    def specifier_texts(self):
        rng = random.Random(9)
        texts = []
        for _ in range(20_000):
            parts = []
            for _ in range(rng.randint(1, 3)):
                comparison = rng.choice(["==", "!=", "~=", ">=", "<=", "<", ">", "===", "="])
                version = rng.choice(["1", "1.0", "1.0.0", "2.*", "1.0a1", "1.0+l", "v1.2-RC.1", "1!2", "x", ""])
                parts.append(rng.choice(["", " "]) + comparison + rng.choice(["", " "]) + version)
            texts.append(",".join(parts))
        # packaging 23.0 takes === for == where two of a set are compared, and ~= apart as text.
        return [text for text in texts if text.count("===") < 2 and not re.search("~= ?v", text)]

    def test_specifiers(self):
        self.compare("specifiers", self.specifier_texts(), lambda text: str(SpecifierSet(text)))

    def test_allowed_versions(self):
        rng = random.Random(10)
        versions = ["1", "1.0", "1.0.1", "1.2", "2", "2.0", "1!2", "10.0"]
        texts = [rng.choice(versions) + " " + text for text in self.specifier_texts()]

        def theirs(text):
            version, _, specifiers = text.partition(" ")
            return "yes" if SpecifierSet(specifiers, prereleases=True).contains(version) else "no"

        # Nor can it compare by === with what is no version.
        texts = [text for text in texts if not re.search(r"=== ?(x|$|,|1\.0\+l|v|2\.\*)", text)]
        self.compare("allows", texts, theirs)

    def test_requirements(self):
        rng = random.Random(11)
        texts = []
        for _ in range(20_000):
            text = rng.choice(["a", "A.b_C", " a-1 ", "a-", ""])
            text += rng.choice(["", "", "[b]", "[ B_c , a.d ]", "[]", "[a b]"])
            text += rng.choice(["", " ", ">=1", " >= 1.0 ,<2", "(==1.*)", " @ https://h/p", "@ a+b://u@h/p@1 ", "=1"])
            comparisons = rng.randint(0, 3)
            if comparisons > 0:
                text += rng.choice([";", ";", " ; ", ""])
            for index in range(comparisons):
                if index > 0:
                    text += rng.choice([" and ", " or ", " and ", " or ", " "])
                text += rng.choice(["", "", "", "("])
                text += rng.choice(["os_name", "sys.platform", "python_implementation", "extra", "'a b'", "nope"])
                text += rng.choice(["==", " in ", " not  in ", " ~= ", " ="])
                text += rng.choice(["'x'", '"Y_z"', "python_version"])
                text += rng.choice(["", "", "", ")"])
            texts.append(text)

        # packaging 23.0 drops parentheses that are doubled, which changes what a marker says; looks at the first
        # comparison of extras alone; and takes a variable beside `extra` for a string.
        def alike(text):
            marker = text.partition(";")[2].replace(" ", "")
            extra = "extra" not in marker or not re.search(r"and|or|python|os_|sys|nope|\(", marker)
            return extra and "((" not in marker

        texts = [text for text in texts if alike(text)]
        self.compare("requirement", texts, lambda text: get_normalized_dependency(Requirement(text)))

    def test_licenses(self):
        rng = random.Random(12)
        texts = []
        for _ in range(20_000):
            words = []
            for _ in range(rng.randint(1, 3)):
                words.append(rng.choice(["", "", "("]))
                words.append(rng.choice(["MIT", "mit", "Apache-2.0", "gpl-2.0+", "MIT", "Nope", ""]))
                words.append(rng.choice(["", "", "with llvm-exception"]))
                words += [rng.choice(["", "", ")"]), rng.choice(["and", "OR"])]
            texts.append(" ".join(words[: rng.choice([-1, -1, -1, len(words)])]))
        # To hatchling 1.12 an empty pair of parentheses is no fault where Python does not evaluate it, but two that
        # open are one.
        texts = [text for text in texts if not re.search(r"\( *[()]", text)]
        self.compare("license", texts, normalize_license_expression)


if __name__ == "__main__":
    unittest.main()
