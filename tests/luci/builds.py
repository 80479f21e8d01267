# SPDX-License-Identifier: BSD-3-Clause
"""Reads Builds in their three forms, by protobuf itself, and says what a server would refuse.

The rules are those of spec: ci-reporting, sections 1.1 to 1.3.
"""

import functools
import os
import re
import subprocess
import tempfile

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf import text_format

PROTO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "buildbucket.proto")
TERMINAL = {"SUCCESS", "FAILURE", "INFRA_FAILURE", "CANCELED"}
MOST_SUMMARY = 3500


@functools.lru_cache(maxsize=None)
def build_class():
    """The class of Build messages, made by protoc from the schema."""
    with tempfile.TemporaryDirectory() as directory:
        described = os.path.join(directory, "descriptors")
        subprocess.run(
            ["protoc", "--proto_path", os.path.dirname(PROTO), "--include_imports", "--descriptor_set_out", described,
             PROTO],
            check=True, stdin=subprocess.DEVNULL)
        with open(described, "rb") as file:
            files = descriptor_pb2.FileDescriptorSet.FromString(file.read())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("buildbucket.v2.Build"))


def decode(data, extension):
    """A Build from its bytes; the readers refuse unknown names, duplicate keys and text that is no UTF-8."""
    build = build_class()()
    if extension == ".pb":
        build.MergeFromString(data)
        refuse_unknown(build)
    elif extension == ".json":
        json_format.Parse(data.decode("utf-8"), build)
    elif extension == ".textpb":
        text_format.Parse(data.decode("utf-8"), build)
    else:
        raise ValueError(extension)
    return build


def read(path):
    """A Build from a file, whose extension names its form."""
    with open(path, "rb") as file:
        return decode(file.read(), os.path.splitext(path)[1])


def refuse_unknown(build):
    """A field that the schema does not know would be one of ours with a wrong number."""
    for message in [build, build.output, *build.steps]:
        if len(message.UnknownFields()) != 0:
            raise ValueError("unknown fields in " + str(message)[:200])


def encode_input(properties, **fields):
    """The binary Build that a luciexe is given."""
    build = build_class()()
    build.id = 87654321
    build.builder.project, build.builder.bucket, build.builder.builder = "project", "try", "linux"
    build.create_time.FromJsonString("2026-11-22T10:00:00Z")
    build.start_time.FromJsonString("2026-11-22T10:00:05.5Z")
    build.status = 2
    json_format.ParseDict(properties, build.input.properties)
    for name, value in fields.items():
        setattr(build, name, value)
    return build.SerializeToString()


def status(message):
    """The name of a Build's, its output's or a step's status."""
    return message.DESCRIPTOR.fields_by_name["status"].enum_type.values_by_number[message.status].name


def faults(build, streamed=False):
    """What the server, or with `streamed` the host of a luciexe, would not accept; and our own promises."""
    found = []
    if status(build) != status(build.output):
        found.append("status differs from output.status")
    if build.summary_markdown != build.output.summary_markdown:
        found.append("the summaries differ")
    if build.status_details != build.output.status_details:
        found.append("the status details differ")
    if status(build) not in TERMINAL | {"STARTED"}:
        found.append("status " + status(build))
    terminal = status(build) in TERMINAL
    if terminal != build.HasField("end_time"):
        found.append("end_time does not fit to " + status(build))
    if "grapnel" not in build.output.properties:
        found.append("output.properties.grapnel is missing")
    if len(build.summary_markdown.encode()) > MOST_SUMMARY:
        found.append("the summary is too long")
    seen = set()
    for step in build.steps:
        found += [f"step {step.name!r}: {fault}" for fault in step_faults(step, seen, terminal, streamed)]
        seen.add(step.name)
    return found


def step_faults(step, seen, build_is_terminal, streamed):
    if not step.name or step.name in seen or "" in step.name.split("|"):
        yield "the name is empty, not unique or has an empty part"
    if "|" in step.name and step.name.rpartition("|")[0] not in seen:
        yield "its parent does not come earlier"
    if len(step.name.encode()) > 1000 or any(ord(c) < 32 or ord(c) == 127 for c in step.name):
        yield "the name is no name for people"
    if status(step) not in TERMINAL | {"STARTED"}:
        yield "status " + status(step)
    terminal = status(step) in TERMINAL
    if build_is_terminal and not terminal:
        yield "it is not terminal, the build is"
    if status(step) != "CANCELED" and not step.HasField("start_time"):
        yield "start_time is missing"
    if terminal != step.HasField("end_time"):
        yield "end_time does not fit to the status"
    if step.HasField("start_time") and terminal and step.end_time.ToNanoseconds() < step.start_time.ToNanoseconds():
        yield "it ends before it starts"
    if len(step.summary_markdown.encode()) > MOST_SUMMARY:
        yield "the summary is too long"
    names = [log.name for log in step.logs]
    if len(set(names)) != len(names):
        yield "two logs have one name"
    for log in step.logs:
        relative = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9:_.-]*(/[A-Za-z0-9][A-Za-z0-9:_.-]*)*", log.url)
        if not log.name or not log.url:
            yield "a log without name or url"
        if (log.view_url != "" or not relative) if streamed else (log.view_url == "" or ":" not in log.url):
            yield f"log {log.name}: url {log.url!r}, view_url {log.view_url!r}"
    for tag in step.tags:
        if not tag.key or not tag.value or len(tag.key.encode()) > 256 or len(tag.value.encode()) > 1024:
            yield "a tag that is empty or too long: " + tag.key
        if not tag.key.startswith("grapnel."):
            yield "a tag that is not ours: " + tag.key
