"""Trials in the user's own kernel, on copies of the variables; everything else is put back bit for bit.

`trial` goes slice by slice, each guarded by `safeguard`: `python_state` and `kept` put back what Python holds, `interrupts`
takes the user's. `copies` are what graphs and eager code write instead; `comparing` calls both ways in turn.
"""
