# SPDX-License-Identifier: BSD-3-Clause
"""examples/daemon/native_backend: built against an installed grapnel, run through the channel and by `grapnel daemon`;
its wheel is checked line by line, installed by pip and imported.

native_backend_test.py EXAMPLE; the rest is in the environment, see consumer.sh.
"""

import base64
import csv
import hashlib
import io
import os
import pathlib
import platform
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

EXAMPLE = pathlib.Path(sys.argv.pop(1))
CMAKE = os.environ["GRAPNEL_CMAKE"]
WORK = pathlib.Path(os.environ["GRAPNEL_WORK_DIR"])
TAG = f"cp38-abi3-linux_{platform.machine()}"
WHEEL = f"tally-1.0-{TAG}.whl"
DIST_INFO = "tally-1.0.dist-info"


def clean_environment():
    """Nothing of a surrounding Python or pip."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "PYTHON", "VIRTUAL_ENV"))}


def run(*arguments, **options):
    """The standard output of a command that has to succeed."""
    end = subprocess.run([str(a) for a in arguments], capture_output=True, text=True, check=False,
                         stdin=subprocess.DEVNULL, env=options.pop("env", clean_environment()), **options)
    if end.returncode != 0:
        raise AssertionError(f"{arguments}: exit code {end.returncode}\n{end.stdout}\n{end.stderr}")
    return end.stdout


class Worker:
    """The backend's process, with the daemon's side of its channel (hooks_api/pep517/channel.hpp)."""

    def __init__(self, tree, environment):
        self.tree = tree
        self.count = 0
        self.read_calls, self.write_calls = os.pipe()
        self.read_answers, self.write_answers = os.pipe()
        paths = [f"/proc/{os.getpid()}/fd/{fd}" for fd in (self.read_calls, self.write_answers)]
        self.process = subprocess.Popen([tree / "build/tally-backend", *paths], stdin=subprocess.DEVNULL,
                                        env=environment)
        assert self.answer()[:3] == ["", "READY", "native"]

    def answer(self):
        line = b""
        while not line.endswith(b"\n"):
            byte = os.read(self.read_answers, 1)
            line += byte
        fields = []
        for size in map(int, line.split()):
            field = b""
            while len(field) < size:
                field += os.read(self.read_answers, size - len(field))
            fields.append(field.decode())
        return fields

    def call(self, hook, *arguments):
        """(kind, text, infra) and what was printed. An argument is None, a dict or a path."""
        self.count += 1
        streams = [self.tree / f"{name}.{self.count}" for name in ("out", "err")]
        for stream in streams:
            stream.write_text("")
        fields = [str(self.count), "kept", self.tree, *streams, "", "", hook]
        fields += ["-" if a is None else f"j{a}" if str(a).startswith("{") else f"s{a}" for a in arguments]
        fields = [str(f).encode() for f in fields]
        os.write(self.write_calls, " ".join(str(len(f)) for f in fields).encode() + b"\n" + b"".join(fields))
        nonce, kind, text, _, infra = self.answer()
        assert nonce == str(self.count)
        return (kind, text, infra), streams[0].read_text() + streams[1].read_text()

    def close(self):
        os.close(self.write_calls)
        code = self.process.wait()
        for fd in (self.read_calls, self.read_answers, self.write_answers):
            os.close(fd)
        return code


class NativeBackend(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="grapnel tést ", ignore_cleanup_errors=True)
        cls.addClassCleanup(cls.directory.cleanup)
        cls.built = pathlib.Path(cls.directory.name).resolve() / "built tally"
        shutil.copytree(EXAMPLE, cls.built)
        run(CMAKE, "-S", cls.built, "-B", cls.built / "build", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
            f"-DCMAKE_PREFIX_PATH={WORK / 'hooks prefix'}", "-DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF")
        run(CMAKE, "--build", cls.built / "build")

    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="grapnel tést ", ignore_cleanup_errors=True)
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name).resolve()
        self.tree = self.place / "tally"
        shutil.copytree(EXAMPLE, self.tree)
        (self.tree / "build").mkdir()
        shutil.copy2(self.built / "build/tally-backend", self.tree / "build")
        self.dist = self.place / "dist"

    def worker(self, **environment):
        worker = Worker(self.tree, clean_environment() | environment)
        self.addCleanup(lambda: self.assertEqual(worker.close(), 0))
        return worker

    def build(self, settings=None, worker=None):
        end, printed = (worker or self.worker()).call("build_wheel", self.dist, settings, None)
        self.assertEqual(end, ("OK", WHEEL, ""), printed)
        return self.dist / WHEEL

    def install_and_run(self, wheel, code):
        site = self.place / "site"
        run("/usr/bin/python3", "-m", "pip", "install", "--no-index", "--no-deps", "--no-cache-dir",
            "--disable-pip-version-check", "--target", site, wheel)
        return run("/usr/bin/python3", "-B", "-c", f"import sys; sys.path.insert(0, {str(site)!r})\n{code}",
                   cwd=self.place)

    def test_wheel_is_valid_and_pip_installs_it(self):
        wheel = self.build()
        run("/usr/bin/python3", "-m", "zipfile", "-t", wheel)
        output = self.install_and_run(wheel, "import tally, importlib.metadata as m\n"
                                             "print(tally.count('banana'), tally.START, m.version('tally'))\n"
                                             "try: tally.count(1)\nexcept TypeError as e: print(e)")
        self.assertEqual(output, "{'b': 1, 'a': 3, 'n': 2} 0 1.0\n'int' object is not iterable\n")
        self.assertEqual(sorted(p.name for p in self.dist.iterdir()), [WHEEL])

    def test_record_holds_each_file(self):
        with zipfile.ZipFile(self.build()) as archive:
            self.assertIsNone(archive.testzip())
            names = archive.namelist()
            self.assertEqual(names, [f"{DIST_INFO}/METADATA", f"{DIST_INFO}/WHEEL", "tally/__init__.py",
                                     "tally/_tally.abi3.so", f"{DIST_INFO}/RECORD"])
            for info in archive.infolist():
                self.assertEqual(info.date_time, (1980, 1, 1, 0, 0, 0))
                self.assertEqual(info.compress_type, zipfile.ZIP_STORED)
                self.assertEqual(info.external_attr >> 16, stat.S_IFREG | 0o644)
            rows = list(csv.reader(io.StringIO(archive.read(names[-1]).decode())))
            self.assertEqual([row[0] for row in rows], names)
            self.assertEqual(rows[-1][1:], ["", ""])
            for name, digest, size in rows[:-1]:
                content = archive.read(name)
                expected = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
                self.assertEqual((digest, size), (f"sha256={expected}", str(len(content))), name)
            wheel = archive.read(f"{DIST_INFO}/WHEEL").decode().splitlines()
            self.assertIn("Root-Is-Purelib: false", wheel)
            self.assertIn(f"Tag: {TAG}", wheel)
            metadata = archive.read(f"{DIST_INFO}/METADATA").decode().splitlines()
            self.assertEqual(metadata[:3], ["Metadata-Version: 2.1", "Name: tally", "Version: 1.0"])

    def test_wheel_is_the_same_each_time(self):
        worker = self.worker()
        first = self.build(worker=worker).read_bytes()
        os.utime(self.tree / "src/tally/__init__.py", (1, 1))
        self.assertEqual(self.build(worker=worker).read_bytes(), first)

    def test_prepared_metadata_goes_into_the_wheel(self):
        worker = self.worker()
        end, _ = worker.call("prepare_metadata_for_build_wheel", self.place / "meta", None)
        self.assertEqual(end, ("OK", DIST_INFO, ""))
        prepared = self.place / "meta" / DIST_INFO
        self.assertEqual(sorted(p.name for p in prepared.iterdir()), ["METADATA", "WHEEL"])
        (prepared / "entry_points.txt").write_text("[console_scripts]\n")
        end, _ = worker.call("build_wheel", self.dist, None, prepared)
        self.assertEqual(end[0], "OK")
        with zipfile.ZipFile(self.dist / WHEEL) as archive:
            for file in prepared.iterdir():
                self.assertEqual(archive.read(f"{DIST_INFO}/{file.name}"), file.read_bytes())

    def test_sdist_builds_the_same_wheel(self):
        worker = self.worker()
        end, _ = worker.call("build_sdist", self.dist, None)
        self.assertEqual(end, ("OK", "tally-1.0.tar.gz", ""))
        first = (self.dist / "tally-1.0.tar.gz").read_bytes()
        worker.call("build_sdist", self.dist, None)
        self.assertEqual((self.dist / "tally-1.0.tar.gz").read_bytes(), first)
        run("gzip", "--test", self.dist / "tally-1.0.tar.gz")
        with tarfile.open(self.dist / "tally-1.0.tar.gz") as archive:
            self.assertEqual({m.name.split("/")[0] for m in archive}, {"tally-1.0"})
            archive.extractall(self.place / "from sdist")
        unpacked = self.place / "from sdist/tally-1.0"
        for file in EXAMPLE.rglob("*"):
            if file.is_file() and file.name != "requests.txt":
                self.assertEqual((unpacked / file.relative_to(EXAMPLE)).read_bytes(), file.read_bytes())
        self.assertIn("Name: tally\n", (unpacked / "PKG-INFO").read_text())
        wheel = self.build(worker=worker).read_bytes()
        (unpacked / "build").mkdir()
        shutil.copy2(self.built / "build/tally-backend", unpacked / "build")
        self.tree = unpacked
        self.assertEqual(self.build().read_bytes(), wheel)

    def test_config_settings_reach_the_compiler(self):
        wheel = self.build('{"cflags": ["-DTALLY_START=5", "-O0"]}')
        self.assertEqual(self.install_and_run(wheel, "import tally; print(tally.START, tally.count('a'))"),
                         "5 {'a': 6}\n")
        (_, text, _), _ = self.worker().call("build_wheel", self.dist, '{"cflags": 1}', None)
        self.assertEqual(text, "BuildException: the config setting cflags is no text")

    def test_a_source_that_does_not_compile_is_a_build_exception(self):
        source = self.tree / "src/tally/_tally.c"
        source.write_text(source.read_text() + "\nint broken = undeclared;\n")
        (kind, text, infra), printed = self.worker().call("build_wheel", self.dist, None, None)
        self.assertEqual((kind, infra), ("HookRuntimeError", ""))
        self.assertTrue(text.startswith("BuildException: cannot compile 'src/tally/_tally.c': "), text)
        self.assertIn("undeclared", text)
        self.assertIn("undeclared", printed)

    def test_a_missing_compiler_is_an_infra_exception(self):
        (kind, text, infra), _ = self.worker(PATH=str(self.place)).call("build_wheel", self.dist, None, None)
        self.assertEqual((kind, infra), ("HookRuntimeError", "infra"))
        self.assertTrue(text.startswith("InfraException: cannot start 'cc': No such file"), text)

    def test_a_full_disk_is_an_infra_exception(self):
        self.dist.mkdir()
        os.symlink("/dev/full", self.dist / f"{WHEEL}.part")
        (kind, text, infra), _ = self.worker().call("build_wheel", self.dist, None, None)
        self.assertEqual((kind, infra), ("HookRuntimeError", "infra"))
        self.assertIn(f"cannot write '{self.dist / WHEEL}': No space left on device", text)
        self.assertFalse((self.dist / WHEEL).exists())

    def test_through_the_daemon(self):
        with open(self.tree / "requests.txt", encoding="utf-8") as requests:
            end = subprocess.run([WORK / "full prefix/bin/grapnel", "daemon"], cwd=self.tree, stdin=requests,
                                 capture_output=True, text=True, check=False, env=clean_environment())
        self.addCleanup(lambda: [os.remove(line.split(" ", 1)[1]) for line in end.stdout.splitlines()
                                 if line.startswith(("STDOUT ", "STDERR "))])
        lines = end.stdout.splitlines()
        self.assertEqual((end.returncode, lines[-1]), (0, "SHUTDOWN"), end.stdout + end.stderr)
        self.assertIn(f"OK {WHEEL}", lines)
        self.assertIn("'a': 3", self.install_and_run(self.tree / "dist" / WHEEL,
                                                     "import tally; print(tally.count('banana'))"))


if __name__ == "__main__":
    unittest.main()
