"""Writes TensorFlow code of the kind people write, as much of it as is wanted, the same for the same seed.

Each piece is a template with a number in its names, so that no two functions are the same text; the mix follows what
is found in public notebooks: training steps, losses, metrics, layers, data loading, plotting, plain Python between.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import nbformat

IMPORTS = "import numpy as np\nimport tensorflow as tf\n"
KERAS_IMPORTS = IMPORTS + "import keras\nimport time\n"

PIECES = [
    '''
def loss_{i}(truth, guess, weight={c}.5):
    """Weighted squared error of batch {i}."""
    difference = tf.cast(truth, tf.float32) - guess
    per_item = tf.reduce_mean(tf.square(difference), axis=-1)
    if weight > 1:
        per_item = per_item * weight
    return tf.reduce_mean(per_item)
''',
    """
def cross_entropy_{i}(truth, logits):
    per_item = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=truth, logits=logits)
    return tf.reduce_mean(per_item)


def train_step_{i}(model, optimizer, x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss = cross_entropy_{i}(y, logits)
        loss += tf.add_n([tf.nn.l2_loss(v) * {c}e-4 for v in model.trainable_variables])
    gradients = tape.gradient(loss, model.trainable_variables)
    gradients, norm = tf.clip_by_global_norm(gradients, {c}.0)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss, norm
""",
    """
history_{i} = []


def log_{i}(epoch, loss, verbose=True):
    history_{i}.append(float(loss))
    if verbose and epoch % {c} == 0:
        print(f"epoch {{epoch}}: {{history_{i}[-1]:.4f}}")
    return history_{i}[-1]
""",
    """
class Block_{i}(tf.Module):
    def __init__(self, units={c}2):
        super().__init__()
        self.w = tf.Variable(tf.random.normal((units, units)), name="w")
        self.b = tf.Variable(tf.zeros((units,)), name="b")
        self.calls = 0

    def __call__(self, x):
        hidden = tf.nn.relu(tf.matmul(x, self.w) + self.b)
        for _ in range({c}):
            hidden = hidden + tf.tanh(tf.matmul(hidden, self.w))
        return tf.nn.softmax(hidden)

    def count(self, x):
        self.calls += 1
        return self(x)
""",
    """
def normalise_{i}(rows):
    rows = np.asarray(rows, dtype="float32")
    low, high = rows.min(axis=0), rows.max(axis=0)
    scaled = (rows - low) / np.maximum(high - low, 1e-{c})
    return [list(map(float, row)) for row in scaled]
""",
    """
def decode_{i}(tokens, table, limit={c}0):
    words = []
    for token in tokens:
        if token in table:
            words.append(table[token])
        elif len(words) > limit:
            break
    return " ".join(words)
""",
    """
@tf.function
def attention_{i}(query, key, value, mask=None):
    scores = tf.matmul(query, key, transpose_b=True) / tf.sqrt(tf.cast(tf.shape(key)[-1], tf.float32))
    if mask is not None:
        scores += (1.0 - mask) * -1e9
    weights = tf.nn.softmax(scores, axis=-1)
    return tf.matmul(weights, value), weights
""",
    """
def sample_{i}(mean, deviation, steps={c}):
    state = tf.zeros_like(mean)
    for step in tf.range(steps):
        noise = tf.random.normal(tf.shape(mean))
        state = tf.where(noise > 0, state + deviation * noise, state * 0.5)
        if tf.reduce_sum(state) > 100.0:
            state = state / tf.norm(state)
    return state
""",
    """
def evaluate_{i}(model, batches):
    total, seen = 0.0, 0
    for x, y in batches:
        guess = model(x, training=False)
        total += float(tf.reduce_sum(tf.cast(tf.equal(tf.argmax(guess, -1), y), tf.float32)))
        seen += int(x.shape[0])
    return total / max(seen, {c})
""",
]

PLAIN = [
    """
def parse_{i}(line, separator=","):
    fields = [field.strip() for field in line.split(separator)]
    record = {{}}
    for position, field in enumerate(fields):
        if field.isdigit():
            record[position] = int(field) * {c}
        else:
            record[position] = field
    return record
""",
    """
class Store_{i}:
    def __init__(self, path):
        self.path = path
        self.rows = {{}}

    def add(self, key, value):
        self.rows.setdefault(key, []).append(value)
        return len(self.rows[key]) > {c}

    def total(self):
        return sum(len(values) for values in self.rows.values())
""",
]


def pieces(count: int, seed: int, templates: list[str] = PIECES) -> Iterator[str]:
    """`count` pieces of code."""
    chosen = random.Random(seed)
    for index in range(count):
        yield chosen.choice(templates).format(i=f"{seed}_{index}", c=chosen.randint(2, 9))


def text(lines: int, seed: int, templates: list[str] = PIECES) -> str:
    """Code of exactly `lines` lines, cut between pieces and filled up with comments."""
    kept: list[str] = []
    for piece in pieces(lines, seed, templates):
        candidate = [*piece.strip("\n").splitlines(), "", ""]
        if len(kept) + len(candidate) > lines:
            break
        kept += candidate
    return "\n".join(kept + ["# end"] * (lines - len(kept)))


def cell(seed: int, lines: int = 100) -> str:
    """A cell of `lines` lines that defines functions and calls one of them."""
    call = f"loss_{seed}_call(tf.constant([1.0, 2.0]), tf.constant([2.0, 4.0]))"
    own = PIECES[0].strip("\n").format(i=f"{seed}_call", c=2).splitlines()
    return "\n".join([*own, text(lines - len(own) - 1, seed), f"for _ in range(4): {call}"])


def write(folder: Path, files: int, lines: int, plain: bool = False) -> int:
    """Write modules and notebooks of `lines` lines each; the number of lines in all."""
    templates, imports = (PLAIN, "import csv\n") if plain else (PIECES, KERAS_IMPORTS)
    for seed in range(files):
        code = text(lines - imports.count("\n"), seed, templates)
        if seed % 2:
            (folder / f"module_{seed}.py").write_text(imports + code, encoding="utf-8")
        else:
            rows = (imports + code).splitlines()
            sources = ["\n".join(part) for part in _at_top_level(rows)]
            book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
            nbformat.write(book, folder / f"notebook_{seed}.ipynb")
    return files * lines


def write_package(folder: Path, files: int, lines: int) -> int:
    """Write a package of modules of `lines` lines, each of which imports the three before it; the number of lines in all."""
    (folder / "package").mkdir()
    (folder / "package" / "__init__.py").touch()
    for seed in range(files):
        imports = KERAS_IMPORTS + "".join(
            f"from package import module_{one}\n" for one in range(max(seed - 3, 0), seed)
        )
        code = text(lines - imports.count("\n"), seed)
        (folder / "package" / f"module_{seed}.py").write_text(imports + code, encoding="utf-8")
    return files * lines


def _at_top_level(rows: list[str], size: int = 30) -> Iterator[list[str]]:
    """Cells of at least `size` lines, cut where a top-level statement begins."""
    part: list[str] = []
    for row in rows:
        if len(part) >= size and row[:1] not in {" ", ""} and not part[-1].startswith("@"):
            yield part
            part = []
        part.append(row)
    yield part
