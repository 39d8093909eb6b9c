"""Holds a running platform against the contract.

Starts the local platform for each phase anew, lets schemathesis generate requests from `api/openapi.yaml` (good ones and
bad ones), and checks every answer: status codes, headers, schemas, refused nonsense, accepted sense, authentication.
The four WebSocket operations are opened here, their first frames held against the contract's message schemas, and each
refusal is provoked.

The closing line counts the operations that answered with success at least once and failed no check, out of the number
of rows in the `api` crate, as the platform tells it.
"""

import argparse
import base64
import hashlib
import json
import os
import pathlib
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import yaml
from jsonschema_rs import validator_for

HERE = pathlib.Path(__file__).resolve().parent
ORGANIZATION = "8b1d6c0e-5b7a-4f3e-8f16-3b0c2f9d7a11"
OWNER = "owner"
KEY = "astro_demo_owner_5d1c7a9e"
# Organizations are created by an administrator of the whole platform.
GLOBAL_KEY = "astro_demo_global_2c7f5d19"
CHECKS = "all"
# `use_after_free` and `ensure_resource_availability` need links between operations; they run in the stateful phase.


class Platform:
    """The local platform on a free port, its rate limit off, seeded anew."""

    def __init__(self, binary, seed):
        self.process = subprocess.Popen(
            [binary, "--listen", "127.0.0.1:0", "--seed", str(seed), "--rate-limit", "off", "--token-lifetime", "86400"],
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        match = re.search(r"http://[0-9.]+:\d+", line)
        if not match:
            raise SystemExit(f"the platform did not say where it listens: {line!r}")
        self.url = match[0]
        self.host, port = self.url.removeprefix("http://").split(":")
        self.port = int(port)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)

    def token(self):
        """Signs the owner in as a browser would: authorization code with PKCE."""
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        redirect = f"{self.url}/auth/callback"
        form = urllib.parse.urlencode(
            {
                "response_type": "code",
                "client_id": "astro-console",
                "redirect_uri": redirect,
                "scope": "openid profile email offline_access",
                "state": "contract",
                "nonce": "contract",
                "code_challenge": challenge,
                "code_challenge_method": "S256",
                "person": OWNER,
            }
        ).encode()

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_):
                return None

        opener = urllib.request.build_opener(Stay)
        try:
            opener.open(f"{self.url}/oidc/authorize", form, timeout=10)
            raise SystemExit("the issuer did not redirect")
        except urllib.error.HTTPError as answer:
            location = answer.headers.get("Location") or ""
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(location).query).get("code")
        if not code:
            raise SystemExit(f"the issuer gave no code: {location}")
        body = urllib.parse.urlencode(
            {
                "grant_type": "authorization_code",
                "code": code[0],
                "redirect_uri": redirect,
                "client_id": "astro-console",
                "code_verifier": verifier,
            }
        ).encode()
        with urllib.request.urlopen(f"{self.url}/oidc/token", body, timeout=10) as answer:
            return json.load(answer)["access_token"]


def generated(platform, arguments, phase, openapi, work):
    """One phase of schemathesis. Returns whether every check held."""
    token = platform.token()
    environment = dict(
        os.environ,
        SCHEMATHESIS_HOOKS="hooks",
        PYTHONPATH=str(HERE),
        CONTRACT_ORGANIZATION=ORGANIZATION,
        CONTRACT_KEY=KEY,
        CONTRACT_GLOBAL_KEY=GLOBAL_KEY,
        CONTRACT_TOKEN=token,
        CONTRACT_URL=platform.url,
    )
    command = [
        str(pathlib.Path(sys.executable).with_name("schemathesis")),
        "--config-file",
        str(HERE / "schemathesis.toml"),
        "run",
        str(openapi),
        f"--url={platform.url}",
        f"--phases={phase}",
        f"--checks={CHECKS}",
        f"--max-examples={arguments.examples}",
        f"--seed={arguments.seed}",
        "--mode=all",
        "--continue-on-failure",
        "--request-timeout=20",
        "--suppress-health-check=all",
        # Threads share caches of hypothesis that are not made for it.
        "--workers=1",
        "--warnings=off",
        "--output-truncate=true",
    ]
    for operation in streams(openapi):
        command.append(f"--exclude-operation-id={operation}")
    started = time.monotonic()
    finished = subprocess.run(command, cwd=work, env=environment, stdin=subprocess.DEVNULL)
    print(f"contract: {phase} {'held' if finished.returncode == 0 else 'FAILED'} in {time.monotonic() - started:.0f} s", flush=True)
    return finished.returncode == 0


def document(openapi):
    """The contract as a value."""
    with open(openapi, encoding="utf-8") as file:
        return yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def streams(openapi):
    """The WebSocket operations: id to path template and message schema."""
    found = {}
    for path, methods in document(openapi)["paths"].items():
        for operation in methods.values():
            if "x-websocket-message" in operation:
                found[operation["operationId"]] = (path, operation["x-websocket-message"]["schema"])
    return found


def handshake(platform, target, headers):
    """Asks for a WebSocket. Returns the status line's code, the headers and the socket."""
    connection = socket.create_connection((platform.host, platform.port), timeout=20)
    lines = [
        f"GET {target} HTTP/1.1",
        f"Host: {platform.host}:{platform.port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(secrets.token_bytes(16)).decode()}",
        *headers,
        "",
        "",
    ]
    connection.sendall("\r\n".join(lines).encode())
    file = connection.makefile("rb")
    status = int(file.readline().split()[1])
    answered = {}
    while (line := file.readline().strip()):
        name, _, value = line.decode().partition(":")
        answered[name.lower()] = value.strip()
    return status, answered, connection, file


def first_message(file):
    """The first text frame of a stream; control frames are passed over."""
    while True:
        head = file.read(2)
        length = head[1] & 0x7F
        if length == 126:
            length = int.from_bytes(file.read(2), "big")
        elif length == 127:
            length = int.from_bytes(file.read(8), "big")
        payload = file.read(length)
        if head[0] & 0x0F == 1:
            return payload.decode()
        if head[0] & 0x0F == 8:
            raise AssertionError(f"the stream closed before its first message: {payload!r}")


def opened(platform, openapi):
    """Opens each stream in each way, and is refused in each way. Returns the complaints."""
    contract = document(openapi)
    complaints = []
    subprotocol = base64.urlsafe_b64encode(KEY.encode()).rstrip(b"=").decode()
    ways = {
        "header": ("", [f"X-Astro-API-Key: {KEY}"]),
        "subprotocol": ("", [f"Sec-WebSocket-Protocol: astro.v1, astro.key.{subprotocol}"]),
        "query": (f"api_key={KEY}", []),
    }
    applications = request(platform, "/api/v1/applications")["data"]
    clusters = request(platform, "/api/v1/clusters")["data"]
    running = next(app["id"] for app in applications if app["status"] == "RUNNING")
    working = next(cluster["clusterName"] for cluster in clusters if cluster["status"] in ("PROVISIONING", "UPGRADING"))
    for operation, (path, schema) in streams(openapi).items():
        validator = validator_for({**schema, "components": contract["components"]})
        target = path.replace("{appId}", running).replace("{clusterId}", working)
        for way, (query, headers) in ways.items():
            status, answered, connection, file = handshake(platform, f"{target}?{query}" if query else target, headers)
            with connection:
                if status != 101:
                    complaints.append(f"{operation} by {way}: answered {status}, not 101")
                    continue
                if way == "subprotocol" and answered.get("sec-websocket-protocol") != "astro.v1":
                    complaints.append(f"{operation}: answered the subprotocol {answered.get('sec-websocket-protocol')!r}")
                message = json.loads(first_message(file))
                complaints += [f"{operation}: {error.message}" for error in validator.iter_errors(message)]
        refusals = {
            401: (target, []),
            404: (path.replace("{appId}", "no-such-thing").replace("{clusterId}", "no-such-thing"), ways["header"][1]),
        }
        for wanted, (refused, headers) in refusals.items():
            status, _, connection, file = handshake(platform, refused, headers)
            with connection:
                if status != wanted:
                    complaints.append(f"{operation}: answered {status}, not {wanted}")
                elif wanted == 404 and "error_code" not in file.read1(65536).decode():
                    complaints.append(f"{operation}: the refusal does not have the contract's form")
        status, _, connection, _ = handshake(platform, target, ["X-Astro-API-Key: astro_wrong"])
        connection.close()
        if status != 401:
            complaints.append(f"{operation}: a wrong key was answered {status}")
    return complaints


def request(platform, path):
    """A read as the owner."""
    ask = urllib.request.Request(platform.url + path, headers={"X-Astro-API-Key": KEY})
    with urllib.request.urlopen(ask, timeout=10) as answer:
        return json.load(answer)


def answered(seen):
    """The operations that answered with success at least once."""
    return {
        operation
        for operation, calls in seen["operations"].items()
        if any(status == "101" or status.startswith("2") for status in calls["statuses"])
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--platform", required=True, help="the astro-platform binary")
    parser.add_argument("--openapi", required=True, type=pathlib.Path)
    parser.add_argument("--examples", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--full", action="store_true", help="also the stateful phase")
    parser.add_argument("--phases", help="only these, separated by commas")
    arguments = parser.parse_args()
    openapi = arguments.openapi.resolve()
    phases = arguments.phases.split(",") if arguments.phases else ["examples", "coverage", "fuzzing"] + ["stateful"] * arguments.full

    held, succeeded, total = True, set(), None
    with tempfile.TemporaryDirectory() as work:
        for phase in phases:
            with Platform(arguments.platform, arguments.seed) as platform:
                held &= generated(platform, arguments, phase, openapi, work)
                seen = platform.get("/_platform/seen")
                total = seen["total"]
                succeeded |= answered(seen)
        with Platform(arguments.platform, arguments.seed) as platform:
            complaints = opened(platform, openapi)
            for complaint in complaints:
                print(f"contract: {complaint}", flush=True)
            held &= not complaints
            seen = platform.get("/_platform/seen")
            succeeded |= answered(seen)

    operations = {operation["operationId"] for methods in document(openapi)["paths"].values() for operation in methods.values()}
    for missing in sorted(operations - succeeded):
        print(f"contract: {missing} never succeeded", flush=True)
    print(f"contract: {len(operations & succeeded)} of {total} operations")
    return 0 if held and len(operations & succeeded) == total else 1


if __name__ == "__main__":
    sys.exit(main())
