"""Views for people: tables in lines of styled text, fitted to a width."""
