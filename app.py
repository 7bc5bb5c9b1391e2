"""The app: `streamlit run app.py`, or `treasury-sim app`. Navigation and nothing else."""

from pathlib import Path

import streamlit as st

import treasury_sim.app

PAGES = Path(treasury_sim.app.__file__).parent

st.set_page_config(page_title="treasury_sim", layout="wide", initial_sidebar_state="auto")
st.navigation([st.Page(PAGES / "what_if.py", title="What if", default=True)]).run()
