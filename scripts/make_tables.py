"""Write the tables of `hybnb.analyse.lexicon` from the installed TensorFlow, Keras and NumPy.

python scripts/make_tables.py          writes hybnb/analyse/tables/*.json
python scripts/make_tables.py --check  writes nothing; exit code 1 when a file isn't what would be written
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "hybnb" / "analyse" / "tables"


def main() -> int:
    """Exit code 0 when all is written or fresh."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only say whether the files are fresh")
    parser.add_argument(
        "--only", choices=("python", "numpy", "methods", "keras", "tensorflow"), help="one table rather than all"
    )
    options = parser.parse_args()
    os.environ.update(CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3", KERAS_BACKEND="tensorflow")
    sys.path.insert(0, str(ROOT))
    from making_tables.files import texts

    stale = []
    for name, text in texts(options.only):
        file = FOLDER / name
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not options.check:
            FOLDER.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
    print(f"{'stale' if options.check else 'written'}: {', '.join(stale)}" if stale else "all tables are fresh")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
