"""A folder of digests served to browsers and programs: read, reviewed, added to. Needs the extra `serve`."""
