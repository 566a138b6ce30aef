"""huimou (回眸): checked digests of long Chinese annual work reports.

One report, as `pipeline.digest_report` does it:

    document  = stages.ingest.read_report(path)        bytes to text, decoded strictly, never changed afterwards
    reading   = stages.ingest.reading.read_through()   the text without its damage, with a way back; stages read this
    outline   = stages.segment.segment(text)           numbered sentences, units with headings, sections with roles
    facts     = stages.facts.read_facts(text, outline) who reports on which years, with evidence
    figures   = figures.find_quantities(text)          every quantity, by program
    groups    = stages.group.groups_of(text, outline)  candidate items; stages.merge joins what is said twice
    findings  = wording.word(passage, ...)             the model words a group; stages.verify lets it pass or not
    overview  = overview.overview(...)                 a few sentences from findings only
    digest    = assemble.assemble(...)                 the output contract, with every sentence accounted for
    digest    = restore.restored(digest, ...)          put back onto the text as printed: places, quotes, damage
    files     = stages.render                          JSON, Markdown, terminal
"""

__version__ = "0.1.0"
