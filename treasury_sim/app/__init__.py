"""The pages of the app and what they share; the only room that imports streamlit.

A page edits one `Scenario`, kept in the session; the engine runs it and the report room turns the result into
words, tables and charts. Nothing is computed here.
"""
