#!/usr/bin/env python3
"""Trains the ticket classifier and writes shared/src/classify/weights.bin.

    python3 -m venv .venv && .venv/bin/pip install numpy scipy scikit-learn
    .venv/bin/python tests/classifier/train.py            # cross-validation, then the weights
    .venv/bin/python tests/classifier/train.py --quick    # the weights only, with the settings below

Reads sentences/*.txt and concepts.txt beside it and tests/fixtures/labelled/tuning.jsonl. It never opens held_out.jsonl:
those are only measured, by the flow test `classifier` and the example `classifier`. The same input gives the same file.

What it fits, all linear:
  * 17 classes (a reason each, and `inquiry`, `other`) on words, characters and concepts;
  * danger and law, each on the same and on pairs of concepts in one sentence; the score of a message is that of the
    whole plus that of its worst sentence, so that one line in a long story is heard.
The text is cut up here exactly as in shared/src/classify/{tokens,features}.rs: change both together.
"""
import collections
import hashlib
import json
import math
import pathlib
import re
import struct
import sys

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CLASSIFY = ROOT / "shared/src/classify"
TUNING = ROOT / "tests/fixtures/labelled/tuning.jsonl"

CLASSES = [
    "quality.defect", "quality.malfunction", "quality.not_as_described",
    "delivery.slow", "delivery.damaged", "delivery.courier_attitude",
    "service.attitude", "service.slow", "service.unsuitable_solution",
    "order.cancellation", "order.modification", "order.wrong_information",
    "account_payment.account", "account_payment.payment_failed", "account_payment.refund_difficulty",
    "inquiry", "other",
]
CATEGORIES = ["quality", "delivery", "service", "order", "account_payment", "inquiry", "other"]
OF = np.array([CATEGORIES.index(c.split(".")[0]) for c in CLASSES])
FLAGS = ["danger", "legal"]

# Settings. The sentences and concepts were written with some tuning messages in view, so cross-validation flatters a
# little, though sentences like a message are not learned from while it is tested (ALIKE).
TUNED_WEIGHT, FLAG_WEIGHT = 1.5, 8.0  # a labelled message counts so much against a written sentence, for classes and flags
STRENGTH = 30.0         # inverse regularisation of the classes
FLAG_STRENGTH = 5.0     # and of danger and law
BODY, SUBJECT = 2, 3    # how much a feature counts in the body and in the subject
CONCEPT_CLASS = 1       # a concept for the classes; for danger and law:
CONCEPT_FLAG, PAIR_FLAG = 4, 2
CALM_SENTENCE = 0.5     # each sentence of a message without danger or law is learned as such too, and counts so much
SEEN = 2                # a feature is learned when it is in so many texts; what was seen once is mostly chance
KEEP = 23000            # and at most so many are kept, those with the largest weights
FLAG_SHARE = 1.5        # how much a weight for danger or law counts against one for a class when choosing
HEAT = 1.0              # makes the shares of the classes as sure as they are right, or less; the best fit is 1.5
LINES = [-4.7, -6.4]    # danger and law are told from here on; a missed danger costs more than a false one
FOLDS = 5
ALIKE = 0.2             # a sentence so like a message is not learned from while that message is tested

# ---------------------------------------------------------------- text -> tokens (tokens.rs)

SIMPLIFIED = dict(re.findall(r"\('(.)', '(.)'\)", (CLASSIFY / "script.rs").read_text()))
PLAIN = dict(zip("àáâäåèéêëìíîïòóôöùúûüñç", "aaaaaeeeeiiiioooouuuunc"))
HOTLINES = {"12315", "12345", "12305", "12366", "110", "119", "120", "911", "999"}
BREAK, END = "|", "\n"
MASK = 0xFFFFFFFF

def stem(word):
    for ending in ("ing", "edly", "ed", "es", "ly", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4 and not word.endswith("ss"):
            word = word[: -len(ending)]
            if len(word) > 4 and word[-1] == word[-2]:
                word = word[:-1]
            break
    if len(word) > 4 and word[-1] == "e":
        word = word[:-1]
    return word

def is_han(tok):
    return len(tok) == 1 and ("\u3400" <= tok <= "\u9fff" or 0x20000 <= ord(tok) < 0x30000)

def tokens(text):
    """Words cut to their stems, a hotline's number, `0` for any other, single Han characters, `?`, `!`, BREAK and END."""
    out, word, number = [], "", ""

    def flush():
        nonlocal word, number
        if word:
            out.append(stem(word))
        elif number:
            out.append(number if number in HOTLINES else "0")
        word, number = "", ""

    fold = []
    for letter in text.lower():
        code = ord(letter)
        if 0xFF01 <= code <= 0xFF5E:
            letter = chr(code - 0xFEE0).lower()
        fold.append(SIMPLIFIED.get(letter, PLAIN.get(letter, letter)))
    for at, letter in enumerate(fold):
        if "a" <= letter <= "z":
            if number:
                flush()
            word += letter
        elif letter in "0123456789":
            if word:
                flush()
            number += letter
        elif letter in "'\u2019\u2018`":
            continue
        else:
            flush()
            if is_han(letter):
                out.append(letter)
            elif letter in "?!":
                out += [letter, END]
            elif letter in "。\n…":
                out.append(END)
            elif letter == ".":
                follows = fold[at + 1] if at + 1 < len(fold) else " "
                out.append(END if follows in " \n" else BREAK)
            elif letter in ",;:，、；：()\"“”「」—":
                out.append(BREAK)
    flush()
    return out

def sentences(toks):
    found, current = [], []
    for tok in toks:
        if tok == END:
            if current:
                found.append(current)
            current = []
        else:
            current.append(tok)
    if current:
        found.append(current)
    return found

# ---------------------------------------------------------------- tokens -> features (features.rs)

def fnv(data, seed=0x811C9DC5):
    for byte in data:
        seed = ((seed ^ byte) * 0x01000193) & MASK
    return seed

def mix(a, b):
    return ((((a << 5) | (a >> 27)) & MASK) ^ b) * 0x9E3779B1 & MASK

_hash = {}

def token_hash(tok):
    if tok not in _hash:
        _hash[tok] = fnv(tok.encode())
    return _hash[tok]

_chars = {}

def char_grams(word):
    if word not in _chars:
        marked = ("^" + word + "$").encode()
        _chars[word] = [fnv(marked[i:i + k], 0x2545F491) for k in (4, 5) for i in range(len(marked) - k + 1)]
    return _chars[word]

def grams(sentence):
    out = set()
    n = len(sentence)
    for i, tok in enumerate(sentence):
        if tok == BREAK:
            continue
        one = token_hash(tok)
        out.add(one)
        if i + 1 < n and sentence[i + 1] != BREAK:
            two = mix(one, token_hash(sentence[i + 1]))
            out.add(two)
            if is_han(tok) and i + 2 < n and sentence[i + 2] != BREAK:
                out.add(mix(two, token_hash(sentence[i + 2])))
        if "a" <= tok[0] <= "z":
            out.update(char_grams(tok))
    return out

LONGEST = 4             # tokens in a phrase

def load_concepts():
    names, table = [], {}
    for line in (HERE / "concepts.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        name, phrases = line.split(":", 1)
        for phrase in phrases.split(","):
            toks = [t for t in tokens(phrase.strip()) if t not in (BREAK, END)]
            if not 1 <= len(toks) <= LONGEST:
                sys.exit(f"{name}: a phrase has 1 to {LONGEST} tokens, not so {phrase!r}")
            key = token_hash(toks[0])
            for tok in toks[1:]:
                key = mix(key, token_hash(tok))
            table.setdefault(key, set()).add(len(names))
        names.append(name)
    return names, table

NAMES, CONCEPTS = load_concepts()
CALM = [name.startswith("calm.") for name in NAMES]

def concepts(sentence):
    """A phrase that says all is well, or only sounds bad ("nobody hurt", "killer deal"), hides what is inside it."""
    hits = []
    for i in range(len(sentence)):
        key = None
        for size, tok in enumerate(sentence[i:i + LONGEST], 1):
            if tok == BREAK:
                break
            key = token_hash(tok) if key is None else mix(key, token_hash(tok))
            hits += [(i, i + size, concept) for concept in CONCEPTS.get(key, ())]
    calm = {at for start, end, concept in hits if CALM[concept] for at in range(start, end)}
    return {concept for start, end, concept in hits if CALM[concept] or not calm.intersection(range(start, end))}

def pair(a, b):
    """The row of two concepts, a < b."""
    return a * len(NAMES) + b

Message = collections.namedtuple("Message", "values concepts pairs sentences")

def read(subject, body):
    """values: feature -> 2 or 3; sentences: (features, concepts) each."""
    body = "\n".join(line for line in body.split("\n") if not line.lstrip().startswith(">"))
    values, seen, pairs, parts = {}, set(), set(), []
    for text, value in ((body, BODY), (subject, SUBJECT)):
        for sentence in sentences(tokens(text)):
            gs, cs = grams(sentence), concepts(sentence)
            for g in gs:
                values[g] = max(values.get(g, 0), value)
            seen |= cs
            ordered = sorted(cs)
            mine = {pair(a, b) for i, a in enumerate(ordered) for b in ordered[i + 1:]}
            pairs |= mine
            parts.append((gs, cs, mine))
    return Message(values, seen, pairs, parts)

# ---------------------------------------------------------------- what is learned from

Row = collections.namedtuple("Row", "id message cls danger legal weight")

def written():
    rows = []
    for file in sorted((HERE / "sentences").glob("*.txt")):
        cls, flags = None, []
        for line in file.read_text().splitlines():
            if line.startswith("= "):
                cls, *flags = line[2:].split()
                assert cls == "-" or cls in CLASSES, line
            elif line:
                danger, legal = int("danger" in flags), int("legal" in flags)
                if cls == "-":
                    # Snippets for one flag say nothing of the other, but for the harmless ones.
                    legal = None if flags[0] == "danger" else legal
                    danger = None if flags[0] == "legal" else danger
                rows.append(Row(None, read("", line), None if cls == "-" else cls, danger, legal, 1.0))
    return rows

def labelled():
    rows = []
    for line in TUNING.read_text().splitlines():
        r = json.loads(line)
        cls = r["category"] + ("." + r["reason"] if r["reason"] else "")
        rows.append(Row(r["id"], read(r["subject"], r["body"]), cls, int(r["danger"]), int(r["legal"]), TUNED_WEIGHT))
    return rows

def flagged(row):
    return row.weight if row.weight == 1.0 else FLAG_WEIGHT

# ---------------------------------------------------------------- fitting

class Space:
    """Columns: features, then concepts, then pairs; a value is its number over the length of the features alone."""

    def __init__(self, rows):
        count = collections.Counter()
        for row in rows:
            count.update(row.message.values.keys())
            count.update(("c", c) for c in row.message.concepts)
            count.update(("p", p) for p in row.message.pairs)
        count = {key: n for key, n in count.items() if n >= SEEN or not isinstance(key, int)}
        self.column = {key: i for i, key in enumerate(sorted(count, key=str))}
        self.idf = np.zeros(len(self.column))
        for key, i in self.column.items():
            self.idf[i] = math.log((1 + len(rows)) / (1 + count[key]))

    def matrix(self, items, concept, pairv):
        """items: (values, concepts, pairs)."""
        I, J, V = [], [], []
        for i, (values, cs, ps) in enumerate(items):
            norm = math.sqrt(sum(v * v for v in values.values()) or 1)
            entries = list(values.items())
            entries += [(("c", c), concept) for c in cs] if concept else []
            entries += [(("p", p), pairv) for p in ps] if pairv else []
            for key, value in entries:
                j = self.column.get(key)
                if j is not None:
                    I.append(i); J.append(j); V.append(value / norm * self.idf[j])
        return csr_matrix((V, (I, J)), shape=(len(items), len(self.column)))

def whole(row):
    return (row.message.values, row.message.concepts, row.message.pairs)

def parts(row):
    return [({g: BODY for g in gs}, cs, ps) for gs, cs, ps in row.message.sentences] or [({}, set(), set())]

class Model:
    def __init__(self, rows, prior):
        self.space = Space(rows)
        classed = [r for r in rows if r.cls]
        X = self.space.matrix([whole(r) for r in classed], CONCEPT_CLASS, 0)
        y = np.array([CLASSES.index(r.cls) for r in classed])
        w = np.array([r.weight for r in classed])
        have = np.bincount(y, weights=w, minlength=len(CLASSES))
        want = np.array([prior[c] + 3.0 for c in CLASSES])
        w = w * (want / want.sum() * have.sum() / have)[y]
        self.classes = LogisticRegression(C=STRENGTH, max_iter=400).fit(X, y, sample_weight=w)
        self.flags = []
        for flag in FLAGS:
            told = [(whole(r), getattr(r, flag), (r.weight if r.weight == 1.0 else FLAG_WEIGHT)) for r in rows if getattr(r, flag) is not None]
            told += [(part, 0, (r.weight if r.weight == 1.0 else FLAG_WEIGHT) * CALM_SENTENCE) for r in rows if getattr(r, flag) == 0
                     and len(r.message.sentences) > 1 for part in parts(r)]
            items, gold, weight = zip(*told)
            X = self.space.matrix(items, CONCEPT_FLAG, PAIR_FLAG)
            self.flags.append(LogisticRegression(C=FLAG_STRENGTH, max_iter=400).fit(X, gold, sample_weight=weight))
        self.prune()

    def prune(self):
        """Forgets all but the KEEP weightiest features. Concepts and pairs stay."""
        size = np.maximum(
            np.abs(self.classes.coef_ * self.space.idf).max(0),
            np.max([np.abs(m.coef_[0] * self.space.idf) for m in self.flags], 0) * FLAG_SHARE)
        keys = [k for k in self.space.column if isinstance(k, int)]
        keys.sort(key=lambda k: (-size[self.space.column[k]], k))
        self.kept = set(keys[:KEEP])
        gone = [self.space.column[k] for k in keys[KEEP:]]
        self.classes.coef_[:, gone] = 0
        for m in self.flags:
            m.coef_[:, gone] = 0

    def logits(self, rows):
        return self.classes.decision_function(self.space.matrix([whole(r) for r in rows], CONCEPT_CLASS, 0))

    def flag_scores(self, rows, which):
        model = self.flags[which]
        doc = model.decision_function(self.space.matrix([whole(r) for r in rows], CONCEPT_FLAG, PAIR_FLAG))
        cut = [parts(r) for r in rows]
        flat = model.decision_function(self.space.matrix([p for ps in cut for p in ps], CONCEPT_FLAG, PAIR_FLAG))
        worst, at = [], 0
        for ps in cut:
            worst.append(max(flat[at:at + len(ps)])); at += len(ps)
        return doc + np.array(worst)

def category_shares(logits, heat):
    e = np.exp((logits - logits.max(1, keepdims=True)) * heat)
    e /= e.sum(1, keepdims=True)
    return np.stack([e[:, OF == k].sum(1) for k in range(len(CATEGORIES))], 1)

def figures(score, gold, line):
    hit = score >= line
    found = (hit & gold).sum()
    return f"precision {found / max(hit.sum(), 1):.3f} recall {found / gold.sum():.3f}"

def likeness(base, tuned):
    """The cosine of each sentence (row) with each labelled message, over their features."""
    space = Space(base + tuned)

    def unit(rows):
        matrix = space.matrix([whole(r) for r in rows], 0, 0)
        length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(1)).ravel())
        return diags(1 / np.maximum(length, 1e-9)) @ matrix

    return (unit(base) @ unit(tuned).T).tocsc()

def cross_validate(base, tuned):
    alike = likeness(base, tuned)
    prior = collections.Counter(r.cls for r in tuned)
    fold = np.array([int(hashlib.sha256(r.id.encode()).hexdigest(), 16) % FOLDS for r in tuned])
    logits = np.zeros((len(tuned), len(CLASSES))); flags = np.zeros((len(FLAGS), len(tuned)))
    for k in range(FOLDS):
        test = [i for i in range(len(tuned)) if fold[i] == k]
        like = alike[:, test].max(1).toarray().ravel()
        unlike = [r for r, near in zip(base, like) if near <= ALIKE]
        model = Model(unlike + [r for r, f in zip(tuned, fold) if f != k], prior)
        logits[test] = model.logits([tuned[i] for i in test])
        for f in range(len(FLAGS)):
            flags[f, test] = model.flag_scores([tuned[i] for i in test], f)
    gold = np.array([CATEGORIES.index(r.cls.split(".")[0]) for r in tuned])
    heats = np.arange(0.5, 4.05, 0.1)
    loss = [-np.log(category_shares(logits, h)[range(len(gold)), gold] + 1e-9).mean() for h in heats]
    heat = float(heats[int(np.argmin(loss))])
    shares = category_shares(logits, HEAT); guess = shares.argmax(1); sure = np.floor(shares.max(1) * 100)
    print(f"category {np.mean(guess == gold):.3f}  log loss {min(loss):.3f} at heat {heat:.1f}")
    reasoned = [i for i, r in enumerate(tuned) if "." in r.cls]
    print(f"reason {np.mean([CLASSES[logits[i].argmax()] == tuned[i].cls for i in reasoned]):.3f}")
    print("confused", collections.Counter((CATEGORIES[g], CATEGORIES[p]) for g, p in zip(gold, guess) if g != p).most_common(8))
    for low, high in ((0, 50), (50, 60), (60, 70), (70, 80), (80, 90), (90, 100), (50, 100)):
        band = (sure >= low) & (sure < high)
        right = np.mean(guess[band] == gold[band]) if band.any() else 1.0
        print(f"  confidence {low} to {high - 1} at heat {HEAT}: {band.mean():.2f} of messages, {right:.3f} right")
    for f, flag in enumerate(FLAGS):
        gold = np.array([bool(getattr(r, flag)) for r in tuned])
        print(f"{flag} at {LINES[f]}: {figures(flags[f], gold, LINES[f])}")
        for line in np.arange(-3.0, 3.5, 1.0) + LINES[f]:
            print(f"    {line:.1f}: {figures(flags[f], gold, line)}")

# ---------------------------------------------------------------- the file (weights.rs reads it)

def sorted_table(keys):
    """For each of the 4096 leading 12 bits, where its keys begin, and an end; then the next 16 bits of each key."""
    starts = np.searchsorted(np.array([k >> 20 for k in keys]), np.arange(4097))
    rest = np.array([k >> 4 & 0xFFFF for k in keys])
    return struct.pack("<H", len(keys)) + starts.astype("<u2").tobytes() + rest.astype("<u2").tobytes()

ROW = 12                # a byte of scale, 17 half bytes for the classes, a byte each for danger and law

def rounded_rows(classes, flags):
    """A row for each column, and what one step of a class and of a flag is worth.

    A class weight is -7..7 times the row's scale. Cross-validation shows no difference to full precision."""
    top = np.abs(classes).max(0)
    unit = top.max() / 7 / 255
    scale = np.clip(np.ceil(top / 7 / unit), 1, 255)
    q = np.clip(np.rint(classes / (scale * unit)), -7, 7).astype(int)
    step = np.abs(flags).max() / 127
    f = np.rint(flags / step).astype(np.int8)
    rows = []
    for j in range(classes.shape[1]):
        halves = [v & 15 for v in q[:, j]] + [0]
        rows.append(bytes([int(scale[j])]) + bytes(lo | hi << 4 for lo, hi in zip(halves[::2], halves[1::2]))
                    + f[:, j].tobytes())
    return rows, unit, f, step

def write(model, path):
    space = model.space
    rows, unit, flags, step = rounded_rows(
        model.classes.coef_ * space.idf, np.vstack([m.coef_[0] for m in model.flags]) * space.idf)

    def row(key):
        j = space.column.get(key)
        return b"\0" * ROW if j is None else rows[j]

    # A score is the sum of steps over 256 times the length, times this, over 256: in 1/256 of a binary digit.
    class_factor = round(unit * HEAT / math.log(2) * 256 * 256 * 256)
    flag_factor = round(step * 256 * 256 * 256)
    calm = sum(1 << concept for concept, is_calm in enumerate(CALM) if is_calm)
    out = struct.pack("<4sHBBQii", b"AFT2", len(NAMES), len(CLASSES), len(FLAGS), calm, class_factor, flag_factor)
    out += np.rint(model.classes.intercept_ * HEAT / math.log(2) * 256).astype("<i4").tobytes()
    for m, line in zip(model.flags, LINES):
        out += struct.pack("<i", round((line - 2 * m.intercept_[0]) * 256))
    phrases = sorted((key, name) for key, names in CONCEPTS.items() for name in names)
    out += sorted_table([key for key, _ in phrases]) + bytes(name for _, name in phrases)
    kept = sorted(key for key in model.kept if isinstance(key, int))
    out += sorted_table(kept) + b"".join(row(key) for key in kept)
    out += b"".join(row(("c", c)) for c in range(len(NAMES)))
    for p in range(len(NAMES) ** 2):
        j = space.column.get(("p", p))
        out += b"\0" * len(FLAGS) if j is None else flags[:, j].tobytes()
    out += "\n".join(NAMES).encode()
    path.write_bytes(out)
    print(path.name, len(out), "bytes,", len(kept), "features")

if __name__ == "__main__":
    base, tuned = written(), labelled()
    print(len(base), "sentences,", len(tuned), "labelled messages,", len(NAMES), "concepts,", len(CONCEPTS), "phrases")
    if "--quick" not in sys.argv:
        cross_validate(base, tuned)
    write(Model(base + tuned, collections.Counter(r.cls for r in tuned)), CLASSIFY / "weights.bin")
