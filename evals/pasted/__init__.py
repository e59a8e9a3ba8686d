"""What a person's copy-and-paste of a document says, and what is read of the same document, character by character."""
