"""Functions that do what a trial must survive. `{outside}` is a folder that nobody but the test writes to."""

from __future__ import annotations

from typing import Final

#: title → (source, reason of the refusal, words in its message)
HOSTILE: Final[dict[str, tuple[str, str, str]]] = {
    "an endless loop while tracing": (
        """
        def function(x):
            while not tf.executing_eagerly():
                pass
            return x * 2
        """,
        "deadline",
        "tracing it didn't end",
    ),
    "an endless loop in the graph": (
        """
        def function(x):
            i = tf.constant(0) if tf.executing_eagerly() else tf.constant(1)
            while i > 0:
                i = i + 1 - 1
            return x * tf.cast(i, tf.float32)
        """,
        "deadline",
        "running the graph didn't end",
    ),
    "an endless eager loop that swallows every exception": (
        """
        def function(x):
            while True:
                try:
                    while True:
                        pass
                except BaseException:
                    pass
        """,
        "deadline",
        "running it eagerly didn't end",
    ),
    "ten gigabytes": (
        """
        def function(x):
            return [np.ones(10 * 2**27) for _ in range(1)] and x
        """,
        "memory|raised",
        "memory|Memory",
    ),
    "ten gigabytes bit by bit, in TensorFlow": (
        """
        kept = []
        def function(x):
            for _ in range(400):
                kept.append(tf.ones([5 * 2**20]) + x[0])
            return x
        """,
        "memory|raised|died",
        "memory|Memory|Resource|ended",
    ),
    "os._exit": (
        """
        import os
        def function(x):
            os._exit(0)
        """,
        "died",
        "its process ended while running it eagerly",
    ),
    "sys.exit": (
        """
        import sys
        def function(x):
            sys.exit(3)
        """,
        "raised",
        "SystemExit",
    ),
    "fork": (
        """
        import os
        def function(x):
            if os.fork() == 0:
                while True:
                    pass
            return x
        """,
        "denied",
        "start a process",
    ),
    "a subprocess, whose failure is swallowed": (
        """
        import subprocess
        def function(x):
            try:
                subprocess.run(["touch", "{outside}/made"])
            except BaseException:
                pass
            return x
        """,
        "denied",
        "start a process",
    ),
    "threads that never end": (
        """
        import threading, time
        def function(x):
            threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
            return x * 2
        """,
        "(failed)?",  # the process may run out of them
        "thread|^$",
    ),
    "writing a file": (
        """
        def function(x):
            open("{outside}/kept.txt", "w").write("overwritten")
            return x
        """,
        "denied",
        "write {outside}/kept.txt",
    ),
    "writing by TensorFlow's op": (
        """
        def function(x):
            tf.io.write_file("{outside}/kept.txt", "overwritten")
            return x
        """,
        "denied",
        "WriteFile",
    ),
    "writing by TensorFlow's files": (
        """
        def function(x):
            with tf.io.gfile.GFile("{outside}/kept.txt", "w") as file:
                file.write("overwritten")
            return x
        """,
        "denied",
        "tf.io",
    ),
    "writing only in the graph": (
        """
        def function(x):
            if not tf.executing_eagerly():
                tf.io.write_file("{outside}/kept.txt", "overwritten")
            return x
        """,
        "denied",
        "WriteFile",
    ),
    "a checkpoint": (
        """
        weights = tf.Variable([1.0])
        checkpoint = tf.train.Checkpoint(weights=weights)
        def function(x):
            checkpoint.write("{outside}/checkpoint")
            return x
        """,
        "denied|not-carried|raised",
        "",
    ),
    "deleting files": (
        """
        import os, shutil
        def function(x):
            shutil.rmtree("{outside}", ignore_errors=True)
            return x
        """,
        "denied",
        "change {outside}",
    ),
    "deleting by TensorFlow": (
        """
        def function(x):
            tf.io.gfile.rmtree("{outside}")
            return x
        """,
        "denied",
        "tf.io",
    ),
    "a socket": (
        """
        import socket
        def function(x):
            socket.create_connection(("127.0.0.1", {port}), timeout=2)
            return x
        """,
        "denied",
        "network",
    ),
    "a signal to the kernel": (
        """
        import os, signal
        def function(x):
            os.kill(os.getppid(), signal.SIGKILL)
            return x
        """,
        "denied",
        "os.kill",
    ),
    "monkeypatching TensorFlow": (
        """
        def function(x):
            tf.reduce_sum = lambda *_: tf.constant(0.0)
            return tf.reduce_sum(x)
        """,
        "tampered",
        "tensorflow.reduce_sum",
    ),
}

#: Under jit_compile=True this ends the process, from C++.
ABORTS: Final = """
    def function(x):
        return tf.strings.length(tf.strings.split(x).flat_values)
    arguments = (tf.constant(["a b", "c d e"]),)
    """
