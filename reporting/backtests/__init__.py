"""Back-tests as colleagues read them: sentences, charts, tables, files; and what became true of them."""
