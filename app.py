"""The app: `streamlit run app.py`, or `treasury-sim app`. Navigation and nothing else."""

from pathlib import Path

import streamlit as st

import treasury_sim.app
from treasury_sim.app.serve import stay_here

PAGES = Path(treasury_sim.app.__file__).parent

stay_here()
st.set_page_config(page_title="treasury_sim", layout="wide", initial_sidebar_state="auto")
st.navigation(
    [
        st.Page(PAGES / "start.py", title="Start", default=True),
        st.Page(PAGES / "what_if.py", title="What if"),
        st.Page(PAGES / "distribution.py", title="Distribution"),
        st.Page(PAGES / "compare.py", title="Compare"),
        st.Page(PAGES / "limits.py", title="Limits"),
        st.Page(PAGES / "pressure.py", title="Pressure points"),
        st.Page(PAGES / "capital.py", title="Capital"),
        st.Page(PAGES / "close.py", title="Close"),
        st.Page(PAGES / "batch.py", title="Batch"),
        st.Page(PAGES / "method.py", title="Data and method"),
    ],
    position="top",
).run()
