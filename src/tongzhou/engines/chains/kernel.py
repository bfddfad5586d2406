"""Numba kernels of the contact index and of the search over it.

One end of a contact event is one 64-bit word, so that sorting words sorts by time, one cache miss brings an
event with its setting and duration, and an event costs 16 bytes in all (8 for either end):

    bits 63–48 minute since the segment's base | 47–16 the other person | 15–8 setting | 7–0 minutes together

The search works in a time that always runs forward: minutes, or minus minutes when it looks backward.
"""

import numpy as np
from numba import njit

MINUTE, PERSON, SETTING = np.uint64(48), np.uint64(16), np.uint64(8)
LOW16, LOW32, LOW8 = np.uint64(0xFFFF), np.uint64(0xFFFFFFFF), np.uint64(0xFF)
AHEAD = 32  # ranges whose persons' slots are fetched before the first of them is followed
SHORT = 48  # ends of one person below which insertion beats a general sort
# columns of a state (int32 row): who, when (search time), hop, state before it, event's low 16 bits, who was met
WHO, WHEN, HOP, BEFORE, TRAITS, MET, OLDER = range(7)
# columns of the table of persons (int32 row): person + 1 or 0, and their newest state
KEY, NEWEST = range(2)
NONE = -1


@njit(cache=True)
def ones(x):  # type: ignore[no-untyped-def]
    """Number of bits set in a 64-bit word (Hacker's Delight, 5-2)."""
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (x * np.uint64(0x0101010101010101)) >> np.uint64(56)


@njit(cache=True)
def count_ends(a, b, persons):  # type: ignore[no-untyped-def]
    """Ends per person, or the first faulty row: -row-1 beside an empty array."""
    ends = np.zeros(persons, np.uint32)
    for row in range(a.size):
        x, y = a[row], b[row]
        if x < 0 or y < 0 or x >= persons or y >= persons or x == y:
            return np.zeros(0, np.uint32), row
        ends[x] += 1
        ends[y] += 1
    return ends, NONE


@njit(cache=True)
def compress(ends):  # type: ignore[no-untyped-def]
    """Turn ends per person into cursors in place; returns (bits, ranks, offsets) of the persons who have any."""
    blocks = (ends.size + 63) // 64
    bits, ranks = np.zeros(blocks, np.uint64), np.zeros(blocks, np.uint32)
    active = 0
    for person in range(ends.size):
        active += ends[person] > 0
    offsets = np.zeros(active + 1, np.uint32)
    rank, total = 0, np.int64(0)
    for person in range(ends.size):
        block = person >> 6
        if person & 63 == 0:
            ranks[block] = rank
        here = np.int64(ends[person])
        ends[person] = total
        if here:
            bits[block] |= np.uint64(1) << np.uint64(person & 63)
            offsets[rank] = total
            rank += 1
            total += here
    offsets[rank] = total
    return bits, ranks, offsets


@njit(cache=True)
def place_words(words, cursor, a, b, minute, base, setting, duration):  # type: ignore[no-untyped-def]
    """Write either end of every event at its person's cursor; empty setting or duration means 0."""
    for row in range(a.size):
        x, y = np.uint64(a[row]), np.uint64(b[row])
        low = np.uint64(minute[row] - base) << MINUTE
        if setting.size:
            low |= np.uint64(setting[row]) << SETTING
        if duration.size:
            low |= np.uint64(duration[row])
        words[cursor[a[row]]] = low | (y << PERSON)
        words[cursor[b[row]]] = low | (x << PERSON)
        cursor[a[row]] += 1
        cursor[b[row]] += 1


@njit(cache=True)
def sort_words(words, offsets):  # type: ignore[no-untyped-def]
    """Sort each person's words; returns how many events are there twice."""
    twice = 0
    for rank in range(offsets.size - 1):
        start, stop = np.int64(offsets[rank]), np.int64(offsets[rank + 1])
        if stop - start > SHORT:
            words[start:stop].sort()
        else:
            for i in range(start + 1, stop):
                word, j = words[i], i - 1
                while j >= start and words[j] > word:
                    words[j + 1] = words[j]
                    j -= 1
                words[j + 1] = word
        for i in range(start + 1, stop):
            twice += words[i] == words[i - 1]
    return twice // 2


@njit(cache=True)
def locate(bits, ranks, offsets, words, base, span, persons, first, last):  # type: ignore[no-untyped-def]
    """Where each person's events of minutes first…last stand in the segment; (starts, stops, how many, –).

    Three passes, because the time goes in waiting for memory: rows of many persons are fetched at once before
    any is searched (a value made of what was fetched is
    returned, or the compiler would leave the fetching out).
    """
    starts, stops = np.zeros(persons.size, np.int64), np.zeros(persons.size, np.int64)
    for i in range(persons.size):
        person = persons[i]
        block, bit = bits[person >> 6], np.uint64(1) << np.uint64(person & 63)
        if block & bit and first[i] <= base + span and last[i] >= base:
            rank = np.int64(ranks[person >> 6]) + np.int64(ones(block & (bit - np.uint64(1))))
            starts[i], stops[i] = np.int64(offsets[rank]), np.int64(offsets[rank + 1])
    fetched = np.uint64(0)
    for i in range(persons.size):
        if stops[i] > starts[i]:
            fetched |= words[starts[i]] | words[(starts[i] + stops[i]) >> 1]
    total = 0
    for i in range(persons.size):
        start, stop = starts[i], stops[i]
        if stop > start:
            if first[i] > base:
                start = lower(words, start, stop, np.uint64(first[i] - base))
            if last[i] < base + span:
                stop = lower(words, start, stop, np.uint64(last[i] - base + 1))
            starts[i], stops[i] = start, max(start, stop)
            total += stops[i] - start
    return starts, stops, total, fetched


@njit(cache=True)
def lower(words, start, stop, minute):  # type: ignore[no-untyped-def]
    """First word from `minute` on."""
    key = minute << MINUTE
    if stop - start <= SHORT:
        below = 0  # counting has no branch to mispredict
        for at in range(np.uint64(start), np.uint64(stop)):
            below += words[at] < key
        return start + below
    while start < stop:
        middle = (start + stop) >> 1
        if words[middle] < key:
            start = middle + 1
        else:
            stop = middle
    return start


@njit(cache=True)
def home(person, mask):  # type: ignore[no-untyped-def]
    """The slot a person has unless another is there (Fibonacci hashing; Knuth, volume 3, 6.4)."""
    return (person * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(32)) & mask


@njit(cache=True)
def slot_of(table, person):  # type: ignore[no-untyped-def]
    """The person's slot in an open-addressed table, or the free one where they belong."""
    mask = table.shape[0] - 1
    slot = np.int64(home(np.uint64(person), np.uint64(mask)))
    while table[slot, KEY] != 0 and table[slot, KEY] != person + 1:
        slot = (slot + 1) & mask
    return slot


@njit(cache=True)
def rehash(table, size):  # type: ignore[no-untyped-def]
    """The same table with `size` (a power of two) slots."""
    larger = np.zeros((size, 2), np.int32)
    for slot in range(table.shape[0]):
        if table[slot, KEY]:
            larger[slot_of(larger, np.int64(table[slot, KEY]) - 1)] = table[slot]
    return larger


@njit(cache=True)
def enter(states, table, people, when):  # type: ignore[no-untyped-def]
    """Put the seeds, each named once, in as hop 0."""
    for i in range(people.size):
        slot = slot_of(table, np.int64(people[i]))
        table[slot, KEY], table[slot, NEWEST] = people[i] + 1, i
        put(states, i, people[i], when[i], 0, NONE, 0, NONE, NONE)


@njit(cache=True)
def put(states, at, who, when, hop, before, traits, met, older):  # type: ignore[no-untyped-def]
    states[at, WHO], states[at, WHEN], states[at, HOP], states[at, BEFORE] = who, when, hop, before
    states[at, TRAITS], states[at, MET], states[at, OLDER] = traits, met, older


@njit(cache=True)
def spread(  # type: ignore[no-untyped-def]
    words, base, sign, starts, stops, origin, hop, every, weight, least, states, used, table, entered
):
    """Follow the located events one hop; returns (states used, persons in the table, –).

    origin: the state each range starts from. every: keep each moment a person is reached (needed where the
    infectious window ends), not the earliest alone. weight: of the 65,536 setting × duration pairs, or empty.
    Among events of one hop the first in (time, who was met, setting and duration) wins, whatever the order in
    which segments are read. A seed spreads in its own window only and is not reached again,
    nor is a person whom a cap left out (hop -1).
    """
    mask = np.uint64(table.shape[0] - 1)
    fetched = np.int32(0)
    for i in range(starts.size):
        if i % AHEAD == 0:
            for j in range(i, min(i + AHEAD, starts.size)):
                for at in range(starts[j], stops[j]):
                    fetched |= table[home(words[at] >> PERSON & LOW32, mask), KEY]
        source = origin[i]
        met = states[source, WHO]
        for at in range(starts[i], stops[i]):
            word = words[at]
            traits = np.int64(word & LOW16)
            if weight.size and weight[traits] < least:
                continue
            person = np.int64((word >> PERSON) & LOW32)
            when = sign * (np.int64(word >> MINUTE) + base)
            slot = slot_of(table, person)
            if table[slot, KEY] == 0:
                table[slot, KEY], table[slot, NEWEST] = person + 1, used
                put(states, used, person, when, hop, source, traits, met, NONE)
                used += 1
                entered += 1
                continue
            last = table[slot, NEWEST]
            if states[last, HOP] <= 0:
                continue
            if states[last, HOP] < hop:
                if every or states[last, WHEN] > when:
                    table[slot, NEWEST] = used
                    put(states, used, person, when, hop, source, traits, met, last)
                    used += 1
                continue
            ahead = earlier(states, last, when, met, traits)
            if not every:
                if ahead:
                    put(states, last, person, when, hop, source, traits, met, states[last, OLDER])
            elif states[last, WHEN] != when or ahead:
                put(states, used, person, when, hop, source, traits, met, NONE)
                if ahead:
                    table[slot, NEWEST] = used
                used += 1
    return used, entered, fetched


@njit(cache=True)
def earlier(states, state, when, met, traits):  # type: ignore[no-untyped-def]
    """Whether an event comes before the one that led to a state."""
    if states[state, WHEN] != when:
        return when < states[state, WHEN]
    if states[state, MET] != met:
        return met < states[state, MET]
    return traits < states[state, TRAITS]


@njit(cache=True)
def windows(states, begin, end, last_end, latent, span, every, until):  # type: ignore[no-untyped-def]
    """Search times (from, to) in which each new state spreads, and its number.

    Without an end of the infectious window a state scans only what an earlier hop has not: up to the moment
    at which the same person already spread. With one, a person's windows are merged so that no event is read
    twice in a hop: states come sorted by person and time.
    """
    size = end - begin
    order = np.arange(begin, end)
    if every:
        order = order[np.argsort(states[begin:end, WHEN], kind="mergesort")]
        order = order[np.argsort(states[order, WHO], kind="mergesort")]
    lows, highs, kept = np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int64)
    used, who, done = 0, np.int64(NONE), np.int64(0)
    for state in order:
        if states[state, HOP] == NONE:
            continue
        seed = states[state, HOP] == 0
        low = np.int64(states[state, WHEN]) + (0 if seed else latent)
        high = until if span < 0 or seed else min(until, low + span)
        if seed and last_end.size:
            high = min(high, last_end[state])
        if every:
            if states[state, WHO] == who:
                low = max(low, done + 1)
                done = max(high, done)
            else:
                who, done = np.int64(states[state, WHO]), high
        elif states[state, OLDER] != NONE:
            high = min(high, np.int64(states[states[state, OLDER], WHEN]) + latent - 1)
        if low <= high:
            lows[used], highs[used], kept[used] = low, high, state
            used += 1
    return lows[:used], highs[:used], kept[:used]


@njit(cache=True)
def first_states(states, used, table, every, begin):  # type: ignore[no-untyped-def]
    """From state `begin` on, each person's state of fewest hops and there of the first event, in order of hop."""
    out = np.empty(used - begin, np.int64)
    count = 0
    if not every:
        for state in range(begin, used):
            if states[state, OLDER] == NONE and states[state, HOP] > 0:
                out[count] = state
                count += 1
        return out[:count]
    place = np.zeros(table.shape[0], np.int32)
    for state in range(used):
        slot = slot_of(table, np.int64(states[state, WHO]))
        if states[state, HOP] < 0:
            continue
        if place[slot] == 0:
            if state >= begin and states[state, HOP] > 0:
                out[count] = state
                count += 1
                place[slot] = count
            else:
                place[slot] = NONE
        elif place[slot] > 0:
            best = out[place[slot] - 1]
            traits, met = states[state, TRAITS], states[state, MET]
            if states[best, HOP] == states[state, HOP] and earlier(states, best, states[state, WHEN], met, traits):
                out[place[slot] - 1] = state
    return out[:count]


@njit(cache=True)
def columns(states, at, sign):  # type: ignore[no-untyped-def]
    """Person, hop, minute, who was met, setting × 256 + duration of the states."""
    person, hop, met = np.empty(at.size, np.int32), np.empty(at.size, np.int32), np.empty(at.size, np.int32)
    minute, traits = np.empty(at.size, np.int64), np.empty(at.size, np.uint16)
    for i in range(at.size):
        state = at[i]
        person[i], hop[i], met[i] = states[state, WHO], states[state, HOP], states[state, MET]
        minute[i], traits[i] = sign * np.int64(states[state, WHEN]), states[state, TRAITS]
    return person, hop, minute, met, traits
