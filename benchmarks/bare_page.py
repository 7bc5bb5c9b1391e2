"""A bare Streamlit page as baseline of `benchmarks/app.py`: a slider, two charts and a table, without computation."""

import altair as alt
import pandas as pd
import streamlit as st

st.set_page_config(layout="wide")
level = st.slider("BTC price at the end", 0, 400, 200)
rows = pd.DataFrame({"step": ["a", "b", "c", "d", "e"], "amount": [level * n for n in (1.0, -0.5, 0.2, 0.7, -0.1)]})
days = pd.DataFrame({"day": pd.date_range("2025-04-01", periods=275), "close": [level + n % 40 for n in range(275)]})
left, right = st.columns(2)
with left:
    st.altair_chart(alt.Chart(rows).mark_bar().encode(y="step:N", x="amount:Q"))
with right:
    st.altair_chart(alt.Chart(days).mark_line().encode(x="day:T", y="close:Q"))
st.dataframe(rows)
