"""Rules that span several keys or sections, on typed sections: each names the keys it reads."""
