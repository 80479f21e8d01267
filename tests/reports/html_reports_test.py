# SPDX-License-Identifier: BSD-3-Clause
"""--report html in a browser: it works, asks nobody for anything, and hostile text stays text.

Usage: html_reports_test.py WRITE_PAGES SCREENSHOTS: a program that writes pages, and where pictures of them are kept.
"""

import base64
import functools
import hashlib
import html.parser
import http.server
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from plain_environment import plain_environment

WRITE_PAGES = SCREENSHOTS = None
PATIENCE = 600  # seconds for one page, on a machine that does much else

# Runs behind the page's own script, and leaves what it saw in an attribute.
PROBE = """
addEventListener("load", () => {
  const table = document.querySelector("table.sortable");
  const column = (number) => [...table.tBodies[0].rows].map((row) => row.cells[number].dataset.value
                                                                  ?? row.cells[number].textContent);
  const button = (number) => table.tHead.rows[0].cells[number].querySelector("button");
  const seen = {before: column(3), background: getComputedStyle(document.body).backgroundColor, overflow:
                document.documentElement.scrollWidth > document.documentElement.clientWidth,
                bars: document.querySelectorAll("svg.timeline rect.bar").length,
                nodes: document.querySelectorAll("svg rect.node").length,
                evil: document.documentElement.dataset.evil ?? "", scripts: document.scripts.length};
  button(0).click();
  seen.names = column(0);
  button(0).click();
  seen.names_down = column(0);
  button(3).click();
  seen.times_down = column(3);
  button(3).click();
  seen.times_up = column(3);
  seen.sorted_by = table.tHead.rows[0].cells[3].getAttribute("aria-sort");
  document.documentElement.dataset.seen = JSON.stringify(seen);
});
"""


class Page(html.parser.HTMLParser):
    """What a page would load, and what it is made of."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.loads, self.tags, self.attributes, self.data, self.inside = [], set(), {}, [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "html":
            self.attributes = dict(attrs)
        for name, value in attrs:
            if name in ("src", "srcset", "data", "action", "poster", "background", "style") or name.startswith("on"):
                self.loads.append((tag, name, value))
            if name in ("href", "xlink:href") and not (value or "").startswith("#"):
                self.loads.append((tag, name, value))
        if tag == "script" or tag == "style":
            self.inside.append(tag)

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data):
        if self.inside:
            if re.search(r"url\(|@import|https?:|//[a-z]", data):
                self.loads.append((self.inside[-1], "contents", data))
        else:
            self.data.append(data)


class Browser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="grapnel pages ", ignore_cleanup_errors=True)
        cls.addClassCleanup(cls.directory.cleanup)
        cls.root = pathlib.Path(cls.directory.name)
        cls.pages = cls.root / "pages"
        cls.pages.mkdir()
        subprocess.run([WRITE_PAGES, str(cls.pages)], check=True, timeout=PATIENCE)
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        cls.runs = 0

    def browse(self, url, *arguments):
        """Runs the browser on a page; what it printed. No name leads to anybody."""
        type(self).runs += 1
        home = self.root / f"home {self.runs}"
        home.mkdir()
        environment = plain_environment(HOME=str(home), TMPDIR=str(home), XDG_CONFIG_HOME=str(home / "config"),
                                        XDG_CACHE_HOME=str(home / "cache"))
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY"):
            environment.pop(name, None)
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                   "--disable-background-networking", "--disable-component-update", "--disable-sync",
                   "--disable-extensions", "--hide-scrollbars", "--no-proxy-server",
                   "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                   f"--user-data-dir={home / 'data'}", *arguments, url]
        # A group of its own, so that none of the browser's processes stays behind.
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
                                   start_new_session=True)
        try:
            out, err = process.communicate(timeout=PATIENCE)
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        self.assertEqual(process.returncode, 0, err.decode(errors="replace"))
        return out.decode("utf-8")

    def requests(self, name):
        """What a browser that shows a page asks the server that it came from."""
        asked = []

        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_request(self, *_):
                asked.append(self.path)

            def log_message(self, *_):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=self.pages)) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            self.browse(f"http://127.0.0.1:{server.server_port}/{name}", "--dump-dom")
            server.shutdown()
        return [path for path in asked if path != "/favicon.ico"]  # which is no wish of the page's

    def probe(self, name, *arguments, change=lambda text: text):
        """What PROBE saw on a page. The page's policy lets it in by its digest, and nothing else."""
        digest = base64.b64encode(hashlib.sha256(PROBE.encode()).digest()).decode()
        text = change((self.pages / f"{name}.html").read_text(encoding="utf-8"))
        self.assertEqual(text.count("; script-src "), 1)
        text = text.replace("; script-src ", f"; script-src 'sha256-{digest}' ")
        page = self.pages / f"{name} probed.html"
        page.write_text(text.replace("</body>", f"<script>{PROBE}</script></body>"), encoding="utf-8")
        found = Page(self.browse(page.as_uri(), "--dump-dom", *arguments)).attributes
        self.assertIn("data-seen", found, found)
        return json.loads(found["data-seen"])

    def picture(self, name, as_name, *arguments):
        file = SCREENSHOTS / as_name
        file.unlink(missing_ok=True)
        self.browse((self.pages / f"{name}.html").as_uri(), f"--screenshot={file}", "--window-size=1280,1400", *arguments)
        data = file.read_bytes()
        self.assertTrue(data.startswith(b"\x89PNG\r\n"))
        self.assertGreater(len(data), 20_000, "an empty picture")

    def test_sorts_by_a_click(self):
        for name, count in (("hooks10", 10), ("hooks1000", 1000)):
            with self.subTest(name):
                seen = self.probe(name)
                self.assertEqual(len(seen["before"]), count)
                self.assertEqual(seen["before"], sorted(seen["before"], key=float, reverse=True), "not sorted as written")
                self.assertEqual(seen["names"], sorted(seen["names"]))
                self.assertEqual(len(set(seen["names"])), count)
                self.assertEqual(seen["names_down"], seen["names"][::-1])
                self.assertEqual(seen["times_down"], sorted(seen["before"], key=float, reverse=True))
                self.assertEqual(seen["times_up"], sorted(seen["before"], key=float))
                self.assertEqual(seen["sorted_by"], "ascending")
                self.assertGreaterEqual(seen["bars"], count * 8 // 10)
                self.assertEqual(seen["nodes"], min(count, 150))
                self.assertFalse(seen["overflow"], "the page is wider than its window")

    def test_asks_nobody_for_anything(self):
        for name in ("hooks10", "hooks1000", "sample"):
            with self.subTest(name):
                self.assertEqual(self.requests(f"{name}.html"), [f"/{name}.html"])
        for page in self.pages.glob("*.html"):
            if " " in page.name:
                continue  # a test changed it
            read = Page(page.read_text(encoding="utf-8"))
            self.assertEqual(read.loads, [], page.name)
            self.assertLessEqual(read.tags & {"img", "link", "iframe", "object", "embed", "form", "base", "audio", "video",
                                              "image", "use", "foreignobject"}, set())

    def test_the_test_would_see_a_request(self):
        text = (self.pages / "hooks10.html").read_text(encoding="utf-8")
        page = self.pages / "with picture.html"
        page.write_text(text.replace("default-src 'none'", "default-src *").replace("</h1>", '</h1><img src="x.png">'),
                        encoding="utf-8")
        self.assertEqual(self.requests("with%20picture.html"), ["/with%20picture.html", "/x.png"])
        page.write_text(text.replace("</h1>", '</h1><img src="x.png">'), encoding="utf-8")
        self.assertEqual(self.requests("with%20picture.html"), ["/with%20picture.html"], "its policy forbids it")

    def test_its_policy_stops_what_got_in(self):
        evil = "<script>document.documentElement.dataset.evil = 'ran'</script>" \
               "<p onclick=\"1\" style=\"position:fixed\"><img src=\"http://127.0.0.1:1/x.png\" " \
               "onerror=\"document.documentElement.dataset.evil = 'ran'\">"
        seen = self.probe("hooks10", change=lambda text: text.replace("</h1>", f"</h1>{evil}"))
        self.assertEqual(seen["evil"], "")

    def test_its_script_runs_under_its_policy(self):
        self.assertEqual(Page(self.browse((self.pages / "hooks10.html").as_uri(), "--dump-dom")).attributes.get("data-script"), "ran")

    def test_hostile_text_stays_text(self):
        seen = self.probe("sample")
        self.assertEqual(seen["scripts"], 2, "its own and the test's")
        for name in ("<script>alert(1)</script>", "]]>", "--> </svg> &amp; &", "a|b", "line\\nfeed",
                     "nul \\x00 esc \\x1b[31m c1 \\xc2\\x9b", "$(reboot); %0A::error::"):
            self.assertIn(name, seen["names"])
        text = (self.pages / "sample.html").read_text(encoding="utf-8")
        self.assertEqual({hex(ord(c)) for c in text if ord(c) < 32 and c not in "\n\t"}, set())
        self.assertIn("</script><script>alert(1)</script> &lt;", "".join(Page(text).data))

    def test_is_light_and_dark(self):
        light = self.probe("hooks10", "--blink-settings=preferredColorScheme=1")["background"]
        dark = self.probe("hooks10", "--blink-settings=preferredColorScheme=0")["background"]
        brightness = {scheme: sum(map(int, re.findall("[0-9]+", colour)[:3]))
                      for scheme, colour in (("light", light), ("dark", dark))}
        self.assertGreater(brightness["light"], 700)
        self.assertLess(brightness["dark"], 150)

    def test_pictures(self):
        for name in ("hooks10", "hooks1000"):
            self.picture(name, f"{name}-light.png", "--blink-settings=preferredColorScheme=1")
            self.picture(name, f"{name}-dark.png", "--blink-settings=preferredColorScheme=0")
        self.picture("hooks30", "hooks30.png", "--blink-settings=preferredColorScheme=1")
        self.picture("sample", "sample.png", "--blink-settings=preferredColorScheme=1")

    def test_is_readable_without_its_script(self):
        read = Page((self.pages / "hooks30.html").read_text(encoding="utf-8"))
        text = "".join(read.data)
        for part in ("Failures", "Timeline", "Graph", "Hooks", "What hooks printed", "Critical path"):
            self.assertIn(part, text)
        self.assertNotIn("button", read.tags)


if __name__ == "__main__":
    SCREENSHOTS, WRITE_PAGES = pathlib.Path(sys.argv.pop()), sys.argv.pop()
    unittest.main()
