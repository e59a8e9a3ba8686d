"""Files of every kind → canonical text. ``registry`` chooses the parser, ``process`` runs it at arm's length."""
