"""Many reports into one folder, by whatever engine, and what else is done with such a folder without a model.

Read `run_settings` (what a run is told), `events` (what it tells), `planning`, `report_run` (one report; by
`edited_outputs` nothing that a person wrote is lost), then `run` (the whole run); `engines` spread reports over
threads, processes or a cluster. `library` is behind `import huimou`.
Beside the run: `dry_run`, `openai_batch`, `cost_report`, `index_page`, `source_text`, `store_check`.
May import `outputs`, `digest` and what lies below; the service and the command line stand above it.
"""
