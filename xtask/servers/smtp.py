"""A real SMTP server whose replies are scripted by the recipient's local part.

`smtp.py DIRECTORY` makes certificates in DIRECTORY, listens on free loopback ports, prints one line
`READY name=port ...` on stdout and serves until its stdin ends, so that it cannot outlive its parent.

Listeners (user and password come from SMTP_USER and SMTP_PASSWORD):
  plain              no TLS, no AUTH
  starttls           STARTTLS required, then AUTH PLAIN or LOGIN required
  tls                implicit TLS, AUTH offered
  starttls_none      offers neither STARTTLS nor AUTH, whatever the client wished for
  badcert            implicit TLS with the certificate of another host
  badcert_starttls   STARTTLS with the certificate of another host

What a recipient's local part begins with decides the reply (the rest of it is free):
  550 551 451 552 421   that reply to RCPT; after 421 the connection is closed
  greylist              451 to the first RCPT of this address on this listener, then as `ok`
  droprcpt              the connection is cut instead of a reply to RCPT
  data451 data554       that reply after the final dot
  dropdata              the message is taken, then the connection is cut without a reply
  slowN, slowNms        the message is taken, the reply comes N seconds (milliseconds) later
  anything else         250

A message that the server took is DIRECTORY/mail/<listener>/<n>.eml and <n>.json. The .json appears last,
both by rename, and both before the reply is sent: who has the reply, or sees the .json, can read both.
"""

import asyncio
import hmac
import itertools
import json
import os
import re
import ssl
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

import certs

RCPT_REPLIES = {
    "550": "550 5.1.1 no such mailbox",
    "551": "551 5.1.6 recipient has moved",
    "451": "451 4.7.1 try again later",
    "552": "552 5.2.2 mailbox full",
    "421": "421 4.3.2 closing the connection",
}
DATA_REPLIES = {
    "data451": "451 4.3.0 message not taken, try again later",
    "data554": "554 5.6.0 message refused",
}
SLOW = re.compile(r"slow(\d+)(ms)?")


class Server(SMTP):
    """An SMTP session that hangs up after 421, as RFC 5321 asks of a server that says it."""

    async def push(self, status):
        await super().push(status)
        if status[:3] in ("421", b"421"):
            self.transport.close()


class Script:
    """The scripted replies and the mailbox of one listener."""

    def __init__(self, mailbox: Path):
        mailbox.mkdir(parents=True)
        self.mailbox = mailbox
        self.numbers = itertools.count(1)
        self.greylisted = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        local = address.rpartition("@")[0].lower()
        for prefix, reply in RCPT_REPLIES.items():
            if local.startswith(prefix):
                return reply
        if local.startswith("droprcpt"):
            cut(server)
        if local.startswith("greylist") and address not in self.greylisted:
            self.greylisted.add(address)
            return "451 4.7.1 greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 recipient ok"

    async def handle_DATA(self, server, session, envelope):
        locals_ = [rcpt.rpartition("@")[0].lower() for rcpt in envelope.rcpt_tos]
        for prefix, reply in DATA_REPLIES.items():
            if any(local.startswith(prefix) for local in locals_):
                return reply
        number = self.keep(server, session, envelope)
        if any(local.startswith("dropdata") for local in locals_):
            cut(server)
        await asyncio.sleep(max(map(delay, locals_)))
        return f"250 2.0.0 queued as {self.mailbox.name}-{number}"

    def keep(self, server, session, envelope) -> int:
        number = next(self.numbers)
        described = {
            "from": envelope.mail_from,
            "rcpts": envelope.rcpt_tos,
            "tls": server.transport.get_extra_info("ssl_object") is not None,
            "user": session.auth_data if session.authenticated else None,
        }
        self.write(f"{number}.eml", envelope.original_content)
        self.write(f"{number}.json", json.dumps(described, ensure_ascii=False).encode())
        return number

    def write(self, name: str, content: bytes) -> None:
        unfinished = self.mailbox / f".{name}.part"
        unfinished.write_bytes(content)
        unfinished.rename(self.mailbox / name)


def cut(server):
    """Drops the connection as a crashed server would, and ends the session."""
    server.transport.abort()
    raise ConnectionResetError


def delay(local: str) -> float:
    found = SLOW.match(local)
    if not found:
        return 0.0
    return int(found[1]) / (1000 if found[2] else 1)


def authenticator(user: str, password: str):
    """Knows exactly one user."""

    def check(server, session, envelope, mechanism, given) -> AuthResult:
        known = (
            isinstance(given, LoginPassword)
            and hmac.compare_digest(given.login, user.encode())
            and hmac.compare_digest(given.password, password.encode())
        )
        # `handled=False` lets the server itself say 535.
        return AuthResult(success=known, handled=False, auth_data=user if known else None)

    return check


def tls(directory: Path, pem: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / pem)
    return context


def listeners(directory: Path) -> dict:
    """For each listener its options of the SMTP session and, for implicit TLS, its context."""
    good, bad = tls(directory, "good.pem"), tls(directory, "bad.pem")
    auth = {"authenticator": authenticator(os.environ["SMTP_USER"], os.environ["SMTP_PASSWORD"])}
    upgrade = {"require_starttls": True, "auth_required": True} | auth
    # The session sees no TLS of its own inside implicit TLS and would hide AUTH there.
    inside = {"auth_require_tls": False} | auth
    return {
        "plain": ({}, None),
        "starttls": (upgrade | {"tls_context": good}, None),
        "tls": (inside, good),
        "starttls_none": ({}, None),
        "badcert": (inside, bad),
        "badcert_starttls": (upgrade | {"tls_context": bad}, None),
    }


async def serve(directory: Path) -> None:
    certs.make(directory)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(report)
    servers, ports = [], []
    for name, (options, implicit) in listeners(directory).items():
        script = Script(directory / "mail" / name)

        def session(script=script, options=options):
            return Server(script, hostname="localhost", loop=loop, **options)

        server = await loop.create_server(session, "127.0.0.1", 0, ssl=implicit, backlog=512)
        servers.append(server)
        ports.append(f"{name}={server.sockets[0].getsockname()[1]}")
    print("READY", *ports, flush=True)
    await loop.run_in_executor(None, sys.stdin.buffer.read)


def report(loop, context) -> None:
    """Keeps the connections that the script cuts, and clients that hang up, out of the log."""
    if not isinstance(context.get("exception"), (ConnectionError, ssl.SSLError)):
        loop.default_exception_handler(context)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
