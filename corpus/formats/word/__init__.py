"""Word documents → text: what Word shows of them, read from their XML by its rules."""
