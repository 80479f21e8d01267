// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/html_page.hpp"

#include "hooks_api/base/sha256.hpp"
#include "runner/report/facts.hpp"
#include "runner/report/plain_text.hpp"

#include <algorithm>
#include <string>

namespace grapnel::report {

namespace {

constexpr std::string_view kStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #ffffff; --text: #1f2328; --quiet: #59636e; --line: #d5dae0; --panel: #f5f7f9; --link: #0b57d0;
  --success: #2e8b57; --build: #c9302c; --infra: #7b3fb5; --uncategorized: #c76a00; --timed: #a8327a; --canceled: #76808a;
  --idle: #aeb6bf; --critical: #0b57d0; --on-bar: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181d; --text: #e4e8ec; --quiet: #9aa5b1; --line: #343c45; --panel: #1d2329; --link: #8ab4f8;
    --success: #4fae7b; --build: #ef6a62; --infra: #b48ae6; --uncategorized: #e79a3c; --timed: #de7fb8; --canceled: #8f99a3;
    --idle: #55606b; --critical: #8ab4f8; --on-bar: #10151a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
p { margin: .3rem 0; }
a { color: var(--link); }
code, pre, td, summary { overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 4px; padding: .6rem .8rem; margin: .5rem 0;
      font: 12.5px/1.45 ui-monospace, monospace; white-space: pre-wrap; max-height: 32rem; overflow: auto; }
.quiet { color: var(--quiet); }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 4px; background: var(--panel); }
.graph { max-height: 40rem; overflow: auto; }
svg { display: block; font: 11px system-ui, sans-serif; }
svg.timeline { width: 100%; min-width: 760px; height: auto; }
svg text { fill: var(--text); }
svg .quiet { fill: var(--quiet); }
svg .grid { stroke: var(--line); }
svg .on-bar { fill: var(--on-bar); pointer-events: none; }
svg .arrow { fill: none; stroke: var(--idle); }
svg .arrow.critical { stroke: var(--critical); stroke-width: 2; }
svg .running { fill: var(--success); fill-opacity: .45; stroke: var(--success); }
svg .ready { fill: none; stroke: var(--uncategorized); stroke-dasharray: 3 2; }
svg .bar.critical, svg .node.critical { stroke: var(--critical); stroke-width: 2; }
svg .node { fill: var(--panel); stroke: var(--line); }
svg .compile { fill: #000000; fill-opacity: .22; pointer-events: none; }
.success { fill: var(--success); --class: var(--success); }
.build_failure { fill: var(--build); --class: var(--build); }
.infra_failure { fill: var(--infra); --class: var(--infra); }
.uncategorized { fill: var(--uncategorized); --class: var(--uncategorized); }
.timed_out { fill: var(--timed); --class: var(--timed); }
.canceled, .cut_off, .unfinished { fill: var(--canceled); --class: var(--canceled); }
.skipped, .not_started, .up_to_date { fill: var(--idle); --class: var(--idle); }
.mark { display: inline-block; border-left: .8em solid var(--class); padding-left: .4em; white-space: nowrap; }
h1 .mark, h3 .mark { margin-left: .4em; font-size: .85em; font-weight: 500; }
.failure { border-left: 4px solid var(--class); padding-left: .9rem; margin: 1rem 0; }
.failure h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
details { margin: .3rem 0; }
summary { cursor: pointer; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th.number, td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
th button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
th[aria-sort="ascending"]::after { content: " \25B2"; }
th[aria-sort="descending"]::after { content: " \25BC"; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: .5rem 0; font-size: .88rem; color: var(--quiet); }
)css";

// Without it the table stands as it was written: the slowest first.
constexpr std::string_view kScript = R"js(
"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const isNumber = head.classList.contains("number");
      const before = head.getAttribute("aria-sort");
      const isDown = before ? before === "ascending" : isNumber;
      const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
      const compare = isNumber ? (a, b) => Number(value(a)) - Number(value(b))
                               : (a, b) => value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0;
      body.append(...[...body.rows].sort((a, b) => isDown ? compare(b, a) : compare(a, b)));
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
    });
  });
}
document.documentElement.dataset.script = "ran";
)js";

// What a policy names a script or style by.
std::string digest_of(std::string_view text) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  // Base64: three hex digits are two letters; 64 of them leave one, which stands for two letters and a filler.
  std::string hex = hooks::base::sha256_hex(text);
  hex.resize(66, '0');
  std::string out = "'sha256-";
  for (std::size_t at = 0; at < hex.size(); at += 3) {
    const unsigned bits = static_cast<unsigned>(std::stoul(hex.substr(at, 3), nullptr, 16));
    out += kLetters[bits >> 6U];
    out += kLetters[bits & 63U];
  }
  out.back() = '=';
  return out + "'";
}

}  // namespace

std::string html_head(std::string_view title) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  out +=
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; form-action "
      "'none'; ";
  out += "style-src " + digest_of(kStyle) + "; script-src " + digest_of(kScript) + "\">\n";
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  out += "<title>" + markup(title) + "</title>\n<style>";
  out += kStyle;
  return out + "</style>\n</head>\n<body>\n<main>\n";
}

std::string html_foot() {
  std::string out = "</main>\n<script>";
  out += kScript;
  return out + "</script>\n</body>\n</html>\n";
}

std::string html_line(std::string_view text, std::size_t bytes) { return markup(one_line(text, bytes)); }

std::string_view html_class(const Model& model, const HookModel& hook) {
  const Fate fate = fate_of(model, hook);
  return fate == Fate::ran ? name_of(hook.end.outcome.outcome_class) : name_of(fate);
}

std::string html_word(const Model& model, const HookModel& hook) {
  std::string word(html_class(model, hook));
  std::replace(word.begin(), word.end(), '_', ' ');
  if (hook.end.outcome.flaky) word += ", flaky";
  return word;
}

}  // namespace grapnel::report
