"""Somebody of one county tries to touch what belongs to another: every kind of fact, every way that words come in.

    .venv/bin/python benchmarks/attack.py [CHECKOUT] [--json] [--only PART]

Bounded and loopback only: a served instance of its own in a folder that is removed, two counties of two prefectures,
staff of every role; what is tried stands in src/tongzhou/bench/attempts.py. With CHECKOUT (a folder of another one,
`git worktree add /tmp/old 35d559e`) that one is served and attacked by this one's attempts. The exit status is 1 where
a foreign row changed or lawful work was refused.

At commit 35d559e it changed foreign rows by 71 words of 53 kinds; today by none (docs/adr/0031-authority.md).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent))
from turns import HERE, borrowed, environment


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path, nargs="?", default=HERE)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tongzhou-attack-") as folder:
        program = f"import runpy; runpy.run_path({str(Path(__file__))!r})['drive']({args.only!r})"
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment(args.checkout, Path(folder)), stdout=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        sys.exit(done.returncode)
    found = json.loads(done.stdout.splitlines()[-1])
    print(json.dumps(found) if args.json else in_words(found))
    sys.exit(bool(found["holes"] or found["refused"]))


def in_words(found: dict[str, Any]) -> str:
    lines = [f"{found['tried']} attempts, {len(found['holes'])} changed what is another's"]
    kinds: dict[str, Counter[str]] = {}
    for one in found["holes"]:
        kinds.setdefault(one["speech"], Counter()).update(
            f"{one['mode']}, {one['whose']}: {became}" for became in one["became"]
        )
    lines.append(f"{len(kinds)} speeches of {len({kind.split()[0] for kind in kinds})} kinds did it:")
    for kind in sorted(kinds):
        lines.append(f"  {kind}")
        lines += [f"    {told} ({n})" for told, n in kinds[kind].most_common(8)]
    lines.append(f"{len(found['refused'])} lawful words were refused or did not count:")
    lines += [f"  {one['speech']} [{one['mode']}, {one['whose']}]: {one['answer']} {one['became']}"
              for one in found["refused"]]  # fmt: skip
    lines.append(f"{len(found['oracles'])} times unknown and foreign were told apart:")
    lines += [f"  {one}" for one in found["oracles"]]
    lines.append(f"kinds that were not tried: {', '.join(found['untried']) or 'none'}")
    return "\n".join(lines)


class Pages:
    """A browser of each person, with the page's token against forged forms."""

    def __init__(self, socket: Path) -> None:
        from tongzhou.bench.ingest import UnixConnection

        self.connection = UnixConnection(socket)
        self.cookie = ""

    def post(self, token: str, path: str, form: dict[str, Any]) -> int:
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        if not self.cookie:
            self.connection.request("GET", "/login")
            response = self.connection.getresponse()
            response.read()
            self.cookie = str(response.headers.get("Set-Cookie", "")).partition("csrftoken=")[2].partition(";")[0]
        headers = {**bearer, "Cookie": f"csrftoken={self.cookie}", "X-CSRFToken": self.cookie,
                   "Content-Type": "application/x-www-form-urlencoded"}  # fmt: skip
        self.connection.request("POST", path, urlencode(form, doseq=True), headers)
        response = self.connection.getresponse()
        response.read()
        return response.status


def drive(only: str) -> None:
    """In the process of the attacked checkout."""
    from tongzhou.cli.setup import opened

    with opened() as installation:
        *_attempts, attack = borrowed("land", "attempts", "attempts_forms", "attack")
        from tongzhou.bench import ingest
        from tongzhou.bench import land as lands

        with lands.database(installation, "tongzhou_attack"):
            land = lands.lay_out(2, 4, 12)
            with lands.owner_connection() as owner:
                lands.furnish(owner, land)
                me, them = attack.sides(owner, land)
            supervisor = ingest._serve(installation, 1)
            try:
                connection = ingest.UnixConnection(supervisor.pages_socket)

                def send(token: str, batch: dict[str, Any]) -> dict[str, Any]:
                    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
                    connection.request("POST", "/api/facts", json.dumps(batch), headers)
                    response = connection.getresponse()
                    answer = json.loads(response.read())
                    if response.status != 200:
                        raise RuntimeError(f"{response.status}: {answer}")
                    return dict(answer)

                pages = Pages(supervisor.pages_socket)
                tried = attack.Attack(me, them, send, pages.post, ingest._follower_lag)
                report = tried.run(lambda sentence: print(sentence, file=sys.stderr, flush=True), only)
            finally:
                supervisor.stop()
    print(json.dumps({
        "tried": len(report.tried),
        "holes": [vars(one) for one in report.holes],
        "refused": [vars(one) for one in report.refused],
        "oracles": report.oracles,
        "untried": attack.untried(),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
