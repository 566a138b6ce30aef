"""Other documents that consist of pages: `ofd`, and PDF files that were scanned (`recognition`).

The characters on their pages go the way of those of a PDF. May import: `ingest.pdf`, `model`, `errors`; ofdkit, of the
extra `[docs]`, and rapidocr, of the extra `[ocr]`, when such a file comes.
"""
