"""The price store: download from venues and the ECB, import of files. The only room that uses a network."""
