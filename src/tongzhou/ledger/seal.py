"""The seal: proof that nothing was altered or removed.

A follower links every append into the chain of its prefecture (an append that spans several goes into the
chain of the whole region): link n covers the stored bytes of the append and its facts, and the head before it.
Heads are signed with a key outside the database, written to a file outside it, and printed on every situation
report. Appending itself takes no chain lock: held through fsync it cut throughput to a third.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection
from psycopg.pq import TransactionStatus

from tongzhou import keys
from tongzhou.ledger import derived, erased, heads
from tongzhou.ledger.follow import Span, follower
from tongzhou.ledger.heads import Head

START = b"\0" * 32

# The first form covers what stood in the first envelope; an append is sealed in the form it was made in, for ever.
_FIRST = """
select a.id, count(f.id), sha256(convert_to(
  concat_ws('|', a.id, coalesce(a.by_id::text, '-'), coalesce(a.device, '-'), coalesce(us(a.sent_at), '-'),
  us(a.received_at),
    us(a.known_at), a.origin, a.facts) || E'\\n' ||
  coalesce(string_agg(concat_ws('|', f.id, k.name, f.place, coalesce(f.home::text, '-'),
  coalesce(f.reporting::text, '-'),
    us(f.effective_at), us(f.received_at), coalesce(us(f.recorded_at), '-'), coalesce(f.corrects::text, '-'), f.body),
    E'\\n' order by f.id), ''), 'UTF8'))
from ledger_append a left join ledger_fact f on f.append = a.id left join ledger_kind k on k.id = f.kind
where a.id = any(%s) and a.form = 1 group by a.id
"""
# The second covers the speaker's standing, too, what the author saw, the cause, the post that spoke, and how each fact
# touches its subjects: everything that gives a fact its meaning.
_SECOND = """
with touched as (
  select f.append, string_agg(concat_ws('|', t.fact, t.subject, t.how, coalesce(t.place::text, '-'),
    coalesce(t.invites::text, '-'), coalesce(t.offers::text, '-'), coalesce(t.via::text, '-')),
    E'\\n' order by t.fact, t.subject collate "C") as told
  from ledger_fact f join ledger_touch t on t.fact = f.id
  where f.append = any(%(ids)s) and f.subject is null group by f.append
)
select a.id, count(f.id), sha256(convert_to(
  concat_ws('|', '2', a.id, coalesce(a.by_id::text, '-'), coalesce(a.device, '-'), coalesce(us(a.sent_at), '-'),
    us(a.received_at), us(a.known_at), a.origin, a.facts,
    coalesce((select encode(s.digest, 'hex') || s.body from ledger_standing s where s.id = a.standing), '-'))
  || E'\\n' ||
  coalesce(string_agg(concat_ws('|', f.id, k.name, f.place, coalesce(f.home::text, '-'),
    coalesce(f.reporting::text, '-'), us(f.effective_at), us(f.received_at), coalesce(us(f.recorded_at), '-'),
    coalesce(f.corrects::text, '-'), coalesce(f.because::text, '-'), coalesce(f.behalf, '-'), coalesce(f.saw, '-'),
    f.body), E'\\n' order by f.id), '')
  || E'\\n' || coalesce((select told from touched where touched.append = a.id), ''), 'UTF8'))
from ledger_append a left join ledger_fact f on f.append = a.id left join ledger_kind k on k.id = f.kind
where a.id = any(%(ids)s) and a.form = 2 group by a.id
"""
_CHAIN = """
select x.append, case when count(distinct c.place) = 1 then min(c.place) else 0 end
from (select distinct append, place from ledger_fact where append = any(%s)) x
left join places_cover c on c.tree = 'command' and c.depth = 1 and c.valid_to is null and c.covers @> x.place
group by x.append
"""


_signed: list[dict[str, Any]] = []  # by the step in hand
_unwritten: list[dict[str, Any]] = []  # of steps that are committed


def publish() -> None:
    """Write the heads of the committed step outside the database; a disk that is full keeps them for the next time.

    After the commit, so that the file never holds a head that the database does not.
    """
    _unwritten.extend(_signed)
    _signed.clear()
    if _unwritten:
        heads.write(_unwritten)
        _unwritten.clear()


@follower("seal", most=500, after=publish)
def seal(connection: Connection[Any], appends: Sequence[int], span: Span) -> None:
    _signed.clear()
    ids = list(appends)
    chains = {a: c for a, c in connection.execute(_CHAIN, [ids])}
    digests = _digests(connection, ids)
    tips: dict[int, tuple[int, bytes]] = {}
    links = []
    for append in ids:
        chain = chains.get(append, 0)
        n, head = tips.get(chain) or _tip(connection, chain)
        count, digest = digests[append]
        head = link(head, digest)
        tips[chain] = (n + 1, head)
        links.append((chain, n + 1, append, count, digest, head))
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into ledger_seal (chain, n, append, facts, digest, head) values (%s, %s, %s, %s, %s, %s)", links
        )
        key = keys.signing_key()
        at = dt.datetime.now(dt.UTC)
        signed = [
            (chain, n, head, key.sign(heads.message(chain, n, head)), at) for chain, (n, head) in sorted(tips.items())
        ]
        cursor.executemany(
            "insert into ledger_seal_head (chain, n, head, signature, at) values (%s, %s, %s, %s, %s)", signed
        )
    _signed[:] = [
        {
            "database": connection.info.dbname,
            "chain": chain,
            "n": n,
            "head": head.hex(),
            "signature": signature.hex(),
            "at": at.isoformat(),
            "erased": erased.tip(connection.info.dbname),
        }
        for chain, n, head, signature, _ in signed
    ]


def _digests(connection: Connection[Any], appends: list[int]) -> dict[int, tuple[int, bytes]]:
    """How many facts each append holds, and the digest of all that was said with it."""
    found = {a: (n, digest) for a, n, digest in connection.execute(_SECOND, {"ids": appends})}
    if len(found) < len(appends):
        found |= {a: (n, digest) for a, n, digest in connection.execute(_FIRST, [appends])}
    return found


def link(head: bytes, digest: bytes) -> bytes:
    return hashlib.sha256(head + digest).digest()


def _tip(connection: Connection[Any], chain: int) -> tuple[int, bytes]:
    row = connection.execute(
        "select n, head from ledger_seal where chain = %s order by n desc limit 1", [chain]
    ).fetchone()
    return (row[0], row[1]) if row else (0, START)


@dataclass
class Verdict:
    """What `verify` found: findings are empty where the ledger is whole."""

    links: int = 0
    facts: int = 0
    chains: int = 0
    unsealed_appends: int = 0
    unreadable_heads: int = 0  # lines outside that a crash tore: the heads after them say the same and more
    findings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.findings


def verify(connection: Connection[Any], *, block: int = 500) -> Verdict:
    """Recompute every link from the stored facts and check it against chain, signatures and the heads outside.

    The heads outside are read first and the database as it stood afterwards, or a ledger that is being sealed would
    seem to lack what was sealed in between. (Only a connection in no transaction yet can still be put into one.)
    """
    verdict = Verdict()
    written, verdict.unreadable_heads = heads.read(connection.info.dbname)
    if connection.info.transaction_status == TransactionStatus.IDLE and not connection.autocommit:
        connection.execute("set transaction isolation level repeatable read")
    chains = [r[0] for r in connection.execute("select distinct chain from ledger_seal order by 1")]
    tips: dict[int, dict[int, bytes]] = {}
    for chain in chains:
        tips[chain] = _verify_chain(connection, chain, verdict, block)
    _verify_heads(connection, tips, written, verdict)
    row = connection.execute(
        "select count(*) from ledger_append a where not exists (select from ledger_seal s where s.append = a.id)"
    ).fetchone()
    stray = connection.execute(
        "select count(*) from ledger_fact f where not exists (select from ledger_append a where a.id = f.append)"
    ).fetchone()
    assert row is not None and stray is not None
    verdict.unsealed_appends, verdict.chains = row[0], len(chains)
    for fact, touch in derived.missing(connection):
        verdict.findings.append({"what": "touch_removed", "fact": str(fact), "subject": touch.subject})
    if stray[0]:
        verdict.findings.append({"what": "facts_without_append", "facts": stray[0]})
    return verdict


def _verify_chain(connection: Connection[Any], chain: int, verdict: Verdict, block: int) -> dict[int, bytes]:
    head, expected, linked = START, 1, {}
    last = 0
    while links := connection.execute(
        "select n, append, facts, digest, head from ledger_seal where chain = %s and n > %s order by n limit %s",
        [chain, last, block],
    ).fetchall():
        digests = _digests(connection, [x[1] for x in links])
        for n, append, facts, digest, stored in links:
            found = digests.get(append)
            where = {"chain": chain, "n": n, "append": append}
            if n != expected:
                verdict.findings.append({"what": "link_missing", **where})
            if found is None:
                verdict.findings.append({"what": "append_removed", **where})
            elif found[0] != facts:
                verdict.findings.append({"what": "facts_removed_or_added", "sealed": facts, "found": found[0], **where})
            elif found[1] != digest:
                verdict.findings.append({"what": "facts_altered", **where})
            if link(head, digest) != stored:
                verdict.findings.append({"what": "chain_broken", **where})
            head, expected, last = stored, n + 1, n
            linked[n] = stored
            verdict.links += 1
            verdict.facts += facts
    return linked


def _verify_heads(
    connection: Connection[Any], tips: dict[int, dict[int, bytes]], written: list[Head], verdict: Verdict
) -> None:
    public, database = keys.verify_key(), connection.info.dbname
    rows = connection.execute("select chain, n, head, signature from ledger_seal_head")
    said = [(Head(database, chain, n, head, signature), "database") for chain, n, head, signature in rows]
    for head, where in said + [(head, "file") for head in written]:
        found = {"chain": head.chain, "n": head.n, "where": where}
        if not heads.signed(head, public):
            verdict.findings.append({"what": "signature_wrong", **found})
        elif tips.get(head.chain, {}).get(head.n) != head.head:
            verdict.findings.append({"what": "head_missing_or_changed", **found})
