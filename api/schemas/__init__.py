"""The JSON that goes in and out, for checking what comes in and describing what goes out."""
