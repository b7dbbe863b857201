"""The verbs of the command `zaak`, a module for each thing people do. They hold no rules."""
