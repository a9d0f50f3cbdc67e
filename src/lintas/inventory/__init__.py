"""Inventories: lists of what a firm does across borders, read from files, decided line by line, written as reports."""
