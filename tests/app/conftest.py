"""Every test of the app begins with empty caches."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st


@pytest.fixture(autouse=True, scope="module")
def _empty_caches() -> Iterator[None]:
    yield
    st.cache_resource.clear()
    st.cache_data.clear()
