# SPDX-License-Identifier: BSD-3-Clause
"""The documents that the tests of this run wrote (tests/support/collect_documents.hpp): what grapnel and its SDK wrote is
valid, and of each document the schema and `grapnel validate` say the same.

Usage: documents_test.py GRAPNEL DIRECTORY SAMPLES, where SAMPLES is a program that writes some of each kind: a run of
few tests has documents too.
"""

import json
import pathlib
import subprocess
import sys
import unittest

import documents

GRAPNEL = DIRECTORY = SAMPLES = None
# What the samples give at least, so that a collector that finds nothing is noticed.
AT_LEAST = {"build-input": 20, "build-output": 20, "link-input": 10, "link-output": 10, "result": 15}


def parsed(file):
    try:
        return documents.read_json(file.read_bytes())
    except documents.NotJson:
        return None


def is_link(input_document):
    """A build hook is always told whether linking is enabled, a link hook never."""
    config = input_document.get("config") if isinstance(input_document, dict) else None
    return not (isinstance(config, dict) and "linking_enabled" in config)


def is_ours(kind, file, document):
    """Whether grapnel or its SDK wrote it: sorted, indented, complete. No test writes by hand like that."""
    members = {
        "build-input": ("assets", "config", "out_dir_shared", "out_file"),
        "link-input": ("assets", "assets_from_linking", "config", "out_dir_shared", "out_file"),
        "build-output": ("assets", "assets_for_build", "assets_for_linking", "dependencies", "status", "timestamp"),
        "link-output": ("assets", "assets_for_linking", "dependencies", "status", "timestamp"),
        "result": ("dependencies", "encodedAssets", "outcome"),
    }[kind]
    if not isinstance(document, dict) or not all(member in document for member in members):
        return False
    # A hook may have broken a rule on purpose, and then its output was put aside.
    if file.name == "output.failed.json" and document["status"] != "failure":
        return False
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False)
    return file.read_text(encoding="utf-8").rstrip("\n") == text


class Documents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        ended = subprocess.run([SAMPLES], capture_output=True, text=True, check=False, timeout=600)
        if ended.returncode != 0:
            raise AssertionError(f"{SAMPLES} failed:\n{ended.stdout}{ended.stderr}")
        cls.files = {kind: [] for kind in documents.KINDS}
        cls.native_assets = []
        for place in sorted(pathlib.Path(DIRECTORY).iterdir()):
            if (place / "result.json").exists():
                cls.files["result"].append(place / "result.json")
                continue
            if (place / "native-assets.json").exists():
                cls.native_assets.append(place / "native-assets.json")
                continue
            side = "link" if is_link(parsed(place / "input.json")) else "build"
            cls.files[f"{side}-input"].append(place / "input.json")
            cls.files[f"{side}-output"] += [place / name for name in ("output.json", "output.failed.json")
                                            if (place / name).exists()]

    def test_are_judged_alike_and_ours_are_valid(self):
        for kind, files in self.files.items():
            with self.subTest(kind):
                self.check(kind, files)

    def test_mappings_of_native_assets_are_valid(self):
        validator = documents.validator("native-assets")
        for file in self.native_assets:
            with self.subTest(str(file)):
                validator.validate(parsed(file))
        self.assertGreaterEqual(len(self.native_assets), 5)

    def check(self, kind, files):
        validator = documents.validator(kind)
        found = documents.verdicts(GRAPNEL, kind, files)
        ours, valid, faults = 0, 0, []
        for file in files:
            document = parsed(file)
            errors = ["not JSON"] if document is None else [
                f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(document)]
            grapnels = found[str(file)]["errors"]
            valid += not errors
            if bool(errors) != bool(grapnels):
                faults.append(f"{file}: the schema says {errors or 'valid'}, grapnel {grapnels or 'valid'}")
            if document is not None and is_ours(kind, file, document):
                ours += 1
                if errors:
                    faults.append(f"{file}: grapnel or its SDK wrote it, and it is invalid: {errors}")
        print(f"{kind}: {len(files)} documents, {valid} of them valid, {ours} written by grapnel or its SDK")
        self.assertEqual(faults, [], "\n" + "\n".join(faults[:30]))
        self.assertGreaterEqual(ours, AT_LEAST[kind])


if __name__ == "__main__":
    SAMPLES, DIRECTORY, GRAPNEL = sys.argv.pop(), sys.argv.pop(), sys.argv.pop()
    unittest.main()
