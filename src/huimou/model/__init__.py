"""Values that several packages share.

`report` is what the steps of the pipeline hand to one another; `digest` the output contract, `OUT/<stem>.json`;
`review` what persons said of a digest; `outcome` what became of one report of a batch; `cost_category` under what a
question's cost is counted.

May import: `errors`.
"""
