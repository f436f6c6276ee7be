"""How it sounds and looks: recordings, what is made of them, draft voice, documents, kits."""
