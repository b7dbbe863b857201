"""Counting cases: what a yearly account says of many of them, and nothing of any one."""
