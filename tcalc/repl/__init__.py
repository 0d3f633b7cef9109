"""The interactive session: reading, editing, completing, and what is typed besides programs.

`app` puts the parts together; each part gets callables and knows nothing of the app.
"""
