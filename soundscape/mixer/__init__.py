"""Decks, layers, master: pulls blocks from sources and applies gains."""
