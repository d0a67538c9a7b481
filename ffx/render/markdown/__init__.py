"""The ticket block, and text that no Markdown reader takes for markup."""
