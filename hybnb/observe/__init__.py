"""What happens in the kernel, and what stands in files. No code of the user's is called or imported for it.

Cells: `cells` makes them of IPython's events, with `runs`, `magic_lines` (magics blanked, no line moves) and `digests`.
Values: `names` asks what names are, `values` makes sketches, by the classes that `kinds` knows. `holding` tells whether
what a name holds has changed, `leaks` finds symbolic tensors. Calls: `calls`. Modules and files: `modules`, `notebook`,
`json_lines`. `unwarned` keeps the warnings of parsing once more from showing.
"""
