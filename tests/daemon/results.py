# SPDX-License-Identifier: BSD-3-Clause
"""What the results of build hooks hold."""

import os
import tarfile
import zipfile


def content(path):
    """What a result holds, but for times: (name, mode, bytes) of each member in order."""
    if os.path.isdir(path):
        return [(os.path.relpath(os.path.join(directory, name), path), read(os.path.join(directory, name)))
                for directory, _, names in sorted(os.walk(path)) for name in sorted(names)]
    if path.endswith(".whl"):
        with zipfile.ZipFile(path) as archive:
            return [(member.filename, member.external_attr, archive.read(member)) for member in archive.infolist()]
    with tarfile.open(path) as archive:
        return [(member.name, member.mode, member.linkname,
                 archive.extractfile(member).read() if member.isfile() else None) for member in archive]


def read(path):
    with open(path, "rb") as file:
        return file.read()
