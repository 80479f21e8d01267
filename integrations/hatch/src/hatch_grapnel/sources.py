# SPDX-License-Identifier: BSD-3-Clause
"""The hooks' own files in a project: what an sdist needs, so that a wheel can be built of it, and what it must not
hold."""

import os

# Files of grapnel's, and directories of its own that hold nothing that cannot be made again.
CONFIGURATION = ("grapnel.toml",)
STATE = ("/.grapnel/", "/.dart_tool/")
# How programs and libraries begin: ELF, the forms of Mach-O, PE, an archive of objects.
BINARY = (b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",
          b"\xca\xfe\xba\xbe", b"MZ", b"!<arch>\n")
BINARY_SUFFIXES = (".o", ".obj", ".a", ".lib", ".so", ".dylib", ".dll", ".exe", ".pyc")


def is_binary(path):
    if path.endswith(BINARY_SUFFIXES):
        return True
    try:
        with open(path, "rb") as file:
            return file.read(8).startswith(BINARY)
    except OSError:
        return True  # it cannot be shipped either


def is_build_directory(path):
    name = os.path.basename(path)
    return name.startswith(".") or name == "__pycache__" or os.path.exists(os.path.join(path, "CMakeCache.txt"))


def pattern(relative):
    """Git's, for exactly this path."""
    special = "\\*?[]!# "
    return "/" + "".join("\\" + letter if letter in special else letter for letter in relative.replace(os.sep, "/"))


def collect(root, hook):
    """The relative paths of the sources below `root`, sorted, and patterns of what was built beside them. `hook`: where
    the hooks are, a directory or a file."""
    sources, built = [], []
    for name in CONFIGURATION:
        if os.path.isfile(os.path.join(root, name)):
            sources.append(name)
    place = os.path.normpath(os.path.join(root, hook))
    if os.path.relpath(place, root).split(os.sep)[0] == os.pardir:
        return sources, [*STATE]  # not the project's
    paths = [place] if os.path.isfile(place) else []
    for directory, names, files in os.walk(place):
        for name in names:
            if is_build_directory(os.path.join(directory, name)):
                built.append(pattern(os.path.relpath(os.path.join(directory, name), root)) + "/")
        names[:] = sorted(name for name in names if not is_build_directory(os.path.join(directory, name)))
        paths += [os.path.join(directory, name) for name in files]
    for path in sorted(path for path in paths if os.path.isfile(path)):
        relative = os.path.relpath(path, root)
        if is_binary(path):
            built.append(pattern(relative))
        else:
            sources.append(relative)
    return sources, [*STATE, *built]
