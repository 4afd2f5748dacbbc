"""Renting from RunPod, against a stand-in that speaks its protocol and really starts servers."""
