"""The text of an HTML page or a PDF, read in a child process that has little memory, little time and no network.

Run as ``python -m lintas.watch.extract KIND`` with the bytes on standard input; the text comes out as UTF-8.
"""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata

SECONDS = 30
MEMORY = 1_500_000_000
MAX_TEXT = 5_000_000
MAX_PAGES = 2_000


class UnreadableError(Exception):
    """The bytes are not a text that can be read."""


def kind_of(body: bytes, content_type: str) -> str:
    """``pdf``, ``html``, ``text`` or ``other``, by the first bytes rather than by what the server says."""
    head = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"%PDF-"):
        return "pdf"
    if re.match(rb"<(!doctype html|html|head|body|\?xml|!--|div|p\b|table|main|article)", head, re.IGNORECASE):
        return "html"
    stated = content_type.partition(";")[0].strip().lower()
    if stated in ("text/html", "application/xhtml+xml"):
        return "html"
    if stated.startswith("text/") and b"\0" not in head:
        return "text"
    return "other"


def text_of(body: bytes, content_type: str = "") -> str:
    """The readable text of a response, one line a block, white space folded.

    Raises:
        UnreadableError: not HTML, PDF or text; spoiled; or too much for the child's limits.

    """
    kind = kind_of(body, content_type)
    if kind == "other":
        raise UnreadableError("neither HTML nor PDF nor text")
    if kind == "text":
        return tidy(decoded(body, content_type))
    charset = re.search(r"charset=[\"']?([\w.:-]{1,40})", content_type)
    command = [sys.executable, "-I", "-m", "lintas.watch.extract", kind, charset[1] if charset else ""]
    try:
        done = subprocess.run(command, input=body, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - our own module
    except subprocess.TimeoutExpired as bad:
        raise UnreadableError(f"reading takes longer than {SECONDS} s") from bad
    if done.returncode:
        raise UnreadableError(f"a spoiled or too large {kind.upper()}")
    return done.stdout.decode("utf-8", "replace")[:MAX_TEXT]


def decoded(body: bytes, content_type: str) -> str:
    """Bytes as text: what is valid UTF-8 is UTF-8, whatever the server says; then the stated encoding; then Windows-1252."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    found = re.search(r"charset=[\"']?([\w.:-]{1,40})", content_type) or re.search(
        r"charset=[\"']?([\w.:-]{1,40})", body[:2048].decode("latin-1")
    )
    for name in (found[1] if found else "", "cp1252"):
        try:
            return body.decode(name, "replace")
        except (LookupError, ValueError):
            continue
    return body.decode("latin-1")


def tidy(text: str) -> str:
    """NFC, no control characters, white space folded within lines, empty lines dropped."""
    text = unicodedata.normalize("NFC", text)
    lines = (re.sub(r"\s+", " ", "".join(c for c in line if c == "\t" or unicodedata.category(c) != "Cc")).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)[:MAX_TEXT]


def _html(body: bytes, charset: str) -> str:
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - only the child needs it

    tree = LexborHTMLParser(decoded(body, f"charset={charset}" if charset else ""))
    for node in tree.css("script, style, noscript, template, svg, nav, header, footer, form, iframe"):
        node.decompose()
    main = tree.css_first("main") or tree.css_first("article") or tree.body
    return "" if main is None else "\n".join(part for part in main.text(separator="\n", strip=True).split("\n"))


def _pdf(body: bytes) -> str:
    import io  # noqa: PLC0415 - only the child needs it

    from pypdf import PdfReader  # noqa: PLC0415 - only the child needs it

    pages = PdfReader(io.BytesIO(body)).pages
    return "\n".join(page.extract_text() or "" for _, page in zip(range(MAX_PAGES), pages, strict=False))


def _child() -> None:
    import resource  # noqa: PLC0415 - only the child needs it

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    body = sys.stdin.buffer.read()
    text = _pdf(body) if sys.argv[1] == "pdf" else _html(body, sys.argv[2])
    sys.stdout.buffer.write(tidy(text).encode("utf-8"))


if __name__ == "__main__":
    _child()
