"""The shell that every HTML page of huimou shares: report, index, comparison, follow-up, changes, service.

`shell` renders a template of `templates/` with the one style sheet, `style.css`, and scripts of `scripts/` inside it,
under a content security policy that names them by hash. To change how a page looks, edit `style.css`; its words and
order stand in the template; what it shows is prepared by the module that calls `render_template`. May import `labels`
and language.
"""
