"""What the command says, in Dutch and in English."""
