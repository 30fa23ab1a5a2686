"""The desk as rules: the cards it knows (`cards`), which of them suit (`suiting`), how two companies are approached
(`approaches`), and what is noted of every act (`acts`). Pure."""
