"""Keys, sealed items and return codes, in formats that stock tools read."""
